"""What is written to mentor, applicant and office: the recipient, the one fact that matters, the link, the deadline first."""

import pytest

from mentors import workflow
from mentors.models import MentorAgreement
from programs.models import Email, SealedLink
from programs.templatetags.portal import in_zone

pytestmark = pytest.mark.django_db


def test_the_request(asked, call):
    email = Email.objects.get()
    assert (email.to, email.link) == ("maya@harbor.example", SealedLink.objects.get())
    assert email.subject == "[Action required] Samuel Ng asks you to be a mentor"
    assert email.text.splitlines()[0] == f"Please answer by {in_zone(call.closes_at, call.time_zone)}."
    assert "Samuel Ng asks you to be the primary mentor of an application" in email.text.splitlines()[1]
    for duty in MentorAgreement.DUTIES:
        assert f"- {duty}" in email.text
    assert "Dear Maya, as discussed." in email.text
    assert "75 per cent" in email.text
    assert email.expires_at == call.letters_until


def test_a_yes_and_a_no_are_told_without_the_words_of_the_mentor(asked, link, ask, at):
    workflow.decline(asked, signed_name="Maya Okafor", signed_title="Professor", reason="Canary reason", at=at, link=link)
    to_applicant, to_office = Email.objects.order_by("pk")[1:]
    assert "has declined to be your mentor" in to_applicant.text
    assert "You need another mentor by" in to_applicant.text.splitlines()[1]
    assert "Canary reason" not in to_applicant.text
    assert "Canary reason" in to_office.text
    for email in (to_applicant, to_office):
        assert "declin" not in email.subject.lower()
    following = ask(name="Lee Chen", email="lee@harbor.example")
    note = {"signed_name": "Lee Chen", "signed_title": "Director", "note": "Canary note"}
    workflow.commit(following, **note, at=at, link=SealedLink.objects.about(following).get())
    last = Email.objects.latest("pk")
    assert "Lee Chen has committed to be your mentor" in last.text
    assert "Canary note" not in last.text
    assert (last.action_path, last.link) == ("/desk/", None)
