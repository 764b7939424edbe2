"""Answering: one yes or one no, in the name typed, by the link or by the account of the address that was asked."""

from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from programs import links, mail
from programs.models import HistoryEntry, PromiseState, SealedLink
from programs.promises import emails
from programs.promises.table import COMMIT, DECLINE, lock
from programs.promises.words import Words
from programs.transitions import NotPossible, perform


def commit(
    promise: Any,
    *,
    words: Words,
    signed_name: str,
    signed_title: str,
    note: str,
    at: datetime,
    link: SealedLink | None = None,
    by: Any = None,
    seen: str | None = None,
) -> None:
    """Take a yes and tell the applicant; the note is kept with the answer. The same yes twice counts once.

    `seen` is the project's title as the page showed it (None: there was no page): nobody promises for another one.
    """
    signed = {"signed_name": signed_name, "signed_title": signed_title}
    _answer(promise, words, commits=True, reason=note, at=at, link=link, by=by, seen=seen, **signed)


def decline(
    promise: Any,
    *,
    words: Words,
    signed_name: str,
    signed_title: str,
    reason: str,
    at: datetime,
    link: SealedLink | None = None,
    by: Any = None,
) -> None:
    """Take a no with its reason, and tell the applicant and the office. The same no twice counts once."""
    if not reason.strip():
        raise NotPossible("Please say why you decline. Only the programme office reads it.")
    signed = {"signed_name": signed_name, "signed_title": signed_title}
    _answer(promise, words, commits=False, reason=reason, at=at, link=link, by=by, **signed)


def note_opened(promise: Any, link: SealedLink, *, at: datetime) -> None:
    """Stamp the first opening on link and promise: reading is not an answer and changes nothing else."""
    if links.note_opened(link, at=at):
        type(promise).objects.filter(pk=promise.pk, opened_at=None).update(opened_at=at)


def _answer(
    promise: Any,
    words: Words,
    *,
    commits: bool,
    signed_name: str,
    signed_title: str,
    reason: str,
    at: datetime,
    link: SealedLink | None,
    by: Any,
    seen: str | None = None,
) -> None:
    """Answer once; raises PermissionDenied when the link is not for this promise, NotPossible without a name, after the time
    to answer, after another answer, for a title that is another now, or when the call asks for no such promise any more."""
    if link is not None and (link.content_type.model_class() is not type(promise) or link.object_id != promise.pk):
        raise PermissionDenied
    if not promise.is_wanted:
        raise NotPossible("The call does not ask for this any more, so nothing more is expected of you.")
    if not signed_name.strip():
        raise NotPossible("Please type your full name.")
    with transaction.atomic():
        lock(promise)
        if promise.is_answered and promise.signed_name == signed_name and (promise.state == PromiseState.COMMITTED) == commits:
            return
        if hindrance := _overtaken(promise, seen):
            raise NotPossible(hindrance)
        perform(
            COMMIT if commits else DECLINE, promise, at=at, link=link, by=by, who=signed_name, why=reason,
            signed_name=signed_name, signed_title=signed_title, reason=reason,
        )  # fmt: skip
        until = None if commits else _another_by(promise)
        answered = emails.answered(promise, words, path=reverse("reports:desk"), needed_by=until)
        mail.enqueue(answered, key=f"{words.noun} answered:{promise.pk}", at=at)
        if not commits:
            declined = emails.declined(promise, words, path=_found(promise), needed_by=until)
            mail.enqueue(declined, key=f"{words.noun} declined:{promise.pk}", at=at)


def _found(promise: Any) -> str:
    """Return the office's list of the call, searched for the applicant: by twenty signs, because an address has its length."""
    return reverse("applications:of_call", args=[promise.call_id]) + f"?q={quote_plus(promise.applicant.name[:20].strip())}"


def _another_by(promise: Any) -> datetime:
    """Return until when somebody else can be asked: the deadline for a draft, the end of the grace for what was submitted."""
    call, person = promise.call, promise.applicant_id
    until: datetime = call.letters_until if HistoryEntry.objects.submitters({call.pk}, {person}) else call.closes_at
    return until


def _overtaken(promise: Any, seen: str | None) -> str:
    """Return "" while the locked promise is as the person saw it, otherwise what happened since: an answer, or another title."""
    if promise.is_answered:
        return f"This request was answered already: {promise.signed_name} has {promise.get_state_display().lower()}."
    if seen is not None and seen != promise.project_title:
        return (
            f"The project has another title since you opened this page: “{promise.project_title}”. Please read the request "
            "once more. What you typed is still here."
        )
    return ""
