"""The programme's description, changed by its director."""

import pytest

from programs.models import Program

pytestmark = pytest.mark.django_db
ADDRESS = "/programs/harbor-leap/edit/"
FACTS = {
    "name": "Harbor LEAP", "short_name": "LEAP", "about": "What it is.", "mechanism": "K12", "time_zone": "America/Denver",
    "reply_to": "leap@harbor.example",
}  # fmt: skip


def test_a_director_changes_words_and_nothing_else(client_of, program, director):
    seen = client_of(director).get(ADDRESS).context["seen"]
    Program.objects.update(letter_template="Dear {awardee_name}")
    answer = client_of(director).post(ADDRESS, {**FACTS, "slug": "stolen", "letter_template": "", "id": "99", "seen": seen})
    assert answer.status_code == 302
    program.refresh_from_db()
    assert (program.name, program.time_zone, program.about) == ("Harbor LEAP", "America/Denver", "What it is.")
    assert (program.slug, program.letter_template) == ("harbor-leap", "Dear {awardee_name}")


def test_what_nobody_sees_stays_out_and_an_old_grant_is_no_slip(client_of, program, director):
    Program.objects.update(grant_starts_on="1998-07-01", grant_ends_on="2003-06-30")
    client = client_of(director)
    unseen, seen = "A\x0bB\u202eC\x07", client.get(ADDRESS).context["seen"]
    dates = {"grant_starts_on": "1998-07-01", "grant_ends_on": "2003-06-30"}
    words = dict.fromkeys(("name", "short_name", "about", "institution", "address", "signatory_name", "funders"), unseen)
    assert client.post(ADDRESS, {**FACTS, **dates, **words, "seen": seen}).status_code == 302
    program.refresh_from_db()
    assert {getattr(program, name) for name in ("name", "short_name", "institution", "signatory_name", "funders")} == {"A BC"}
    assert (program.about, program.address) == ("A\nBC", "A\nBC")


def test_a_fault_keeps_what_was_typed(client_of, program, director):
    page = client_of(director).post(ADDRESS, {**FACTS, "reply_to": "nobody", "about": "Typed words"})
    assert "Typed words" in page.content.decode()
    assert "reply_to" in page.context["form"].errors
    program.refresh_from_db()
    assert program.about == ""


@pytest.mark.both
def test_two_tabs_do_not_undo_each_other(client_of, program, director, director2):
    first, second = client_of(director), client_of(director2)
    seen = first.get(ADDRESS).context["seen"]
    assert second.post(ADDRESS, {**FACTS, "about": "Words of the second.", "seen": seen}).status_code == 302
    page = first.post(ADDRESS, {**FACTS, "reply_to": "other@harbor.example", "seen": seen})
    assert page.status_code == 409
    assert ("About the programme", "Words of the second.", "What it is.") in page.context["differences"]
    assert 'value="other@harbor.example"' in page.content.decode()
    assert Program.objects.get().reply_to == FACTS["reply_to"]
    assert first.post(ADDRESS, {**FACTS, "seen": page.context["seen"]}).status_code == 302
    assert Program.objects.get().about == "What it is."


def test_two_who_change_different_facts_are_not_asked(client_of, program, director, director2, as_shown):
    first, second = client_of(director), client_of(director2)
    mine, theirs = as_shown(first.get(ADDRESS)), as_shown(second.get(ADDRESS))
    assert second.post(ADDRESS, {**theirs, "about": "Words\r\nof the second.", "grant_ends_on": "2030-06-30"}).status_code == 302
    page = first.post(ADDRESS, {**mine, "signatory_name": "Rosa Alvarez, MD"}, follow=True)
    said = "The programme&#x27;s description is saved. Somebody else has changed this meanwhile, and it stands as well: "
    assert f"{said}About the programme and Grant ends." in page.content.decode()
    found = Program.objects.get()
    assert (found.about, found.signatory_name) == ("Words\r\nof the second.", "Rosa Alvarez, MD")
    assert str(found.grant_ends_on) == "2030-06-30"


def test_only_what_both_have_changed_is_asked(client_of, program, director, director2, as_shown):
    first, second = client_of(director), client_of(director2)
    mine, theirs = as_shown(first.get(ADDRESS)), as_shown(second.get(ADDRESS))
    assert second.post(ADDRESS, {**theirs, "about": "Theirs.", "institution": "Harbor University"}).status_code == 302
    page = first.post(ADDRESS, {**mine, "about": "Mine.", "signatory_name": "Rosa Alvarez, MD"})
    assert (page.status_code, page.context["differences"]) == (409, [("About the programme", "Theirs.", "Mine.")])
    text = page.content.decode()
    assert "What only they have changed is in the form already: Institution." in text
    assert 'value="Harbor University"' in text
    assert 'value="Rosa Alvarez, MD"' in text
    assert Program.objects.values_list("about", "signatory_name").get() == ("Theirs.", program.signatory_name)


def test_a_form_that_does_not_say_what_it_showed_changes_nothing(client_of, program, director):
    assert client_of(director).post(ADDRESS, FACTS).status_code == 409
    assert Program.objects.get().name == "Harbor LEAP K12"


def test_a_text_longer_than_the_portal_takes_is_said_to_be_that(client_of, program, director):
    page = client_of(director).post(ADDRESS, {**FACTS, "about": "x" * (4 * 1024**2 + 1)})
    assert page.status_code == 413
    assert "The portal takes 4 megabytes of text at once" in page.content.decode()
    assert Program.objects.get().about == ""


def test_who_may(client_of, program, coordinator, other_director):
    for method in ("get", "post"):
        assert getattr(client_of(coordinator), method)(ADDRESS).status_code == 403
        assert getattr(client_of(other_director), method)(ADDRESS).status_code == 404
