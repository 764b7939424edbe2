"""Conflict or none: the first page of every review, and the only one before the answer."""

import pytest
from django.urls import reverse

from programs.models import Call
from reviews import workflow
from reviews.models import Assignment
from sponsors.models import SponsorCommitment
from tests.factories.promises import ChairCommitmentFactory

pytestmark = pytest.mark.django_db


def url(assignment, name="declare"):
    return reverse(f"reviews:{name}", args=[assignment.pk])


def test_it_shows_who_is_concerned_and_nothing_of_the_proposal(client_of, assigned, promises, reviewer):
    page = client_of(reviewer).get(url(assigned)).content.decode()
    for words in (
        "Telehealth titration for heart failure",
        "Samuel Ng",
        "Harbor University",
        "Maya Okafor",
        "Dana Whitfield",
        "County General",
    ):
        assert words in page
    assert "Half of the patients" not in page


def test_a_health_system_that_the_position_names_stands_once(client_of, assigned, promises, reviewer):
    position = "Vice President, Ambulatory Operations, County General"
    SponsorCommitment.objects.update(title=position)
    assert f"{position}</span>" in client_of(reviewer).get(url(assigned)).content.decode()


def test_the_chair_is_concerned_where_the_call_asks_for_one(client_of, assigned, promises, reviewer):
    call, applicant = assigned.application.call, assigned.application.applicant
    ChairCommitmentFactory(call=call, applicant=applicant)
    client = client_of(reviewer)
    assert "Grace Lindqvist" not in client.get(url(assigned)).content.decode()
    Call.objects.update(asks_chair=True)
    page = client.get(url(assigned)).content.decode()
    assert "Grace Lindqvist" in page
    assert "Chair of Medicine, Department of Medicine" in page


def test_nothing_is_preselected(client_of, assigned, reviewer):
    page = client_of(reviewer).get(url(assigned)).content.decode()
    assert page.count('type="radio"') == 2
    assert "checked" not in page


def test_before_the_answer_everything_leads_here(client_of, assigned, reviewer):
    client = client_of(reviewer)
    doors = [url(assigned, "review"), url(assigned, "packet"), reverse("reviews:document", args=[assigned.pk, 1])]
    for door in doors:
        answer = client.get(door)
        assert (answer.status_code, answer["Location"]) == (302, url(assigned))
        assert "Half of the patients" not in answer.content.decode()
    assert client.post(url(assigned, "review"), {"act": "save", "version": 0})["Location"] == url(assigned)
    assert client.post(url(assigned, "autosave"), {"version": 0}).status_code == 409


def test_none_opens_the_review(client_of, assigned, reviewer):
    answer = client_of(reviewer).post(url(assigned), {"choice": "none"}, follow=True)
    assert answer.redirect_chain[-1][0] == url(assigned, "review")
    assert "Half of the patients" in answer.content.decode()


def test_a_conflict_closes_everything(client_of, assigned, reviewer, outbox):
    client = client_of(reviewer)
    answer = client.post(url(assigned), {"choice": "conflict", "conflict": "We share a grant."}, follow=True)
    assert "The application stays closed to you" in answer.content.decode()
    assigned.refresh_from_db()
    assert (assigned.state, assigned.conflict) == ("conflicted", "We share a grant.")
    closed = [client.get(url(assigned, name)) for name in ("declare", "review", "packet")]
    closed.append(client.get(reverse("reviews:document", args=[assigned.pk, 1])))
    closed += [client.post(url(assigned, name), {"choice": "none", "version": 0}) for name in ("declare", "review", "autosave")]
    for answer in closed:
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "You declared a conflict of interest, so the application stays closed to you." in page
        assert assigned.application.title not in page
        assert "Half of the patients" not in page
    assert [email.kind for email in outbox()] == ["another reviewer needed"]


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Please choose one of the two."),
        ({"choice": "maybe"}, "Please choose one of the two."),
        ({"choice": "conflict", "conflict": "  "}, "Please say what the conflict is."),
        ({"choice": "none", "conflict": "We share a grant."}, "You describe a conflict below."),
    ],
)
def test_an_unclear_answer_is_asked_again_and_kept(client_of, assigned, reviewer, posted, words):
    answer = client_of(reviewer).post(url(assigned), posted)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    assert posted.get("conflict", "").strip() in page
    assigned.refresh_from_db()
    assert assigned.state == "assigned"


def test_a_conflict_found_later(client_of, clear, reviewer):
    client = client_of(reviewer)
    page = client.get(url(clear)).content.decode()
    assert "Declare a conflict" in page
    assert 'type="radio"' not in page
    client.post(url(clear), {"conflict": "I know the site."})
    clear.refresh_from_db()
    assert clear.state == "conflicted"
    assert client.get(url(clear, "review")).status_code == 403


def test_the_sentence_is_for_the_person_who_declared(client_of, assigned, reviewer, reviewer2, program):
    workflow.declare_conflict(assigned, conflict="Sister.", by=reviewer, at=assigned.assigned_at)
    assert client_of(reviewer2).get(url(assigned)).status_code == 404
    program.memberships.filter(user=reviewer).delete()
    assert client_of(reviewer).get(url(assigned)).status_code == 404


def test_it_says_so_when_the_review_is_closed(client_of, assigned, reviewer):
    assigned.application.state = "not_awarded"
    assigned.application.save(update_fields=["state"])
    answer = client_of(reviewer).get(url(assigned))
    assert answer.status_code == 409
    assert "The review of this application is closed." in answer.content.decode()


def test_nobody_else_declares(client_of, assigned, applicant, reviewer2, coordinator, other_director, mentor_person):
    for person in (applicant, reviewer2, coordinator, other_director, mentor_person):
        assert client_of(person).get(url(assigned)).status_code == 404
        assert client_of(person).post(url(assigned), {"choice": "none"}).status_code == 404
    assert Assignment.objects.get().state == "assigned"
