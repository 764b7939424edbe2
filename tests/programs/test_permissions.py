"""Who may do what for a programme: power comes from rows of the own programme, and ends with them."""

import pytest

from accounts.models import User
from programs import permissions
from programs.models import Membership
from tests.factories.programs import MembershipFactory

pytestmark = pytest.mark.django_db

POLICY = {
    "may_direct": {"director"},
    "may_grant": {"director"},
    "may_run": {"director", "coordinator"},
    "may_see_money": {"director", "coordinator", "finance"},
}


@pytest.mark.parametrize("verb", POLICY)
def test_the_policy(verb, program, director, coordinator, finance, committee, reviewer, stranger, other_director):
    cast = {
        "director": director, "coordinator": coordinator, "finance": finance, "committee": committee, "reviewer": reviewer,
        "stranger": stranger, "other director": other_director,
    }  # fmt: skip
    assert {name for name, person in cast.items() if getattr(permissions, verb)(person, program)} == POLICY[verb]


def test_roles_add_up_and_end(program, coordinator, director, at):
    MembershipFactory(program=program, user=coordinator, role="finance")
    Membership.objects.filter(user=coordinator, role="coordinator").update(ended_at=at, ended_by=director)
    again = User.objects.get(pk=coordinator.pk)
    assert not permissions.may_run(again, program)
    assert permissions.may_see_money(again, program)


def test_a_promise_is_asked_for_by_applicant_and_office_and_answered_by_the_person_asked(
    asked, applicant, coordinator, sponsor_person, stranger, other_director
):
    sponsor_person.email = asked.email
    people = [applicant, coordinator, sponsor_person, stranger, other_director]
    assert [permissions.may_ask_for_promise(person, asked) for person in people] == [True, True, False, False, False]
    assert [permissions.may_answer_promise(person, asked) for person in people] == [False, False, True, False, False]
    assert not permissions.may_answer_promise(None, asked)
