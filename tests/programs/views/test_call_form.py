"""Writing and changing a call, as a browser posts it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Call, DocumentRequest, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(cohort):
    return reverse("programs:call_new", args=[cohort.pk])


def test_a_director_writes_a_call(client_of, cohort, director, call_form, address):
    answer = client_of(director).post(address, call_form())
    call = Call.objects.get()
    assert answer.headers["Location"] == "/calls/harbor-leap/call-for-scholars-2028/"
    assert call.published_at is None
    assert call.closes_at == datetime(2027, 2, 1, 22, tzinfo=UTC)
    assert [section.title for section in call.sections.all()] == ["Aims"]
    assert [request.page_limit for request in call.document_requests.all()] == [5]


def test_fields_that_are_not_asked_for_are_ignored(client_of, cohort, director, call_form, address):
    client_of(director).post(address, call_form(published_at="2026-01-01", slug="stolen", cohort="999"))
    call = Call.objects.get()
    assert (call.published_at, call.slug, call.cohort) == (None, "call-for-scholars-2028", cohort)


def test_the_empty_form_works_without_scripts(client_of, cohort, director, address):
    text = client_of(director).get(address).content.decode()
    assert 'name="criteria-5-title" value="Health-system alignment and sponsor commitment"' in text
    assert 'name="criteria-7-title"' in text
    assert "data-empty-row" in text
    assert '<option value="America/Los_Angeles" selected>' in text


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00", "1959-12-31T23:59", "2101-01-01T00:00"])
@pytest.mark.parametrize("field", ["opens_at", "closes_at", "review_due_at"])
def test_a_year_that_can_only_be_a_slip_is_refused_beside_its_field(client_of, cohort, director, call_form, address, field, moment):
    page = client_of(director).post(address, call_form(**{field: moment}))
    assert page.context["form"].errors[field] == ["Please check the year: it lies between 1960 and 2100."]
    assert f'value="{moment}"' in page.content.decode()
    page = client_of(director).post(address, call_form(decision_on=moment[:10]))
    assert "decision_on" in page.context["form"].errors


def test_a_time_in_the_gap_is_refused_beside_the_field_and_nothing_is_lost(client_of, cohort, director, call_form, address):
    page = client_of(director).post(address, call_form(closes_at="2027-03-14T02:30", guidance="Long words"))
    text = page.content.decode()
    assert "does not exist in America/New York" in text
    assert 'value="2027-03-14T02:30"' in text
    assert "Long words" in text
    assert not Call.objects.exists()


def test_a_time_in_the_fold_is_asked_for_on_the_page(client_of, cohort, director, call_form, address):
    twice = call_form(opens_at="2026-10-01T09:00", closes_at="2026-11-01T01:30", review_due_at="2026-12-01T17:00")
    text = client_of(director).post(address, twice).content.decode()
    assert text.count('name="closes_at_which"') == 2
    assert text.index('name="closes_at"') < text.index('name="closes_at_which"') < text.index('name="letters_grace_hours"')
    client_of(director).post(address, {**twice, "closes_at_which": "later"})
    assert Call.objects.get().closes_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_fault_in_a_row_is_named_on_top(client_of, cohort, director, call_form, address):
    text = client_of(director).post(address, call_form(**{"sections-0-word_limit": "0"})).content.decode()
    assert 'href="#id_sections-0-word_limit"' in text
    text = client_of(director).post(address, call_form(closes_at="", **{"sections-0-word_limit": "0"})).content.decode()
    assert 'href="#id_closes_at"' in text
    assert 'href="#id_sections-0-word_limit"' in text
    assert not Call.objects.exists()


def edit_of(call):
    return reverse("programs:call_edit", args=[call.pk])


def test_saving_the_stored_call_unchanged_changes_nothing(client_of, call, director, as_shown):
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    before = Call.objects.values().get()
    answer = client.post(edit_of(call), posted)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert Call.objects.values().get() == before
    assert call.sections.count() == 2


@pytest.mark.both
@pytest.mark.parametrize("prefix", ["sections", "documents", "criteria"])
def test_two_rows_exchange_their_titles(client_of, call, director, as_shown, prefix):
    DocumentRequest.objects.create(call=call, position=2, title="Budget", page_limit=2)
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    first, second = f"{prefix}-0-title", f"{prefix}-1-title"
    kept = {"sections": call.sections, "documents": call.document_requests, "criteria": call.criteria}[prefix]
    before = list(kept.values_list("pk", "title")[:2])
    assert client.post(edit_of(call), {**posted, first: posted[second], second: posted[first]}).status_code == 302
    assert list(kept.values_list("pk", "title")[:2]) == [(before[0][0], before[1][1]), (before[1][0], before[0][1])]


@pytest.mark.both
def test_two_tabs_do_not_undo_each_other(client_of, call, director, director2, as_shown):
    first, second = client_of(director), client_of(director2)
    posted = as_shown(first.get(edit_of(call)))
    later = f"{call.closes_at.astimezone(call.zone) + timedelta(days=1):%Y-%m-%dT17:00}"
    assert second.post(edit_of(call), {**posted, "closes_at": later}).status_code == 302
    moved = Call.objects.get().closes_at
    answer = first.post(edit_of(call), {**posted, "title": "A better title", "sections-0-help": "In two pages"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has saved this since you opened it" in text
    assert 'value="A better title"' in text
    assert "In two pages" in text
    assert ("Closes", later.replace("T", ", "), posted["closes_at"].replace("T", ", ")) in answer.context["differences"]
    assert ("Title", "Call 2027", "A better title") in answer.context["differences"]
    assert ("Specific aims: What to write", "", "In two pages") in answer.context["differences"]
    assert Call.objects.get().closes_at == moved
    again = {**posted, "title": "A better title", "closes_at": later, "seen": answer.context["seen"]}
    assert first.post(edit_of(call), again).status_code == 302
    assert (Call.objects.get().title, Call.objects.get().closes_at) == ("A better title", moved)


@pytest.mark.both
def test_rows_added_and_removed_meanwhile_are_told(client_of, call, director, as_shown):
    Call.objects.update(published_at=None)
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    call.sections.get(position=1).delete()
    Section.objects.create(call=call, position=3, title="Training plan", word_limit=600)
    told = client.post(edit_of(call), posted)
    assert told.context["differences"] == [
        ("Training plan", "added", "not in this form; it stays"), ("Specific aims", "removed", "still in this form"),
    ]  # fmt: skip
    # Saving it once more keeps what is in the form: the row that was removed is there again.
    assert told.context["errors"] == []
    again = client.post(edit_of(call), {**as_shown(told), "sections-0-help": "Two or three"})
    assert again.status_code == 302, again.context["errors"]
    assert set(call.sections.values_list("title", "help")) >= {("Specific aims", "Two or three"), ("Training plan", "")}


@pytest.mark.both
def test_a_row_that_was_removed_meanwhile_can_be_removed_here_too(client_of, call, director, as_shown):
    Call.objects.update(published_at=None)
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    call.sections.get(position=1).delete()
    told = client.post(edit_of(call), posted)
    assert client.post(edit_of(call), {**as_shown(told), "sections-0-DELETE": "on"}).status_code == 302
    assert not call.sections.filter(title="Specific aims").exists()


@pytest.mark.both
def test_a_row_of_another_call_is_not_changed_but_copied(client_of, call, other_call, director, as_shown):
    Call.objects.update(published_at=None)
    theirs = Section.objects.create(call=other_call, position=7, title="Theirs", word_limit=100)
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    client.post(edit_of(call), {**posted, "sections-0-id": str(theirs.pk), "sections-0-title": "Mine"})
    theirs.refresh_from_db()
    assert (theirs.title, theirs.call) == ("Theirs", other_call)


def test_once_published_a_call_can_stop_asking_for_a_chair_not_begin(client_of, director, call_form, as_shown, address):
    client = client_of(director)
    client.post(address, call_form(asks_chair="on"))
    call = Call.objects.get()
    assert call.asks_chair
    Call.objects.update(asks_chair=False, published_at=timezone.now())
    posted = as_shown(client.get(edit_of(call)))
    answer = client.post(edit_of(call), {**posted, "asks_chair": "on"})
    assert "It cannot ask for a chair too." in answer.context["form"].errors["asks_chair"][0]
    assert 'href="#id_asks_chair"' in answer.content.decode()
    Call.objects.update(asks_chair=True)
    posted = as_shown(client.get(edit_of(call)))
    assert posted.pop("asks_chair") == "on"
    assert client.post(edit_of(call), posted).status_code == 302
    assert not Call.objects.get().asks_chair


def test_what_an_open_call_asks_does_not_become_stricter(client_of, call, director, as_shown):
    client = client_of(director)
    posted = as_shown(client.get(edit_of(call)))
    answer = client.post(
        edit_of(call),
        {**posted, "title": "Reworded", "sections-0-word_limit": "5", "documents-0-page_limit": "1", "letters_grace_hours": "0"},
    )
    forms = answer.context["forms"]
    assert forms.sections.forms[0].errors["word_limit"] == [
        "The call has opened: people write within 500 words. The limit may rise, not fall."
    ]
    assert "within 5 pages" in forms.documents.forms[0].errors["page_limit"][0]
    assert "were given 72 hours" in forms.form.errors["letters_grace_hours"][0]
    text = answer.content.decode()
    assert 'href="#id_sections-0-word_limit"' in text
    assert 'value="Reworded"' in text
    assert text.count("data-error-summary") == 1
    assert (Call.objects.get().title, call.sections.get(position=1).word_limit) == ("Call 2027", 500)


def test_who_may(client_of, call, coordinator, other_director, applicant, call_form, address):
    edit = reverse("programs:call_edit", args=[call.pk])
    for person, code in ((coordinator, 403), (other_director, 404), (applicant, 404)):
        for path in (address, edit):
            assert client_of(person).get(path).status_code == code
            assert client_of(person).post(path, call_form()).status_code == code
    assert Call.objects.get().title == "Call 2027"


def test_what_nobody_sees_stays_out_of_a_call_and_its_rows(client_of, cohort, director, call_form, address):
    unseen = "A\x0bB\u202eC\x07"
    client_of(director).post(
        address, call_form(title=unseen, guidance=unseen, **{"sections-0-title": unseen, "sections-0-help": unseen})
    )
    call = Call.objects.get()
    [section] = call.sections.all()
    assert (call.title, call.guidance, section.title, section.help) == ("A BC", "A\nBC", "A BC", "A\nBC")
