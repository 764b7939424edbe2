"""What those who were asked hear when nothing is expected of them any more."""

import pytest

from applications import workflow as applications
from programs.models import Email, SealedLink
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db
KIND = "request no longer needed"


@pytest.fixture
def sent(asked):
    """The request has left the portal."""
    Email.objects.about(asked).update(state="done")
    return asked


@pytest.fixture
def told():
    """Return what was queued for the person who had been asked."""
    return lambda: list(Email.objects.filter(kind=KIND).values_list("to", "subject", "text", "link"))


def test_somebody_else_is_asked(kind, sent, applicant, at, told):
    kind.workflow.replace(sent, by=applicant, at=at)
    [(to, subject, text, link)] = told()
    assert (to, subject, link) == (kind.email, "Nothing more to do for Samuel Ng’s application", None)
    assert text.startswith("Samuel Ng asks somebody else, so nothing more is expected of you.")
    assert "the link that you received opens nothing any more" in text.lower()
    assert "binds you no more" not in text


def test_who_had_committed_is_free_again(kind, sent, link, applicant, at, told):
    kind.workflow.commit(sent, **kind.signed, note="", at=at, link=link)
    kind.workflow.replace(sent, by=applicant, at=at)
    [(_, _, text, _)] = told()
    assert "What you promised binds you no more" in text


def test_a_request_that_never_left_is_not_taken_back(kind, asked, applicant, at, told):
    kind.workflow.replace(asked, by=applicant, at=at)
    assert told() == []


def test_who_declined_needs_no_word(kind, sent, link, applicant, at, told):
    kind.workflow.decline(sent, **kind.signed, reason="No time.", at=at, link=link)
    kind.workflow.replace(sent, by=applicant, at=at)
    assert told() == []


@pytest.mark.parametrize("answer", ["none", "yes", "no"])
def test_the_application_is_not_eligible(answer, kind, sent, link, applicant, director, at, told):
    """Its applicant reads why; those who were asked read that it goes no further. Their links are dead, nobody reminds them."""
    if answer == "yes":
        kind.workflow.commit(sent, **kind.signed, note="", at=at, link=link)
    if answer == "no":
        kind.workflow.decline(sent, **kind.signed, reason="No time.", at=at, link=link)
    shown = ApplicationFactory(call=sent.call, applicant=applicant, state="submitted")
    applications.find_ineligible(shown, by=director, at=at, why="The doctorate is missing.")
    said = [text.partition(", so nothing more")[0] for _, _, text, _ in told()]
    assert said == ([] if answer == "no" else ["The application of Samuel Ng goes no further"])
    assert not any("doctorate" in text or "eligible" in text for _, _, text, _ in told())
    sent.refresh_from_db()
    assert sent.state == {"none": "replaced", "yes": "committed", "no": "declined"}[answer]
    assert not SealedLink.objects.about(sent).living(at).exists()
    assert kind.workflow.REMINDER.wanted(at) == []


@pytest.mark.parametrize("answer", ["none", "yes", "no"])
def test_the_application_is_withdrawn(answer, kind, sent, link, application, applicant, at, told):
    if answer == "yes":
        kind.workflow.commit(sent, **kind.signed, note="", at=at, link=link)
    if answer == "no":
        kind.workflow.decline(sent, **kind.signed, reason="No time.", at=at, link=link)
    applications.withdraw(application, by=applicant, at=at)
    said = ["" if answer == "no" else text.partition(",")[0] for _, _, text, _ in told()]
    assert said == ([] if answer == "no" else ["Samuel Ng has withdrawn the application"])
    assert [("What you promised" in text) for _, _, text, _ in told()] == ([] if answer == "no" else [answer == "yes"])
