"""What is written to the person asked, to applicant and office: recipient, the one fact that matters, link, deadline first."""

from datetime import timedelta

import pytest

from programs import mail
from programs.models import Email, SealedLink
from programs.promises import emails
from programs.templatetags.portal import in_zone
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_request(kind, asked, call):
    email = Email.objects.get()
    assert (email.to, email.link) == (kind.email, SealedLink.objects.get())
    assert email.subject == f"[Action required] {kind.asks}"
    assert email.text.splitlines()[0] == f"Please answer by {in_zone(call.closes_at, call.time_zone)}."
    assert f"Samuel Ng asks you {kind.role}" in email.text.splitlines()[1]
    for duty in kind.duties:
        assert f"- {duty}" in email.text
    assert "Dear colleague, as discussed." in email.text
    assert "\n\nWe will titrate by telephone. Your beds empty sooner.\n\n" in email.text
    assert kind.of in email.text
    assert email.expires_at == call.letters_until


def test_a_yes_and_a_no_are_told_without_the_words_of_the_person(kind, asked, link, ask, at):
    kind.workflow.decline(asked, signed_name=kind.name, signed_title="Chief", reason="Canary reason", at=at, link=link)
    to_applicant, to_office = Email.objects.order_by("pk")[1:]
    assert kind.no in to_applicant.text
    assert f"You need {kind.another} by" in to_applicant.text.splitlines()[1]
    assert "Canary reason" not in to_applicant.text
    assert "Canary reason" in to_office.text
    for email in (to_applicant, to_office):
        assert "declin" not in email.subject.lower()
    following = ask(name="Lee Castellano", email="lee@county.example")
    note = {"signed_name": "Lee Castellano", "signed_title": "Director", "note": "Canary note"}
    kind.workflow.commit(following, **note, at=at, link=SealedLink.objects.about(following).get())
    last = Email.objects.latest("pk")
    assert f"Lee Castellano {kind.yes}" in last.text
    assert "The checklist of your application" in last.text
    assert "nothing for you to do" not in last.text
    assert "Canary note" not in last.text
    assert (last.action_path, last.link) == ("/desk/", None)


def test_a_reminder_is_not_taken_for_the_request(kind, asked, link, call):
    def reminder(at):
        return emails.reminder(asked, link, kind.words, at=at)

    def day(moment):
        local = moment.astimezone(call.zone)
        return f"{local.day} {local:%B}"

    before, after = reminder(call.closes_at - timedelta(seconds=1)), reminder(call.closes_at)
    assert before.subject == f"[Action required] Reminder: {kind.asks}, answer by {day(call.closes_at)}"
    assert after.subject == f"[Action required] Reminder: {kind.asks}, answer by {day(call.letters_until)}"
    assert (before.facts["answer_by"], after.facts["answer_by"]) == (call.closes_at, call.letters_until)
    assert before.subject != Email.objects.get().subject


def test_asked_within_the_grace_the_day_named_is_to_come(ask, call):
    ask(at=call.closes_at)
    assert Email.objects.get().text.splitlines()[0] == f"Please answer by {in_zone(call.letters_until, call.time_zone)}."


def test_without_a_summary_nothing_is_left_open(ask, kind, link):
    email = Email.objects.get()
    assert "\n\n\n" not in email.text
    assert ask(email="lee@county.example", applicant=(person := UserFactory()), by=person, summary="", note="").summary == ""
    assert "\n\n\n" not in Email.objects.latest("pk").text


def test_the_reminder_says_what_the_project_is(asked, link, kind, call, at):
    mail.enqueue(emails.reminder(asked, link, kind.words, at=at), key="r", at=at)
    text = Email.objects.latest("pk").text
    assert "\n\nWe will titrate by telephone. Your beds empty sooner.\n\n" in text
    assert text.splitlines()[0] == f"Your answer is still needed by {in_zone(call.closes_at, call.time_zone)}."
