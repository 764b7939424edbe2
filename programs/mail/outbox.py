"""Writing the row of an e-mail in the transaction of its cause."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template import Context, engines

from accounts.texts import tidy
from programs.links import digest
from programs.mail.moot import overtaken
from programs.mail.waking import wake
from programs.models import Email, SealedLink
from programs.transitions import NotPossible, whereabouts

SEALED = "[the sealed link]"
AGAIN = ":again:"


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


def enqueue(message: Message, *, key: str, at: datetime, due_at: datetime | None = None) -> Email | None:
    """Write the row of one e-mail and wake a worker after the commit.

    `key` makes it once: a second call with the same key returns None and writes nothing. `due_at` defaults to now.
    """
    email = _row(message, key=key, at=at, due_at=due_at or at)
    try:
        with transaction.atomic():
            email.save(force_insert=True)
    except IntegrityError:
        if not Email.objects.filter(dedupe_key=key).exists():
            raise
        return None
    wake("programs.tasks.sweep_emails")
    return email


def enqueue_new(messages: Sequence[tuple[Message, str]], *, at: datetime) -> None:
    """Write the rows of e-mails with their keys in one statement, and wake a worker after the commit.

    For keys that nobody can have used before: IntegrityError where somebody has.
    """
    if messages:
        Email.objects.bulk_create([_row(message, key=key, at=at, due_at=at) for message, key in messages])
        wake("programs.tasks.sweep_emails")


def _row(message: Message, *, key: str, at: datetime, due_at: datetime) -> Email:
    program, call, applicant = whereabouts(message.about)
    template = engines["django"].get_template(message.template).template  # type: ignore[attr-defined]
    facts = {"about": message.about, "program": program, "call": call, "to_name": message.to_name, **message.facts}
    text = template.render(Context(facts, autoescape=False, use_tz=True)).strip()
    return Email(
        program=program, call=call, applicant=applicant, subject_row=message.about, kind=message.kind, dedupe_key=key,
        to=message.to, to_name=one_line(message.to_name), reply_to=program.reply_to, subject=one_line(message.subject),
        text=text, action_label=message.action, action_path=message.path, link=message.link, created_at=at,
        due_at=due_at, expires_at=message.expires_at,
    )  # fmt: skip


def enqueue_text(
    *, kind: str, to: str, subject: str, text: str, at: datetime, forget_text: bool = False, expires_at: datetime | None = None
) -> Email:
    """Queue an e-mail whose text is already written and that belongs to no programme (sign-in mail); returns its row.

    After `expires_at` it is not sent any more. The key is short whatever the address: one may have 254 characters.
    """
    email = Email.objects.create(
        kind=kind, dedupe_key=f"{kind}:{digest(to)[:32]}:{at.isoformat()}:{random.getrandbits(32):x}", to=to,
        subject=one_line(subject), text=text, created_at=at, due_at=at, forget_text=forget_text, expires_at=expires_at,
    )  # fmt: skip
    wake("programs.tasks.sweep_emails")
    return email


def again(email: Email, *, at: datetime) -> Email:
    """Queue the same e-mail once more, with a fresh token where it carries a sealed link; returns the new row.

    Raises NotPossible when it was overtaken: its link was withdrawn, or what it asks for was done.
    """
    is_late = email.expires_at is not None and email.expires_at <= at
    if said := overtaken(email, at) or ("The time it speaks of has passed." if is_late else ""):
        raise NotPossible(f"{said} Sending it again would help nobody.")
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
            expires_at=email.expires_at,
        )  # fmt: skip
        wake("programs.tasks.sweep_emails")
    return copy


def check_address(address: str) -> str:
    """Return the address in lower case; raise ValidationError when it is not exactly one plain address."""
    address = address.strip().lower()
    validate_email(address)
    if any(sign in address for sign in ",;\r\n"):
        raise ValidationError("Please give one e-mail address.")
    return address


def one_line(text: str) -> str:
    """Return the text with every run of white space, line breaks too, as one space: headers hold one line.

    Signs that turn the direction of writing are left out: unseen, they would turn what stands behind them too.
    """
    return " ".join(tidy(text).split())[:250]
