"""The queue of record for e-mail: a row in the transaction of its cause, delivered by whichever worker claims it."""

import logging
import random
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils import timezone
from kombu.exceptions import OperationalError

from programs import links
from programs.models import Email, SealedLink, WorkState
from programs.transitions import NotPossible, whereabouts

logger = logging.getLogger(__name__)
SEALED = "[the sealed link]"
AGAIN = ":again:"
WAKE_ALL = "programs.tasks.wake_all"
_broker = SimpleNamespace(away_until=0.0)  # when to ask it again, on this program's own clock
_kept: ContextVar[set[str] | None] = ContextVar("wakes kept for later", default=None)


class ServerAway(Exception):
    """The mail server takes no connection."""


@dataclass(frozen=True)
class Message:
    """One e-mail as an `emails.py` function describes it.

    `template` is a text template of paragraphs, `facts` its context; the button is either `link` (a sealed link)
    or `path` (a page for people with an account).
    """

    kind: str
    about: Any
    to: str
    subject: str
    template: str
    to_name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    action: str = ""
    path: str = ""
    link: SealedLink | None = None
    expires_at: datetime | None = None


def enqueue(message: Message, *, key: str, at: datetime, due_at: datetime | None = None, is_first: bool = False) -> Email | None:
    """Write the row of one e-mail and wake a worker after the commit.

    `key` makes it once: a second call with the same key returns None and writes nothing. `is_first` says that the key
    names a row made in this very transaction, so that no other can have it and no savepoint is needed. `due_at`
    defaults to now.
    """
    program, call, applicant = whereabouts(message.about)
    template = engines["django"].get_template(message.template).template  # type: ignore[attr-defined]
    facts = {"about": message.about, "program": program, "call": call, "to_name": message.to_name, **message.facts}
    text = template.render(Context(facts, autoescape=False, use_tz=True)).strip()
    email = Email(
        program=program, call=call, applicant=applicant, subject_row=message.about, kind=message.kind, dedupe_key=key,
        to=message.to, to_name=one_line(message.to_name), reply_to=program.reply_to, subject=one_line(message.subject),
        text=text, action_label=message.action, action_path=message.path, link=message.link, created_at=at,
        due_at=due_at or at, expires_at=message.expires_at,
    )  # fmt: skip
    try:
        with transaction.atomic(savepoint=not is_first):
            email.save(force_insert=True)
    except IntegrityError:
        if is_first or not Email.objects.filter(dedupe_key=key).exists():
            raise
        return None
    wake("programs.tasks.sweep_emails")
    return email


def enqueue_text(*, kind: str, to: str, subject: str, text: str, at: datetime, forget_text: bool = False) -> Email:
    """Queue an e-mail whose text is already written and that belongs to no programme (sign-in mail)."""
    email = Email.objects.create(
        kind=kind, dedupe_key=f"{kind}:{to}:{at.isoformat()}:{random.getrandbits(32):x}", to=to, subject=one_line(subject),
        text=text, created_at=at, due_at=at, forget_text=forget_text,
    )  # fmt: skip
    wake("programs.tasks.sweep_emails")
    return email


def again(email: Email, *, at: datetime) -> Email:
    """Queue the same e-mail once more, with a fresh token where it carries a sealed link; returns the new row.

    Raises NotPossible when its link was withdrawn: the button would open nothing.
    """
    if _is_withdrawn(email, at):
        raise NotPossible("The link in this e-mail was withdrawn, so sending it again would help nobody.")
    first_key = email.dedupe_key.split(AGAIN, 1)[0]
    with transaction.atomic():
        # Two who press the button at once are counted one after the other.
        Email.objects.select_for_update().get(dedupe_key=first_key)
        times = Email.objects.filter(dedupe_key__startswith=f"{first_key}{AGAIN}").count() + 1
        copy = Email.objects.create(
            program=email.program, call=email.call, applicant=email.applicant, content_type=email.content_type,
            object_id=email.object_id, kind=email.kind, dedupe_key=f"{first_key}{AGAIN}{times}", to=email.to,
            to_name=email.to_name, reply_to=email.reply_to, subject=email.subject, text=email.text, link=email.link,
            action_label=email.action_label, action_path=email.action_path, created_at=at, due_at=at,
        )  # fmt: skip
        wake("programs.tasks.sweep_emails")
    return copy


def wake(task: str) -> None:
    """Ask a worker to look, after the commit and with one message a transaction; the sweep makes up for a lost one.

    After a fault the broker is left alone for five seconds, so that a page waits for it at most once.
    """
    for _, func, *_ in connection.run_on_commit:
        if hasattr(func, "wakes"):
            func.wakes.add(task)
            return
    kept, tasks = _kept.get(), {task}

    def call() -> None:
        if kept is None:
            _send(tasks)
        else:
            kept.update(tasks)

    call.wakes = tasks  # type: ignore[attr-defined]
    transaction.on_commit(call, robust=True)


@contextmanager
def one_wake() -> Iterator[None]:
    """Keep every wake of the block and send them at its end: a sweep ends many transactions in a row."""
    kept: set[str] = set()
    before = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(before)
        if kept:
            _send(kept)


def deliver(email_id: int, *, at: datetime, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Claim one due e-mail and hand it to the mail server; True when this call sent it.

    What is useless by now, its time passed or its link withdrawn, is closed unsent. A refusal for good (SMTP 5xx) marks
    it failed, any other fault of this e-mail is tried again later with growing pauses. Raises ServerAway when the server
    takes no connection: that is the fault of no e-mail, so that none counts it as an attempt, all keep their place in the
    queue, and the next sweep asks again.
    """
    before = Email.objects.filter(pk=email_id).values_list("state", flat=True).first()
    if not Email.objects.claim(email_id, at, settings.MAIL_LEASE):
        return False
    email = Email.objects.select_related("program", "call__cohort", "link").get(pk=email_id)
    email.maybe_twice = email.maybe_twice or before == WorkState.WORKING
    if (email.expires_at and email.expires_at <= at) or _is_withdrawn(email, at):
        _close(email, WorkState.EXPIRED, clock())
        return False
    if email.attempts > settings.MAIL_MAX_ATTEMPTS:  # every worker that took it died of it
        _put_off(email, RuntimeError("no worker finished it"), at, for_good=True)
        return False
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as fault:
        _stay(email, fault, at)
        raise ServerAway from fault
    try:
        server.send_messages([compose(email, at=at)])
    except smtplib.SMTPResponseException as refusal:
        _put_off(email, refusal, at, for_good=500 <= refusal.smtp_code < 600)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
        codes = [code for code, _ in getattr(refusal, "recipients", {}).values()] or [550]
        _put_off(email, refusal, at, for_good=all(500 <= code < 600 for code in codes))
    except (OSError, smtplib.SMTPException) as fault:
        _put_off(email, fault, at, for_good=False)
    except ValueError as fault:  # a header that no mail may carry
        _put_off(email, fault, at, for_good=True)
    except Exception as fault:  # whatever broke, the row says so, and the e-mails behind it go out
        logger.exception("e-mail %s could not be written", email.pk)
        _put_off(email, fault, at, for_good=False)
    else:
        _close(email, WorkState.DONE, clock())
        return True
    finally:
        with suppress(OSError, smtplib.SMTPException):  # a broken goodbye does not unsend
            server.close()
    return False


def compose(email: Email, *, at: datetime) -> EmailMultiAlternatives:
    """Return the message as it leaves: plain text that stands alone and the same words as a page."""
    address = settings.SITE_URL + email.action_path if email.action_path else ""
    if email.link is not None:
        address = links.mint(email.link, at=at)
    text = email.text.replace(SEALED, address)
    html = render_to_string(
        "base_email.html",
        {
            "subject": email.subject, "paragraphs": text.split("\n\n"), "action_url": address, "action_label": email.action_label,
            "programme": email.program, "site_url": settings.SITE_URL,
        },
    )  # fmt: skip
    if address:
        text = f"{text}\n\n{email.action_label}:\n{address}"
    if email.program:
        text = f"{text}\n\n-- \n{email.program.name}\nAnswers reach {email.program.reply_to}."
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=text,
        to=[email.to],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers={
            "Message-ID": f"<{links.digest(email.dedupe_key)[:32]}@{_host()}>",
            "Auto-Submitted": "auto-generated",
            "Date": format_datetime(at),
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def check_address(address: str) -> str:
    """Return the address in lower case; raise ValidationError when it is not exactly one plain address."""
    address = address.strip().lower()
    validate_email(address)
    if any(sign in address for sign in ",;\r\n"):
        raise ValidationError("Please give one e-mail address.")
    return address


def one_line(text: str) -> str:
    """Return the text with every run of white space, line breaks too, as one space: headers hold one line."""
    return " ".join(text.split())[:250]


def _send(tasks: set[str]) -> None:
    """Ask for these tasks with one message: a page waits for the broker, and each message costs it a third of a millisecond."""
    if time.monotonic() < _broker.away_until:
        return
    first, *others = sorted(tasks)
    try:
        if others:
            current_app.send_task(WAKE_ALL, args=[[first, *others]], expires=60, retry=False)
        else:
            current_app.send_task(first, expires=60, retry=False)
    except OperationalError as fault:
        _broker.away_until = time.monotonic() + 5
        logger.warning("the broker is away, the next sweep finds the work: %s", fault)


def _stay(email: Email, fault: Exception, at: datetime) -> None:
    """Put a claimed e-mail back where it was, and write the server's fault on everything that waits because of it."""
    said = f"{type(fault).__name__}: {fault}"[:500]
    given_back = {"state": WorkState.QUEUED, "attempts": email.attempts - 1, "lease_until": None}
    _held(email).update(**given_back, last_error=said, maybe_twice=email.maybe_twice)
    Email.objects.due(at).order_by().filter(state=WorkState.QUEUED).exclude(last_error=said).update(last_error=said)
    logger.warning("the mail server is away: %s", said)


def _put_off(email: Email, fault: Exception, at: datetime, *, for_good: bool) -> None:
    failed = for_good or email.attempts >= settings.MAIL_MAX_ATTEMPTS
    pause = min(settings.MAIL_FIRST_PAUSE_SECONDS * 2 ** (email.attempts - 1), 3600) * random.uniform(0.8, 1.2)  # noqa: S311
    said = f"{type(fault).__name__}: {fault}"[:500]
    _held(email).update(
        state=WorkState.FAILED if failed else WorkState.QUEUED, due_at=at + timedelta(seconds=pause), lease_until=None,
        last_error=said, maybe_twice=email.maybe_twice,
    )  # fmt: skip
    logger.warning("e-mail %s was not taken: %s", email.pk, said)


def _close(email: Email, state: WorkState, at: datetime) -> None:
    facts = {"text": "The text of sign-in mail is not kept."} if email.forget_text else {}
    _held(email).update(state=state, done_at=at, lease_until=None, last_error="", maybe_twice=email.maybe_twice, **facts)


def _held(email: Email) -> Any:
    """Return the e-mail (none or one) as long as this worker's lease on it holds: who came later has the last word."""
    return Email.objects.filter(pk=email.pk, state=WorkState.WORKING, lease_until=email.lease_until)


def _is_withdrawn(email: Email, at: datetime) -> bool:
    """Whether the link it carries was withdrawn by then: its button would open nothing."""
    return email.link is not None and email.link.revoked_at is not None and email.link.revoked_at <= at


def _host() -> str:
    return settings.SITE_URL.split("//", 1)[-1].split(":", 1)[0].split("/", 1)[0]
