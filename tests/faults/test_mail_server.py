"""F5 and F6 close up: a real mail server that is closed, refuses, hangs up or is overtaken, and what the queue makes of it."""

import smtplib
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from programs import links, mail
from programs.models import Email, LinkToken
from programs.tasks import sweep_emails
from tests.factories.promises import SponsorCommitmentFactory
from tests.journeys.portal import Post, free_port

pytestmark = pytest.mark.django_db


class MoodyPost(Post):
    """Takes every e-mail but those whose subject has an answer of its own; the answer None breaks the connection."""

    def __init__(self):
        super().__init__()
        self.answers = {}

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        subject = str(self.messages[-1][1]["Subject"])
        if subject in self.answers:
            answer = self.answers[subject]
            self.messages.pop()
        if answer is None:
            server.transport.close()
            return "250 never heard"
        return answer

    def subjects(self):
        return [str(message["Subject"]) for _, message in self.messages]


@pytest.fixture
def post(settings):
    """A mail server that is not open yet: `post.open()` opens it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    handler = MoodyPost()
    server = Controller(handler, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    handler.open = server.start
    yield handler
    server.stop(no_assert=True)


@pytest.fixture
def queue(program):
    """Return what queues an e-mail whose subject is its name, due so many minutes ago."""

    def queued(name, minutes=0, **facts):
        now = timezone.now()
        return Email.objects.create(
            program=program, kind="test", dedupe_key=name, to="dana@county.example", subject=name, text="Words.", created_at=now,
            due_at=now - timedelta(minutes=minutes), **facts,
        )  # fmt: skip

    return queued


class LockedDoor(BaseEmailBackend):
    """A mail server that no longer knows the portal's password."""

    def open(self):
        raise smtplib.SMTPAuthenticationError(535, b"authentication failed")


def test_a_closed_server_blames_no_email_and_keeps_the_order(post, queue, call, applicant):
    promise = SponsorCommitmentFactory(call=call, applicant=applicant)
    link = links.seal(promise, purpose="sponsors:answer", email=promise.email, at=timezone.now(), expires_at=call.closes_at)
    rows = [queue("third", 1), queue("first", 9, link=link), queue("second", 5), queue("not yet", -5)]
    due = list(Email.objects.order_by("pk").values_list("due_at", flat=True))
    for _ in range(20):
        assert sweep_emails() == 0
    with pytest.raises(mail.ServerAway):
        mail.deliver(rows[0].pk, at=timezone.now())
    assert list(Email.objects.order_by("pk").values_list("due_at", flat=True)) == due
    assert set(Email.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert all("Connection refused" in row.last_error for row in Email.objects.due(timezone.now()))
    assert Email.objects.get(subject="not yet").last_error == ""
    assert LinkToken.objects.count() == 0

    post.open()
    assert sweep_emails() == 3
    assert post.subjects() == ["first", "second", "third"]
    assert set(Email.objects.filter(state="done").values_list("attempts", "last_error")) == {(1, "")}
    assert sweep_emails() == 0


def test_a_password_that_is_refused_loses_nothing(settings, queue):
    settings.EMAIL_BACKEND = "tests.faults.test_mail_server.LockedDoor"
    email = queue("receipt")
    assert sweep_emails() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("queued", 0)
    assert "authentication failed" in email.last_error


@pytest.mark.parametrize(
    ("answer", "said"), [("451 come back later", "come back later"), (None, "SMTPServerDisconnected")], ids=["451", "hangs up"]
)
def test_one_email_that_is_not_taken_holds_up_no_other(post, queue, settings, answer, said):
    settings.MAIL_FIRST_PAUSE_SECONDS = 60
    post.open()
    post.answers["stubborn"] = answer
    stubborn = queue("stubborn", 9)
    queue("easy", 1)
    assert sweep_emails() == 1
    assert post.subjects() == ["easy"]
    stubborn.refresh_from_db()
    assert (stubborn.state, stubborn.attempts) == ("queued", 1)
    assert said in stubborn.last_error
    assert timedelta(seconds=40) < stubborn.due_at - timezone.now() < timedelta(seconds=80)

    post.answers.clear()
    Email.objects.filter(pk=stubborn.pk).update(due_at=timezone.now())
    assert sweep_emails() == 1
    assert post.subjects() == ["easy", "stubborn"]


def test_a_refusal_for_good_is_not_tried_again(post, queue):
    post.open()
    post.answers["unwelcome"] = "550 no such person"
    email = queue("unwelcome")
    assert sweep_emails() == 0
    email.refresh_from_db()
    assert (email.state, "no such person" in email.last_error) == ("failed", True)
    assert sweep_emails() == 0


def test_a_reminder_that_became_useless_meanwhile_is_not_sent(post, queue):
    email = queue("reminder", 5, expires_at=timezone.now() + timedelta(seconds=60))
    assert sweep_emails() == 0
    Email.objects.filter(pk=email.pk).update(expires_at=timezone.now())
    post.open()
    queue("receipt")
    assert sweep_emails() == 1
    assert post.subjects() == ["receipt"]
    email.refresh_from_db()
    assert email.state == "expired"


def test_a_possible_second_copy_stays_noted_through_an_outage(post, queue, settings):
    email = queue("receipt", 5)
    died_at = timezone.now() - 2 * settings.MAIL_LEASE
    assert Email.objects.claim(email.pk, died_at, settings.MAIL_LEASE)
    assert sweep_emails() == 0
    post.open()
    assert sweep_emails() == 1
    email.refresh_from_db()
    assert (email.state, email.maybe_twice) == ("done", True)


@pytest.mark.parametrize("answer", ["250 taken", "451 later", "550 no"])
def test_a_worker_that_was_overtaken_does_not_have_the_last_word(post, queue, settings, monkeypatch, answer):
    """It hung for longer than its lease; another one has sent the e-mail since."""
    post.open()
    post.answers["receipt"] = answer
    email = queue("receipt")
    write = mail.compose

    def slowly(row, *, at):
        Email.objects.filter(pk=row.pk).update(state="done", done_at=at, lease_until=None, maybe_twice=True)
        return write(row, at=at)

    monkeypatch.setattr(mail.delivery, "compose", slowly)
    mail.deliver(email.pk, at=timezone.now())
    email.refresh_from_db()
    assert (email.state, email.maybe_twice, email.last_error) == ("done", True, "")
