"""The queue of record for e-mail: once each, tried again, given up, never twice at once, never more than one recipient."""

import contextlib
import smtplib
import threading
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from celery import current_app
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from programs import links, mail
from programs.mail import moot
from programs.models import Email, LinkToken, SealedLink
from programs.promises import emails
from programs.tasks import sweep_emails
from programs.transitions import NotPossible
from sponsors.emails import WORDS

pytestmark = pytest.mark.django_db


def an_email(program, key="k", **facts):
    at = facts.pop("at", None) or timezone.now()
    rows = {
        "program": program, "kind": "test", "dedupe_key": key, "to": "dana@county.example", "to_name": "Dana", "subject": "Hello",
        "text": "First line.\n\nSecond paragraph.", "created_at": at, "due_at": at, "reply_to": program.reply_to, **facts,
    }  # fmt: skip
    return Email.objects.create(**rows)


class Failing(BaseEmailBackend):
    """A mail server that answers with the next fault of the list, and takes the mail when the list is empty."""

    faults: list = []
    taken: list = []

    def send_messages(self, messages):
        if self.faults:
            raise self.faults.pop(0)
        self.taken.extend(messages)
        return len(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "tests.programs.test_mail.Failing"
    Failing.faults, Failing.taken = [], []
    return Failing


class TestEnqueue:
    def message(self, commitment, **changes):
        facts = {
            "kind": "test", "about": commitment, "to": "dana@county.example", "to_name": "Dana", "subject": "Hello",
            "template": "sponsors/emails/declined.txt", "facts": {"needed_by": commitment.call.letters_until},
        }  # fmt: skip
        return mail.Message(**{**facts, **changes})

    def test_a_key_makes_it_once(self, asked, at):
        assert mail.enqueue(self.message(asked), key="once", at=at) is not None
        assert mail.enqueue(self.message(asked), key="once", at=at) is None
        assert Email.objects.filter(dedupe_key="once").count() == 1

    def test_new_ones_are_written_with_one_statement_all_or_none(self, asked, at, django_assert_num_queries):
        mail.enqueue(self.message(asked), key="warm", at=at)
        with django_assert_num_queries(1):
            mail.enqueue_new([(self.message(asked, subject=f"No. {number}"), f"new {number}") for number in range(3)], at=at)
        with django_assert_num_queries(0):
            mail.enqueue_new([], at=at)
        rows = Email.objects.filter(dedupe_key__startswith="new").order_by("pk")
        assert [(row.subject, row.due_at, row.state) for row in rows] == [(f"No. {number}", at, "queued") for number in range(3)]
        with pytest.raises(IntegrityError), transaction.atomic():
            mail.enqueue_new([(self.message(asked), "new 3"), (self.message(asked), "new 0")], at=at)
        assert not Email.objects.filter(dedupe_key="new 3").exists()

    def test_a_rolled_back_cause_leaves_no_mail(self, asked, at):
        class Undone(Exception):
            pass

        def cause():
            with transaction.atomic():
                mail.enqueue(self.message(asked), key="undone", at=at)
                raise Undone

        with pytest.raises(Undone):
            cause()
        assert not Email.objects.filter(dedupe_key="undone").exists()

    def test_plain_text_is_not_escaped(self, asked, at):
        asked.reason = "R&D <no> 'time'"
        email = mail.enqueue(self.message(asked), key="plain", at=at)
        assert "R&D <no> 'time'" in email.text


class TestDeliver:
    def test_one_mail_to_one_person(self, program, server):
        email = an_email(program)
        assert mail.deliver(email.pk, at=timezone.now())
        email.refresh_from_db()
        assert (email.state, email.attempts, email.last_error) == ("done", 1, "")
        [sent] = server.taken
        assert (sent.to, sent.cc, sent.bcc, sent.reply_to) == (["dana@county.example"], [], [], [program.reply_to])
        assert "Answers reach office@example.org." in sent.body
        assert sent.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_a_second_delivery_does_nothing(self, program, server):
        email = an_email(program)
        assert [mail.deliver(email.pk, at=timezone.now()) for _ in range(20)] == [True] + [False] * 19
        assert len(server.taken) == 1

    @pytest.mark.parametrize(
        "fault",
        [
            ConnectionRefusedError("nobody listens"),
            TimeoutError("slow"),
            smtplib.SMTPServerDisconnected("dropped after DATA"),
            smtplib.SMTPDataError(451, b"later"),
            smtplib.SMTPRecipientsRefused({"dana@county.example": (450, b"greylisted")}),
        ],
        ids=lambda fault: type(fault).__name__,
    )
    def test_a_passing_fault_is_tried_again_later(self, program, server, fault):
        server.faults = [fault]
        at = timezone.now()
        email = an_email(program, at=at)
        assert not mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        assert (email.state, email.lease_until) == ("queued", None)
        assert timedelta(seconds=20) < email.due_at - at < timedelta(seconds=40)
        assert type(fault).__name__ in email.last_error
        assert mail.deliver(email.pk, at=email.due_at)
        email.refresh_from_db()
        assert (email.state, email.attempts, email.last_error) == ("done", 2, "")

    @pytest.mark.parametrize(
        "fault",
        [
            smtplib.SMTPDataError(550, b"no such person"),
            smtplib.SMTPRecipientsRefused({"dana@county.example": (550, b"unknown")}),
            smtplib.SMTPSenderRefused(553, b"not you", "portal@example.org"),
        ],
        ids=lambda fault: type(fault).__name__,
    )
    def test_a_refusal_for_good_is_noted_and_not_tried_again(self, program, server, fault):
        server.faults = [fault]
        email = an_email(program)
        assert not mail.deliver(email.pk, at=timezone.now())
        email.refresh_from_db()
        assert email.state == "failed"
        assert type(fault).__name__ in email.last_error
        assert not mail.deliver(email.pk, at=timezone.now() + timedelta(days=3))

    def test_it_is_given_up_after_twelve_attempts_with_growing_pauses(self, program, server, settings):
        server.faults = [ConnectionRefusedError("closed") for _ in range(20)]
        email, pauses = an_email(program), []
        at = email.due_at
        for _ in range(settings.MAIL_MAX_ATTEMPTS):
            assert not mail.deliver(email.pk, at=at)
            email.refresh_from_db()
            pauses.append(email.due_at - at)
            at = email.due_at
        assert (email.state, email.attempts) == ("failed", 12)
        assert pauses[5] > pauses[0] * 10
        assert max(pauses) <= timedelta(seconds=3600 * 1.2)

    @pytest.mark.parametrize(
        ("fault", "twice"),
        [
            (smtplib.SMTPServerDisconnected("gone"), True),
            (TimeoutError("no answer"), True),
            (smtplib.SMTPDataError(451, b"later"), False),
        ],
    )
    def test_what_broke_off_may_have_been_taken_and_says_so(self, program, server, fault, twice):
        """F2: the server had perhaps taken it, only its answer was lost; a refusal was no taking."""
        email, server.faults = an_email(program), [fault]
        assert not mail.deliver(email.pk, at=timezone.now())
        assert mail.deliver(email.pk, at=timezone.now() + timedelta(hours=1))
        email.refresh_from_db()
        assert (email.state, email.maybe_twice) == ("done", twice)

    def test_one_that_is_no_longer_useful_is_not_sent(self, program, server):
        email = an_email(program, expires_at=timezone.now() + timedelta(hours=1))
        assert not mail.deliver(email.pk, at=email.expires_at)
        email.refresh_from_db()
        assert (email.state, email.last_error) == ("expired", "Its time passed before it could be sent.")
        assert server.taken == []

    def test_a_request_whose_link_was_withdrawn_is_not_sent(self, asked, server):
        email = Email.objects.about(asked).get()
        links.revoke(asked, at=timezone.now())
        assert not mail.deliver(email.pk, at=timezone.now())
        email.refresh_from_db()
        assert (email.state, server.taken) == ("expired", [])
        assert email.last_error == "The link in this e-mail was withdrawn."
        with pytest.raises(NotPossible, match=r"was withdrawn\. Sending it again would help nobody\."):
            mail.again(email, at=timezone.now())
        assert Email.objects.about(asked).count() == 1

    @pytest.fixture
    def judged(self, monkeypatch):
        """Have a verdict asked about e-mails whose key begins with `judged:`."""
        monkeypatch.setattr(moot, "_verdicts", {})
        return lambda verdict: mail.hand_in("judged", verdict)

    def test_what_the_rooms_above_call_useless_is_not_sent_nor_are_its_copies(self, program, server, judged):
        email, other = an_email(program, key="judged:1"), an_email(program, key="judgedly:1")
        judged(lambda email, at: "It was done.")
        assert [mail.deliver(one.pk, at=timezone.now()) for one in (email, other)] == [False, True]
        email.refresh_from_db()
        assert (email.state, email.last_error, email.attempts) == ("expired", "It was done.", 1)
        with pytest.raises(NotPossible, match=r"It was done\. Sending it again would help nobody\."):
            mail.again(email, at=timezone.now())
        judged(lambda email, at: "")
        copy = mail.again(email, at=timezone.now())
        judged(lambda email, at: "It was done." if email.pk == copy.pk else "")
        assert not mail.deliver(copy.pk, at=timezone.now())
        assert len(server.taken) == 1

    def test_a_fault_in_the_verdict_holds_up_no_other_mail(self, program, server, judged):
        at = timezone.now() - timedelta(minutes=2)
        broken, behind = an_email(program, key="judged:1", at=at), an_email(program, key="b", at=at + timedelta(minutes=1))
        judged(lambda email, at: 1 / 0)
        assert sweep_emails() == 1
        broken.refresh_from_db()
        behind.refresh_from_db()
        assert (broken.state, broken.last_error, behind.state) == ("queued", "ZeroDivisionError: division by zero", "done")

    def test_a_fault_nobody_foresaw_holds_up_no_other_mail(self, program, server, settings):
        server.faults = [TypeError("a bug of ours")]
        at = timezone.now() - timedelta(minutes=2)
        broken, behind = an_email(program, at=at), an_email(program, key="behind", at=at + timedelta(minutes=1))
        assert sweep_emails() == 1
        broken.refresh_from_db()
        behind.refresh_from_db()
        assert (broken.state, broken.attempts, broken.last_error) == ("queued", 1, "TypeError: a bug of ours")
        assert behind.state == "done"

    def test_one_that_kills_its_workers_is_given_up(self, program, server, settings):
        email, at = an_email(program), timezone.now()
        for _ in range(settings.MAIL_MAX_ATTEMPTS):
            assert Email.objects.claim(email.pk, at, settings.MAIL_LEASE)
            at += settings.MAIL_LEASE + timedelta(seconds=1)
        assert not mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        assert (email.state, email.last_error, server.taken) == ("failed", "RuntimeError: no worker finished it", [])

    def test_one_of_a_dead_worker_goes_out_with_the_same_message_id_and_a_note(self, program, server, settings):
        at = timezone.now()
        email = an_email(program, at=at)
        assert Email.objects.claim(email.pk, at, settings.MAIL_LEASE)
        assert not mail.deliver(email.pk, at=at + settings.MAIL_LEASE)
        first = mail.compose(email, at=at).extra_headers["Message-ID"]
        assert mail.deliver(email.pk, at=at + settings.MAIL_LEASE + timedelta(seconds=1))
        email.refresh_from_db()
        assert email.maybe_twice
        assert server.taken[0].extra_headers["Message-ID"] == first

    def test_the_sweep_sends_what_is_due_in_order_and_leaves_the_rest(self, program, server):
        now = timezone.now()
        for number in range(5):
            an_email(program, key=str(number), subject=str(number), at=now - timedelta(minutes=number))
        an_email(program, key="later", at=now + timedelta(hours=1))
        assert sweep_emails() == 5
        assert [sent.subject for sent in server.taken] == ["4", "3", "2", "1", "0"]

    def test_sign_in_mail_is_forgotten_once_it_is_sent(self, server):
        email = mail.enqueue_text(
            kind="code", to="a@example.org", subject="Code", text="123456", at=timezone.now(), forget_text=True
        )
        assert mail.deliver(email.pk, at=timezone.now())
        email.refresh_from_db()
        assert "123456" not in email.text
        assert "123456" in server.taken[0].body

    @pytest.mark.parametrize("fault", [smtplib.SMTPDataError(550, b"no such person"), ValueError("no header")])
    def test_sign_in_mail_is_forgotten_once_it_is_given_up(self, server, fault):
        email = mail.enqueue_text(
            kind="code", to="a@example.org", subject="Code", text="123456", at=timezone.now(), forget_text=True
        )
        server.faults = [ConnectionResetError("closed"), fault]
        assert not mail.deliver(email.pk, at=email.due_at)
        email.refresh_from_db()
        assert (email.state, email.text) == ("queued", "123456")
        assert not mail.deliver(email.pk, at=email.due_at)
        email.refresh_from_db()
        assert (email.state, email.text) == ("failed", "The text of sign-in mail is not kept.")

    def test_sign_in_mail_whose_code_is_dead_is_neither_sent_nor_kept(self, server, at):
        dead = at + timedelta(minutes=3)
        email = mail.enqueue_text(
            kind="code", to="a@example.org", subject="Code", text="123456", at=at, forget_text=True, expires_at=dead
        )
        assert not mail.deliver(email.pk, at=dead)
        email.refresh_from_db()
        assert (email.state, "123456" in email.text, server.taken) == ("expired", False, [])

    def test_a_text_of_the_programme_stays_for_who_sends_it_again(self, program, server):
        server.faults = [smtplib.SMTPDataError(550, b"no such person")]
        email = an_email(program)
        mail.deliver(email.pk, at=email.due_at)
        email.refresh_from_db()
        assert (email.state, email.text) == ("failed", "First line.\n\nSecond paragraph.")

    def test_the_longest_address_fits_into_the_key_and_two_addresses_have_two_keys(self, at):
        domain = ".".join(["b" * 60] * 3) + ".org"
        keys = [
            mail.enqueue_text(kind="email_confirmation_signup", to=f"{name * 60}@{domain}", subject="s", text="t", at=at).dedupe_key
            for name in "ac"
        ]
        assert max(map(len, keys)) <= Email._meta.get_field("dedupe_key").max_length
        assert keys[0].split(":")[1] != keys[1].split(":")[1]


@pytest.mark.django_db(transaction=True)
def test_four_workers_claim_an_email_once(program):
    email = an_email(program)
    barrier, won = threading.Barrier(4), []

    def work():
        try:
            barrier.wait()
            won.append(mail.deliver(email.pk, at=timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]
    assert len(django_mail.outbox) == 1
    email.refresh_from_db()
    assert email.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_four_who_send_again_at_once_are_counted_one_after_the_other(program):
    email = an_email(program, state="done")
    barrier, made = threading.Barrier(4), []

    def press():
        try:
            barrier.wait()
            made.append(mail.again(email, at=timezone.now()).dedupe_key)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [f"k:again:{number}" for number in range(1, 5)]


@pytest.fixture
def asked_for(monkeypatch):
    """The messages to the broker, in order: a task and what it is given."""
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda task, args=(), **options: messages.append((task, *args)))
    return messages


class TestWake:
    def test_once_a_transaction_and_after_its_end(self, asked_for, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            mail.wake("first")
            mail.wake("first")
            assert asked_for == []
        assert asked_for == [("first",)]

    def test_several_by_one_message(self, asked_for, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            mail.wake("second")
            mail.wake("first")
        assert asked_for == [("programs.tasks.wake_all", ["first", "second"])]

    @pytest.mark.django_db(transaction=True)
    def test_a_worker_turns_it_into_one_message_each(self, asked_for):
        current_app.tasks["programs.tasks.wake_all"](["first", "second"])
        assert asked_for == [("first",), ("second",)]

    def test_what_is_undone_wakes_nobody_and_what_was_asked_before_it_stays(self, asked_for, django_capture_on_commit_callbacks):
        def undone(task):
            with contextlib.suppress(RuntimeError), transaction.atomic():
                mail.wake(task)
                raise RuntimeError

        with django_capture_on_commit_callbacks(execute=True):
            undone("never")
            mail.wake("letters")
        assert asked_for == [("letters",)]

    def test_a_sweep_of_many_transactions_wakes_once_at_its_end_also_when_it_breaks(
        self, asked_for, django_capture_on_commit_callbacks
    ):
        def sweep():
            with mail.one_wake():
                for _ in range(3):
                    with django_capture_on_commit_callbacks(execute=True):
                        mail.wake("letters")
                assert asked_for == []
                raise RuntimeError

        with pytest.raises(RuntimeError):
            sweep()
        assert asked_for == [("letters",)]


class TestSealedLinks:
    def test_every_delivery_carries_a_fresh_token_and_stores_only_its_digest(self, asked, deliver_all, settings):
        deliver_all()
        [sent] = django_mail.outbox
        [address] = [line for line in sent.body.split() if "/links/" in line]
        assert address.startswith(f"{settings.SITE_URL}/links/")
        token = address.rstrip("/").rsplit("/", 1)[-1]
        assert len(token) == 43
        stored = LinkToken.objects.get()
        assert stored.sha256 == links.digest(token)
        everything = (
            str(list(Email.objects.values())) + str(list(SealedLink.objects.values())) + str(list(LinkToken.objects.values()))
        )
        assert token not in everything

    def test_the_same_words_as_page_and_as_text(self, asked, deliver_all):
        deliver_all()
        html, kind = django_mail.outbox[0].alternatives[0]
        assert kind == "text/html"
        assert "Read and answer the request" in html
        assert "Telehealth titration" in html


@pytest.mark.both
class TestHeaders:
    """S22: nobody adds a recipient or a header by a name, a title or an address."""

    @pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x85"])
    def test_line_breaks_in_names_stay_in_the_subject(self, asked, at, sign, deliver_all):
        asked.name = f"Dana{sign}Bcc: everybody@example.org"
        mail.enqueue(emails.answered(asked, WORDS, path="/desk/", needed_by=None), key="evil", at=at)
        deliver_all()
        sent = django_mail.outbox[-1]
        message = sent.message()
        assert sent.recipients() == [asked.applicant.email]
        assert message["Bcc"] is None
        subject = str(make_header(decode_header(message["Subject"])))
        assert "\n" not in subject
        assert "\r" not in subject

    @pytest.mark.parametrize(
        "address",
        ["a@x.org,b@x.org", "a@x.org;b@x.org", "a@x.org\r\nBcc: b@x.org", "a@x.org\nb", "Dana <a@x.org>", "", "a b@x.org"],
    )
    def test_an_address_is_exactly_one(self, address):
        with pytest.raises(ValidationError):
            mail.check_address(address)

    def test_an_address_is_kept_in_lower_case(self):
        assert mail.check_address(" Dana@County.Example ") == "dana@county.example"

    def test_a_header_no_mail_may_carry_fails_for_good(self, program):
        email = an_email(program)
        Email.objects.filter(pk=email.pk).update(subject="One\nBcc: two@example.org")
        assert not mail.deliver(email.pk, at=timezone.now())
        email.refresh_from_db()
        assert email.state == "failed"
        assert django_mail.outbox == []


def test_a_worker_whose_lease_ran_out_leaves_the_row_to_the_next(program, server, monkeypatch):
    """The second worker has the e-mail now: what becomes of the first one's attempt must not put it back or close it."""
    email, now = an_email(program), timezone.now()
    server.faults = [OSError("away")]
    send = server.send_messages

    def overtaken(self, messages):
        later = now + timedelta(hours=1)
        assert Email.objects.claim(email.pk, later, timedelta(minutes=5))
        return send(self, messages)

    monkeypatch.setattr(server, "send_messages", overtaken)
    assert not mail.deliver(email.pk, at=now)
    email.refresh_from_db()
    assert (email.state, email.attempts, email.last_error) == ("working", 2, "")
