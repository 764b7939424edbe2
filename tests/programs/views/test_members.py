"""People of the programme: who holds which role, granted and ended by a director."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from programs.models import Membership
from tests.factories.programs import MembershipFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/programs/harbor-leap/people/"
GRANT = {"email": "new@example.org", "name": "New Person", "role": "reviewer", "reviewer_kind": "operations"}


def test_a_director_grants_to_somebody_new(client_of, program, director, outbox):
    page = client_of(director).post(ADDRESS, GRANT, follow=True)
    text = page.content.decode()
    assert "new@example.org is reviewer now" in text
    assert "Operations" in text
    assert [email.to for email in outbox()] == ["new@example.org"]
    assert not User.objects.get(email="new@example.org").is_staff


@pytest.mark.both
def test_a_role_held_already_is_said_beside_the_field(client_of, program, director, reviewer):
    EmailAddress.objects.create(user=reviewer, email=reviewer.email, verified=True, primary=True)
    page = client_of(director).post(ADDRESS, {**GRANT, "email": reviewer.email})
    assert page.context["form"].errors["role"] == ["Ivan Petrov holds this role already."]


def test_a_coordinator_reads_and_does_not_grant(client_of, program, coordinator):
    text = client_of(coordinator).get(ADDRESS).content.decode()
    assert "Casey Lin" in text
    assert "Grant a role" not in text
    assert client_of(coordinator).post(ADDRESS, GRANT).status_code == 403
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_foreign_director_finds_nothing(client_of, program, other_director):
    assert client_of(other_director).get(ADDRESS).status_code == 404
    assert client_of(other_director).post(ADDRESS, GRANT).status_code == 404


def test_the_sentence_after_granting_names_the_address_only(client_of, program, director, other_director):
    page = client_of(director).post(ADDRESS, {**GRANT, "email": other_director.email, "name": "Whoever"}, follow=True)
    [message] = page.context["messages"]
    assert str(message) == "otto@example.org is reviewer now. The portal has told them by e-mail."


def test_nor_does_it_tell_another_address_of_the_same_person(client_of, program, director, stranger):
    EmailAddress.objects.create(user=stranger, email="alias@work.example", verified=True)
    page = client_of(director).post(ADDRESS, {**GRANT, "email": "alias@work.example"}, follow=True)
    [message] = page.context["messages"]
    assert str(message) == "alias@work.example is reviewer now. The portal has told them by e-mail."


def test_a_role_ends_after_its_consequence_was_read(client_of, program, director, reviewer, coordinator, other_director):
    membership = Membership.objects.get(user=reviewer)
    address = reverse("programs:end_role", args=[membership.pk])
    assert f'href="{address}"' in client_of(director).get(ADDRESS).content.decode()
    text = client_of(director).get(address).content.decode()
    assert "No new assignments are offered." in text
    assert "End the role as reviewer" in text
    assert "your own role" not in text
    membership.refresh_from_db()
    assert membership.ended_at is None
    for method in ("get", "post"):
        assert getattr(client_of(coordinator), method)(address).status_code == 403
        assert getattr(client_of(other_director), method)(address).status_code == 404
    assert "is no longer reviewer" in client_of(director).post(address, follow=True).content.decode()
    membership.refresh_from_db()
    assert membership.ended_by == director
    assert "has ended already" in client_of(director).get(address).content.decode()


def test_ending_the_own_role_says_so_and_leads_to_a_page_that_is_there(client_of, program, director, director2):
    address = reverse("programs:end_role", args=[Membership.objects.get(user=director).pk])
    client = client_of(director)
    page = client.get(address).content.decode()
    assert "This is your own role." in page
    assert "Other roles of yours stay." in page
    page = client.post(address, follow=True)
    assert (page.status_code, page.redirect_chain[0][0]) == (200, "/programs/")
    assert "You do not run a programme" in page.content.decode()


def test_the_last_director_is_told_why(client_of, program, director):
    address = reverse("programs:end_role", args=[Membership.objects.get(user=director).pk])
    assert "A programme needs a director" in client_of(director).post(address, follow=True).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client_of, program, director, count, django_assert_num_queries):
    for _ in range(count):
        MembershipFactory(program=program, role="reviewer", granted_by=director)
    client = client_of(director)
    with django_assert_num_queries(6):
        client.get(ADDRESS)


def test_fifty_a_page(client_of, program, director):
    for _ in range(50):
        MembershipFactory(program=program, role="reviewer", granted_by=director)
    page = client_of(director).get(ADDRESS)
    assert len(page.context["page_obj"]) == 50
    assert "1–50 of 51 roles" in page.content.decode()
    assert len(client_of(director).get(ADDRESS, {"page": 2}).context["page_obj"]) == 1
