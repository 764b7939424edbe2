"""Handing e-mails to the mail server: claimed by one worker, tried again, given up, closed."""

import logging
import random
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone

from programs import links
from programs.mail.moot import why_not_sent
from programs.mail.outbox import SEALED
from programs.models import Email, WorkState

logger = logging.getLogger(__name__)


class ServerAway(Exception):
    """The mail server takes no connection."""


def deliver(email_id: int, *, at: datetime) -> bool:
    """Claim one due e-mail and hand it to the mail server; True when this call sent it.

    What is useless by now (its time passed, its link withdrawn, what it asks for done) is closed unsent and says why. A
    refusal for good (SMTP 5xx) marks it failed, any other fault of this e-mail is tried again later with growing pauses.
    Raises ServerAway when the server takes no connection: that is the fault of no e-mail, so that none counts it as an
    attempt, all keep their place in the queue, and the next sweep asks again.
    """
    before = Email.objects.filter(pk=email_id).values_list("state", flat=True).first()
    if not Email.objects.claim(email_id, at, settings.MAIL_LEASE):
        return False
    email = Email.objects.select_related("program", "call__cohort", "link").get(pk=email_id)
    email.maybe_twice = email.maybe_twice or before == WorkState.WORKING
    try:
        hindrance = why_not_sent(email, at)
    except Exception as fault:  # a fault in what is asked of one e-mail holds up none of the others
        logger.exception("whether e-mail %s is of use could not be said", email.pk)
        _put_off(email, fault, at, for_good=False)
        return False
    if hindrance:
        _close(email, WorkState.EXPIRED, timezone.now(), why=hindrance)
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
        return _hand_over(server, email, at)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # a broken goodbye does not unsend
            server.close()


def _hand_over(server: Any, email: Email, at: datetime) -> bool:
    """Send one e-mail through an open connection; True when the server took it, otherwise the row says why and what follows."""
    try:
        server.send_messages([compose(email, at=at)])
    except smtplib.SMTPResponseException as refusal:
        _put_off(email, refusal, at, for_good=500 <= refusal.smtp_code < 600)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
        codes = [code for code, _ in getattr(refusal, "recipients", {}).values()] or [550]
        _put_off(email, refusal, at, for_good=all(500 <= code < 600 for code in codes))
    except (OSError, smtplib.SMTPException) as fault:  # the connection broke, perhaps after the server had taken it
        email.maybe_twice = True
        _put_off(email, fault, at, for_good=False)
    except ValueError as fault:  # a header that no mail may carry
        _put_off(email, fault, at, for_good=True)
    except Exception as fault:  # whatever broke, the row says so, and the e-mails behind it go out
        logger.exception("e-mail %s could not be written", email.pk)
        _put_off(email, fault, at, for_good=False)
    else:
        _close(email, WorkState.DONE, timezone.now())
        return True
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
        last_error=said, maybe_twice=email.maybe_twice, **(_forgotten(email) if failed else {}),
    )  # fmt: skip
    logger.warning("e-mail %s was not taken: %s", email.pk, said)


def _close(email: Email, state: WorkState, at: datetime, *, why: str = "") -> None:
    kept = {"maybe_twice": email.maybe_twice, **_forgotten(email)}
    _held(email).update(state=state, done_at=at, lease_until=None, last_error=why, **kept)


def _forgotten(email: Email) -> dict[str, Any]:
    """Return what takes the place of a text that may not be kept once nobody tries to send it any more: it may hold a code."""
    return {"text": "The text of sign-in mail is not kept."} if email.forget_text else {}


def _held(email: Email) -> Any:
    """Return the e-mail (none or one) as long as this worker's lease on it holds: who came later has the last word."""
    return Email.objects.filter(pk=email.pk, state=WorkState.WORKING, lease_until=email.lease_until)


def _host() -> str:
    return settings.SITE_URL.split("//", 1)[-1].split(":", 1)[0].split("/", 1)[0]
