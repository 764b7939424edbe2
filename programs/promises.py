"""What sponsors and mentors have in common: being asked, asked again, replaced, answering by a sealed link."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from programs import links, mail
from programs.models import Email, PromiseState, SealedLink
from programs.permissions import may_ask_for_promise
from programs.transitions import NotPossible, Transition, anyone_with_a_link, perform, record


def answers_are_taken(promise: Any, at: datetime) -> str:
    """Return "" while the call takes answers (deadline plus grace for letters), otherwise why not."""
    if promise.call.takes_answers(at):
        return ""
    return "The time to answer has passed. The programme office can tell you what is still possible."


COMMIT = Transition(
    "commit", [PromiseState.ASKED], PromiseState.COMMITTED, anyone_with_a_link, answers_are_taken, "answered", "Commit"
)
DECLINE = Transition(
    "decline", [PromiseState.ASKED], PromiseState.DECLINED, anyone_with_a_link, answers_are_taken, "answered", "Decline"
)
REPLACE = Transition(
    "replace",
    [PromiseState.ASKED, PromiseState.DECLINED, PromiseState.COMMITTED],
    PromiseState.REPLACED,
    may_ask_for_promise,
    lambda promise, at: "",
    label="Replace",
)
TABLE = [COMMIT, DECLINE, REPLACE]


def ask(promise: Any, *, purpose: str, write: Any, by: Any, at: datetime) -> Any:
    """Keep a new request, seal its link and queue its e-mail; `write(promise, link)` describes the e-mail."""
    with transaction.atomic():
        promise.asked_at = at
        promise.save(force_insert=True)
        record(promise, "ask", at=at, by=by, to_state=promise.state)
        link = links.seal(promise, purpose=purpose, email=promise.email, at=at, expires_at=_expiry(promise))
        mail.enqueue(write(promise, link), key=f"{purpose}:{promise.pk}", at=at)
    return promise


def ask_again(promise: Any, *, by: Any, at: datetime) -> None:
    """Send the request once more to the same address, with a fresh token."""
    if not may_ask_for_promise(by, promise):
        raise PermissionError
    if promise.state != PromiseState.ASKED:
        raise NotPossible(f"{promise.name} has answered already.")
    if hindrance := answers_are_taken(promise, at):
        raise NotPossible(hindrance)
    last = Email.objects.about(promise).exclude(link=None).order_by("-pk").first()
    if last is None:
        raise NotPossible("There is no request to send again.")
    if Email.objects.about(promise).filter(created_at__gt=at - timedelta(minutes=10)).count() >= 3:
        raise NotPossible("The request was sent several times just now. Please give it some minutes.")
    with transaction.atomic():
        mail.again(last, at=at)
        record(promise, "ask again", at=at, by=by, from_state=promise.state, to_state=promise.state)


def answer(
    promise: Any,
    *,
    commits: bool,
    signed_name: str,
    signed_title: str,
    reason: str,
    at: datetime,
    link: SealedLink | None = None,
    by: Any = None,
    **facts: Any,
) -> None:
    """Commit or decline in the name typed; a second, same answer changes nothing (the page may be sent twice)."""
    if promise.is_answered and promise.signed_name == signed_name and (promise.state == PromiseState.COMMITTED) == commits:
        return
    if not commits and not reason.strip():
        raise NotPossible("Please say why you decline, so that the applicant can ask somebody else.")
    perform(
        COMMIT if commits else DECLINE, promise, at=at, link=link, by=by, who=signed_name, why=reason,
        signed_name=signed_name, signed_title=signed_title, reason=reason, **facts,
    )  # fmt: skip


def replace(promise: Any, *, by: Any, at: datetime, why: str = "") -> None:
    """End a request so that somebody else can be asked; its links are dead at once."""
    with transaction.atomic():
        perform(REPLACE, promise, at=at, by=by, why=why)
        links.revoke(promise, at=at)


def note_opened(promise: Any, link: SealedLink, *, at: datetime) -> None:
    """Stamp the first opening on link and promise: reading is not an answer and changes nothing else."""
    if links.note_opened(link, at=at):
        type(promise).objects.filter(pk=promise.pk, opened_at=None).update(opened_at=at)


def _expiry(promise: Any) -> datetime:
    """A request can be opened until the office has decided; the answer itself ends with the grace for letters."""
    expiry: datetime = promise.call.letters_until + timedelta(days=30)
    return expiry
