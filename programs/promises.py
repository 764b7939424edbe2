"""What sponsors and mentors have in common: being asked, asked again, replaced, answering by a sealed link."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from programs import links, mail
from programs.models import Email, PromiseState, SealedLink
from programs.permissions import may_answer_promise, may_ask_for_promise
from programs.transitions import NotPossible, Transition, perform, record

ASKS_A_DAY = 10
STANDING = ["state", "opened_at", "answered_at", "signed_name", "signed_title", "reason"]


def answers_are_taken(promise: Any, at: datetime) -> str:
    """Return "" while the call takes answers (deadline plus grace for letters), otherwise why not."""
    if promise.call.takes_answers(at):
        return ""
    return "The time to answer has passed. The programme office can tell you what is still possible."


def nobody_could_follow(promise: Any, at: datetime) -> str:
    """Return "" while somebody else could still be asked and answer, otherwise why a promise must stay as it is."""
    if promise.call.takes_answers(at):
        return ""
    return "The time to answer has passed, so nobody else could be asked any more."


COMMIT = Transition(
    "commit", [PromiseState.ASKED], PromiseState.COMMITTED, may_answer_promise, answers_are_taken, "answered", "Commit"
)
DECLINE = Transition(
    "decline", [PromiseState.ASKED], PromiseState.DECLINED, may_answer_promise, answers_are_taken, "answered", "Decline"
)
REPLACE = Transition(
    "replace",
    [PromiseState.ASKED, PromiseState.DECLINED, PromiseState.COMMITTED],
    PromiseState.REPLACED,
    may_ask_for_promise,
    nobody_could_follow,
    label="Replace",
)
TABLE = [COMMIT, DECLINE, REPLACE]
# Nobody chooses this one: it follows when the application is withdrawn, at whatever time.
END = Transition("end the request", [PromiseState.ASKED], PromiseState.REPLACED, may_ask_for_promise)


def ask(promise: Any, *, purpose: str, write: Any, by: Any, at: datetime) -> Any:
    """Keep a new request, seal its link and queue its e-mail; `write(promise, link)` describes the e-mail.

    Raises NotPossible while the call takes no answers, when the applicant names themselves, or after ten requests of
    one kind in a day: an applicant's account must not become a way to send mail to strangers.
    """
    if not may_ask_for_promise(by, promise):
        raise PermissionDenied
    if hindrance := answers_are_taken(promise, at):
        raise NotPossible(hindrance)
    promise.email = mail.check_address(promise.email)
    if promise.email == promise.applicant.email:
        raise NotPossible("Please name somebody else: nobody can make this promise to themselves.")
    with transaction.atomic():
        lock_applicant(promise)
        asked = type(promise).objects.filter(call=promise.call, applicant=promise.applicant, asked_at__gt=at - timedelta(days=1))
        if asked.count() >= ASKS_A_DAY:
            raise NotPossible("Many people were asked within a day. Please wait until tomorrow, or write to the programme office.")
        promise.asked_at = at
        promise.save(force_insert=True)
        record(promise, "ask", at=at, by=by, to_state=promise.state)
        link = links.seal(promise, purpose=purpose, email=promise.email, at=at, expires_at=_expiry(promise))
        mail.enqueue(write(promise, link), key=f"{purpose}:{promise.pk}", at=at)
    return promise


def ask_again(promise: Any, *, by: Any, at: datetime) -> None:
    """Send the request once more to the same address, with a fresh token."""
    if not may_ask_for_promise(by, promise):
        raise PermissionDenied
    with transaction.atomic():
        lock(promise)
        if promise.state != PromiseState.ASKED:
            raise NotPossible(f"{promise.name} has answered already.")
        if hindrance := answers_are_taken(promise, at):
            raise NotPossible(hindrance)
        sent = Email.objects.about(promise)
        request = sent.exclude(link=None).select_for_update(of=("self",)).order_by("pk").first()
        if request is None:
            raise NotPossible("There is no request to send again.")
        if sent.filter(created_at__gt=at - timedelta(minutes=10)).count() >= 3:
            raise NotPossible("The request was sent several times just now. Please give it some minutes.")
        request.link = links.living(request.link, at=at)
        mail.again(request, at=at)
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
    """Commit or decline in the name typed; a second, same answer changes nothing (the page may be sent twice).

    Raises PermissionDenied when the link is not for this promise, NotPossible without a name, without a reason to
    decline, after the time to answer or after another answer.
    """
    if link is not None and (link.content_type.model_class() is not type(promise) or link.object_id != promise.pk):
        raise PermissionDenied
    if not signed_name.strip():
        raise NotPossible("Please type your full name.")
    if not commits and not reason.strip():
        raise NotPossible("Please say why you decline. Only the programme office reads it.")
    with transaction.atomic():
        lock(promise)
        if promise.is_answered and promise.signed_name == signed_name and (promise.state == PromiseState.COMMITTED) == commits:
            return
        perform(
            COMMIT if commits else DECLINE, promise, at=at, link=link, by=by, who=signed_name, why=reason,
            signed_name=signed_name, signed_title=signed_title, reason=reason, **facts,
        )  # fmt: skip


def replace(promise: Any, *, by: Any, at: datetime, why: str = "", seen: str = "") -> None:
    """End a request so that somebody else can be asked; its links are dead at once.

    `seen` is the state in which the person saw the promise (by default the one of `promise`). Raises NotPossible when
    nobody else could be asked any more, and when an answer came meanwhile: it is read before it is thrown away.
    """
    _end(REPLACE, promise, by=by, at=at, why=why, seen=seen)


def end(promise: Any, *, by: Any, at: datetime, why: str) -> None:
    """End a request that nobody waits for any more; its links are dead at once."""
    _end(END, promise, by=by, at=at, why=why)


def lock(promise: Any) -> None:
    """Lock the row of a promise and read how it stands: first the lock, then the checks."""
    promise.refresh_from_db(fields=STANDING, from_queryset=type(promise).objects.select_for_update())


def lock_applicant(promise: Any) -> None:
    """Lock the applicant's row, for rules that count the applicant's requests: two windows ask one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=promise.applicant_id)


def note_opened(promise: Any, link: SealedLink, *, at: datetime) -> None:
    """Stamp the first opening on link and promise: reading is not an answer and changes nothing else."""
    if links.note_opened(link, at=at):
        type(promise).objects.filter(pk=promise.pk, opened_at=None).update(opened_at=at)


def _end(transition: Transition, promise: Any, *, by: Any, at: datetime, why: str, seen: str = "") -> None:
    seen = seen or promise.state
    with transaction.atomic():
        lock(promise)
        if promise.state != seen and promise.is_answered:
            verb = promise.get_state_display().lower()
            raise NotPossible(f"{promise.name} has {verb} meanwhile. Please read the answer and decide again.")
        perform(transition, promise, at=at, by=by, why=why)
        links.revoke(promise, at=at)


def _expiry(promise: Any) -> datetime:
    """A request can be opened until the office has decided; the answer itself ends with the grace for letters."""
    expiry: datetime = promise.call.letters_until + timedelta(days=30)
    return expiry
