"""Writing and changing a call, as a browser posts it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from programs.models import Call

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


def test_a_time_in_the_gap_is_refused_beside_the_field_and_nothing_is_lost(client_of, cohort, director, call_form, address):
    page = client_of(director).post(address, call_form(closes_at="2027-03-14T02:30", guidance="Long words"))
    text = page.content.decode()
    assert "does not exist in America/New_York" in text
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


def test_saving_the_stored_call_unchanged_changes_nothing(client_of, call, director):
    client, address = client_of(director), reverse("programs:call_edit", args=[call.pk])
    shown = client.get(address).context["forms"]
    posted = {}
    for form in [shown.form, *[row for rows in shown.lists for row in rows]]:
        for field in form:
            if field.value() not in (None, False):
                posted[field.html_name] = "on" if field.value() is True else str(field.value())
    for rows in shown.lists:
        posted |= {field.html_name: str(field.value()) for field in rows.management_form}
    before = Call.objects.values().get()
    answer = client.post(address, posted)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert Call.objects.values().get() == before
    assert call.sections.count() == 2


def test_who_may(client_of, call, coordinator, other_director, applicant, call_form, address):
    edit = reverse("programs:call_edit", args=[call.pk])
    for person, code in ((coordinator, 403), (other_director, 404), (applicant, 404)):
        for path in (address, edit):
            assert client_of(person).get(path).status_code == code
            assert client_of(person).post(path, call_form()).status_code == code
    assert Call.objects.get().title == "Call 2027"
