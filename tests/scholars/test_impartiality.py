"""A director who is a party to an application, or declared a conflict, neither decides nor releases it, nor reads it staged."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from programs.models import Call, Email, HistoryEntry
from programs.transitions import ClosedToYou
from reviews.assignment import is_party
from scholars import workflow
from scholars.impartiality import closed_to
from scholars.models import Award, Decision
from sponsors.models import SponsorCommitment
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory

pytestmark = pytest.mark.django_db

WHY = "it is your own, names you as sponsor or mentor, or you declared a conflict of interest."


@pytest.fixture(params=["own", "sponsor", "mentor", "chair", "other address", "conflict"])
def closed(request, application, director, coordinator):
    """The application, closed to the director for each of the reasons."""
    key = {"call": application.call, "applicant": application.applicant}
    if request.param == "own":
        application.applicant = director
        application.save()
    elif request.param == "sponsor":
        SponsorCommitment.objects.update(state="replaced")
        SponsorCommitmentFactory(**key, email=director.email)
    elif request.param == "mentor":
        MentorAgreementFactory(**key, email=director.email, role="co")
    elif request.param == "chair":  # also where the call asks for none any more: the person was asked, and is a party
        ChairCommitmentFactory(**key, email=director.email)
    elif request.param == "other address":
        EmailAddress.objects.create(user=director, email="Rosa@Hospital.example", verified=True)
        MentorAgreementFactory(**key, email="rosa@hospital.example", role="co")
    else:
        AssignmentFactory(
            application=application, reviewer=director, assigned_by=coordinator, state="conflicted", conflict="We share a grant."
        )
    return application


def test_each_reason_closes_it_and_only_it(closed, reviewed, director, director2):
    reviewed(1)
    assert closed_to(director, closed.call_id) == {closed.pk}
    assert closed_to(director2, closed.call_id) == set()


def test_a_call_that_asks_for_a_chair_says_so(application, director, director2, at):
    Call.objects.update(asks_chair=True)
    ChairCommitmentFactory(call=application.call, applicant=application.applicant, email=director.email)
    application.call.refresh_from_db()
    with pytest.raises(ClosedToYou, match="names you as sponsor, mentor or chair, or you declared"):
        workflow.stage(application, outcome="award", by=director, at=at)
    workflow.stage(application, outcome="award", by=director2, at=at)


def test_an_address_that_is_not_verified_closes_nothing(application, director):
    EmailAddress.objects.create(user=director, email="rosa@hospital.example", verified=False)
    MentorAgreementFactory(call=application.call, applicant=application.applicant, email="rosa@hospital.example", role="co")
    assert closed_to(director, application.call_id) == set()


@pytest.mark.parametrize(("answered", "is_closed"), [(True, True), (False, False)])
@pytest.mark.parametrize("factory", [SponsorCommitmentFactory, MentorAgreementFactory, ChairCommitmentFactory])
def test_who_has_answered_stays_a_party_and_who_was_only_asked_is_none(application, director, factory, answered, is_closed):
    rows = factory._meta.model.objects
    rows.all().delete()
    who = {"call": application.call, "applicant": application.applicant, "email": director.email}
    made = factory(**who, committed=True) if answered else factory(**who)
    rows.filter(pk=made.pk).update(state="replaced")
    assert closed_to(director, application.call_id) == ({application.pk} if is_closed else set())
    assert is_party(application, director) is is_closed


def test_no_verb_is_theirs(closed, reviewed, staged, director, director2, at):
    (other,) = reviewed(1)
    staged(other)
    for act in (
        lambda: workflow.stage(closed, outcome="award", by=director, at=at),
        lambda: workflow.stage_line(closed.call, application_ids=[other.pk], by=director, at=at),
    ):
        with pytest.raises(ClosedToYou):
            act()
    decision = workflow.stage(closed, outcome="alternate", alternate_order=1, by=director2, at=at)
    for act in (
        lambda: workflow.unstage(closed, by=director, at=at),
        lambda: workflow.release(closed.call, by=director, at=at),
    ):
        with pytest.raises(ClosedToYou, match=rf"{WHY} Another director of the programme must"):
            act()
    decision.refresh_from_db()
    assert (decision.outcome, Decision.objects.released().count(), Email.objects.count()) == ("alternate", 0, 0)
    workflow.release(closed.call, by=director2, at=at)
    with pytest.raises(ClosedToYou, match="must offer the place"):
        workflow.offer_next(closed.call, by=director, at=at)
    assert workflow.offer_next(closed.call, by=director2, at=at).application == closed


def test_the_only_director_is_told_to_appoint_another(closed, director, at):
    with pytest.raises(ClosedToYou, match=r"The programme has no other director; please appoint one, who can decide it\.$"):
        workflow.stage(closed, outcome="award", by=director, at=at)


def test_a_set_without_the_closed_application_is_released(closed, reviewed, staged, director, at):
    (other,) = reviewed(1)
    staged(other)
    assert [award.application for award in workflow.release(closed.call, by=director, at=at).awards] == [other]


def test_the_pages_say_why_and_show_nothing_of_it(closed, reviewed, staged, director, director2, client_of, at):
    (other,) = reviewed(1)
    staged(other)
    client = client_of(director)
    page = reverse("scholars:stage", args=[closed.pk])
    for answer in (client.get(page), client.post(page, {"outcome": "award"})):
        assert answer.status_code == 403
        assert (
            f"This application is closed to you: {WHY} Another director of the programme must decide it." in answer.content.decode()
        )
    assert not Decision.objects.of_application(closed.pk).exists()
    decision = workflow.stage(closed, outcome="award", by=director2, at=at)
    assert client.get(reverse("scholars:letter_preview", args=[decision.pk])).status_code == 403
    release = reverse("scholars:release", args=[closed.call_id])
    shown = client.get(release)
    assert [row.application for row in shown.context["awards"]] == [other]
    text = shown.content.decode()
    assert closed.title not in text
    assert "One of the staged decisions is closed to you" in text
    assert "Release 1 decision" not in text
    assert client.post(release, {"seen": shown.context["seen"], "lacking_read": "yes"}).status_code == 403
    assert Award.objects.count() == 0
    assert client.post(reverse("scholars:unstage", args=[closed.pk])).status_code == 403
    assert closed.title in client_of(director2).get(release).content.decode()


def test_a_refusal_leaves_no_trace_of_an_act(closed, director, at):
    with pytest.raises(ClosedToYou):
        workflow.stage(closed, outcome="award", by=director, at=at)
    assert not HistoryEntry.objects.exists()


def test_a_free_place_for_such_an_alternate_is_offered_by_another_director(closed, staged, director, director2, client_of, at):
    staged(closed, "alternate", 1)
    workflow.release(closed.call, by=director2, at=at)
    page = client_of(director).get(reverse("scholars:offer_next", args=[closed.call_id]))
    assert page.status_code == 403
    assert "Another director of the programme must offer the place." in page.content.decode()
