"""Who may promise what: the sponsor is one person, mentor and chair may be another."""

from datetime import timedelta

import pytest

from applications import workflow
from mentors.models import ChairCommitment, MentorAgreement
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db
SAM = "sam@county.example"


@pytest.fixture
def name(asking, application, health_system, at):
    """Name Sam for one of the promises."""
    own = {
        "sponsor": (workflow.name_sponsor, {"health_system": health_system}),
        "mentor": (workflow.name_mentor, {"institution": ""}),
        "chair": (workflow.name_chair, {"department": "Department of Medicine"}),
    }

    def named(kind, email=SAM):
        application.refresh_from_db()
        verb, facts = own[kind]
        return verb(application, name="Sam Sponsor", email=email, title="", note="", by=application.applicant, at=at, **facts)

    return named


@pytest.mark.parametrize(
    ("first", "second"), [("sponsor", "mentor"), ("sponsor", "chair"), ("mentor", "sponsor"), ("chair", "sponsor")]
)
def test_the_sponsor_makes_no_other_promise(name, first, second):
    name(first)
    with pytest.raises(NotPossible, match=rf"^This person is asked to be your {first} already\. The sponsor answers") as refused:
        name(second, "Sam@County.example ")
    other = first if second == "sponsor" else second
    assert str(refused.value).endswith(f"for the health system, so the sponsor and the {other} are two people.")
    assert sum(model.objects.count() for model in (SponsorCommitment, MentorAgreement, ChairCommitment)) == 1


def test_a_chair_may_be_the_mentor(name):
    name("mentor")
    assert name("chair").email == SAM


def test_who_declined_one_promise_may_be_asked_for_another(name):
    name("sponsor")
    SponsorCommitment.objects.update(state="declined", reason="Not my field.")
    assert name("mentor").state == "asked"


def test_a_draft_names_nobody_after_the_deadline(asking, application, health_system):
    facts = {"name": "Sam", "email": SAM, "title": "", "note": "", "by": application.applicant, "health_system": health_system}
    with pytest.raises(NotPossible, match=r"^The call closed on "):
        workflow.name_sponsor(application, at=asking.closes_at, **facts)
    assert workflow.name_sponsor(application, at=asking.closes_at - timedelta(seconds=1), **facts).state == "asked"


@pytest.mark.parametrize("state", ["returned", "submitted"])
def test_what_was_submitted_may_name_somebody_until_the_grace_ends(asking, applicant, health_system, state):
    mine = ApplicationFactory(call=asking, applicant=applicant, state=state)
    facts = {"name": "Sam", "email": SAM, "title": "", "note": "", "by": applicant, "health_system": health_system}
    with pytest.raises(NotPossible):
        workflow.name_sponsor(mine, at=asking.letters_until, **facts)
    assert workflow.name_sponsor(mine, at=asking.letters_until - timedelta(seconds=1), **facts).state == "asked"


def test_the_form_says_so_and_keeps_what_was_typed(name, application, client_of):
    name("sponsor")
    form = {"name": "Sam Sponsor", "email": SAM, "title": "Chief", "institution": "", "summary": "What I do. Why it matters."}
    page = client_of(application.applicant).post(f"/applications/{application.pk}/mentor/", form)
    assert page.status_code == 409
    text = page.content.decode()
    assert "This person is asked to be your sponsor already." in text
    assert "What I do. Why it matters." in text


def test_a_call_that_stopped_asking_for_a_chair_knows_nothing_of_one(name, application):
    name("chair")
    application.call.asks_chair = False
    application.call.save()
    assert name("sponsor").email == SAM
