"""Who may promise what: the sponsor is one person, mentor and chair may be another."""

import pytest

from applications import workflow
from mentors.models import ChairCommitment, MentorAgreement
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment

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


def test_the_form_says_so_and_keeps_what_was_typed(name, application, client_of):
    name("sponsor")
    form = {"name": "Sam Sponsor", "email": SAM, "title": "Chief", "institution": "", "summary": "What I do. Why it matters."}
    page = client_of(application.applicant).post(f"/applications/{application.pk}/mentor/", form)
    assert page.status_code == 409
    text = page.content.decode()
    assert "This person is asked to be your sponsor already." in text
    assert "What I do. Why it matters." in text
