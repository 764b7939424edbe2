"""Whether an e-mail still helps whoever gets it: its time, its link, and what those say who know its cause."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from programs.models import Email

Verdict = Callable[[Email, datetime], str]
_verdicts: dict[str, Verdict] = {}


def hand_in(prefix: str, verdict: Verdict) -> None:
    """Have `verdict` asked about every e-mail whose key begins with `prefix:`, and about its copies, before it leaves.

    It returns "" or the sentence that says why the e-mail is of no use any more: the rooms that know are above this one.
    """
    _verdicts[prefix] = verdict


def useful_among(prefix: str, rows: Callable[[datetime], QuerySet[Any]], otherwise: str) -> None:
    """Have e-mails whose key begins with `prefix:` leave only while the row they are about is among `rows(at)`.

    `otherwise` is the sentence that says why they are of no use any more.
    """
    hand_in(prefix, lambda email, at: "" if rows(at).filter(pk=email.object_id).exists() else otherwise)


def is_withdrawn(email: Email, at: datetime) -> bool:
    """Whether the link it carries was withdrawn by then: its button would open nothing."""
    return email.link is not None and email.link.revoked_at is not None and email.link.revoked_at <= at


def overtaken(email: Email, at: datetime) -> str:
    """Return "" unless what has happened since it was written makes the e-mail useless, otherwise the sentence that says so."""
    if is_withdrawn(email, at):
        return "The link in this e-mail was withdrawn."
    verdict = _verdicts.get(email.dedupe_key.split(":", 1)[0])
    return verdict(email, at) if verdict else ""


def why_not_sent(email: Email, at: datetime) -> str:
    """Return "" while the e-mail is worth sending, otherwise the sentence that says why not."""
    if email.expires_at and email.expires_at <= at:
        return "Its time passed before it could be sent."
    return overtaken(email, at)
