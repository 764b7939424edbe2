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
    Program.objects.update(letter_template="Dear {awardee_name}")
    answer = client_of(director).post(ADDRESS, {**FACTS, "slug": "stolen", "letter_template": "", "id": "99"})
    assert answer.status_code == 302
    program.refresh_from_db()
    assert (program.name, program.time_zone, program.about) == ("Harbor LEAP", "America/Denver", "What it is.")
    assert (program.slug, program.letter_template) == ("harbor-leap", "Dear {awardee_name}")


def test_a_fault_keeps_what_was_typed(client_of, program, director):
    page = client_of(director).post(ADDRESS, {**FACTS, "reply_to": "nobody", "about": "Typed words"})
    assert "Typed words" in page.content.decode()
    assert "reply_to" in page.context["form"].errors
    program.refresh_from_db()
    assert program.about == ""


def test_who_may(client_of, program, coordinator, other_director):
    for method in ("get", "post"):
        assert getattr(client_of(coordinator), method)(ADDRESS).status_code == 403
        assert getattr(client_of(other_director), method)(ADDRESS).status_code == 404
