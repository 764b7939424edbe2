"""Asking for a promise, asking again, and ending a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from programs import links, mail
from programs.models import Email, HistoryEntry, PromiseState, WorkState
from programs.permissions import may_ask_for_promise
from programs.promises import emails
from programs.promises.table import END, REPLACE, answers_are_taken, lock, lock_applicant, opens_until
from programs.promises.words import Words
from programs.transitions import NotPossible, Transition, perform, record

ASKS_A_DAY = 10
REQUESTS_A_DAY = 5  # to one person on behalf of one applicant, reminders included


def ask(promise: Any, *, words: Words, rivals: Any, by: Any, at: datetime) -> None:
    """Keep a new request, seal its link and queue its e-mail.

    `rivals` are the rows beside which it cannot stand; who declined gives way. Raises NotPossible while another request
    stands, when the call takes no answers or asks for no such promise, when the applicant names themselves, and after ten
    requests of one kind in a day: an applicant's account must not become a way to send mail to strangers.
    """
    if not may_ask_for_promise(by, promise):
        raise PermissionDenied
    if not promise.is_wanted:
        raise NotPossible(f"This call does not ask for a {words.noun}.")
    if hindrance := answers_are_taken(promise, at):
        raise NotPossible(hindrance)
    promise.email = mail.check_address(promise.email)
    if _is_own(promise):
        raise NotPossible("Please name somebody else: nobody can make this promise to themselves.")
    with _one_at_a_time(), transaction.atomic():
        lock_applicant(promise)
        for rival in rivals.select_for_update(of=("self",)):
            if rival.state != PromiseState.DECLINED:
                raise NotPossible(f"{rival.name} has been asked already, so nobody else was. Please end that request first.")
            replace(rival, by=by, at=at, why="Somebody else is asked.")
        lately = type(promise).objects.filter(call=promise.call, applicant=promise.applicant, asked_at__gt=at - timedelta(days=1))
        if lately.count() >= ASKS_A_DAY:
            raise NotPossible("Many people were asked within a day. Please wait until tomorrow, or write to the programme office.")
        promise.asked_at = at
        promise.save(force_insert=True)
        record(promise, "ask", at=at, by=by, to_state=promise.state, why=f"{promise.name}, {promise.email}")
        link = links.seal(promise, purpose=words.purpose, email=promise.email, at=at, expires_at=opens_until(promise))
        mail.enqueue(emails.asked(promise, link, words, at=at), key=f"{words.purpose}:{promise.pk}", at=at)


def ask_again(promise: Any, *, words: Words, by: Any, at: datetime) -> None:
    """Send the request once more to the same address, as it reads now, with a fresh token.

    Raises NotPossible when it was answered, after the time to answer, after three e-mails within ten minutes, and once the
    person was written to five times within a day for this applicant, reminders and other requests included.
    """
    if not may_ask_for_promise(by, promise):
        raise PermissionDenied
    with transaction.atomic():
        lock(promise)
        if promise.state != PromiseState.ASKED:
            raise NotPossible(f"{promise.name} has answered already.")
        if hindrance := answers_are_taken(promise, at) or _nothing_was_submitted(promise, at):
            raise NotPossible(hindrance)
        sent = Email.objects.about(promise)
        request = sent.exclude(link=None).order_by("pk").first()
        if request is None:
            raise NotPossible("There is no request to send again.")
        if sent.filter(created_at__gt=at - timedelta(minutes=10)).count() >= 3:
            raise NotPossible("The request was sent several times just now. Please give it some minutes.")
        theirs = Email.objects.of_applicant(promise.call_id, promise.applicant_id).filter(to=promise.email).exclude(link=None)
        if theirs.filter(created_at__gt=at - timedelta(days=1)).count() >= REQUESTS_A_DAY:
            raise NotPossible(
                f"We wrote to {promise.name} {REQUESTS_A_DAY} times within a day, which is as often as we do. "
                "Please wait until tomorrow, or speak to them yourself."
            )
        link = links.living(request.link, at=at)
        key = request.dedupe_key.split(mail.AGAIN, 1)[0] + mail.AGAIN
        times = sent.filter(dedupe_key__startswith=key).count() + 1
        mail.enqueue(emails.asked(promise, link, words, at=at), key=f"{key}{times}", at=at)
        record(promise, "ask again", at=at, by=by, from_state=promise.state, to_state=promise.state)


def _nothing_was_submitted(promise: Any, at: datetime) -> str:
    """Return "" unless the deadline has passed without an application: nothing waits for the answer then."""
    if at < promise.call.closes_at or HistoryEntry.objects.submitters({promise.call_id}, {promise.applicant_id}):
        return ""
    return "The application was not submitted before the deadline, so that nothing waits for this answer."


def why_moot(email: Email, at: datetime) -> str:
    """Return "" while the request that an e-mail brings waits for its answer, otherwise the sentence that says why it does not."""
    promise: Any = email.subject_row
    if promise.state != PromiseState.ASKED:
        return "The request was answered, or has ended."
    if answers_are_taken(promise, at):
        return "The time to answer has passed."
    return _nothing_was_submitted(promise, at)


def retitle(requests: Any, *, title: str) -> None:
    """Let the requests of `requests` that nobody has answered be about `title`; an answer keeps what was promised."""
    requests.filter(state=PromiseState.ASKED).update(project_title=title)


def replace(promise: Any, *, by: Any, at: datetime, why: str = "", seen: str = "") -> None:
    """End a request so that somebody else can be asked; its links are dead at once.

    `seen` is the state in which the person saw the promise (by default the one of `promise`). Raises NotPossible when
    nobody else could be asked any more, and when an answer came meanwhile: it is read before it is thrown away.
    """
    had_committed = promise.state == PromiseState.COMMITTED
    with transaction.atomic():
        _end(REPLACE, promise, by=by, at=at, why=why, seen=seen)
        _tell(promise, had_committed=had_committed, at=at)


def close(promise: Any, *, by: Any, at: datetime, why: str, said: str) -> None:
    """End what was asked for an application that has come to its end: its links are dead at once, an answer stays on record.

    `said` is what became of it, the first half of the first sentence of the e-mail to the person.
    """
    with transaction.atomic():
        lock(promise)
        if promise.state == PromiseState.ASKED:
            _end(END, promise, by=by, at=at, why=why)
        else:
            links.revoke(promise, at=at)
        _tell(promise, had_committed=promise.state == PromiseState.COMMITTED, at=at, said=said)


def _is_own(promise: Any) -> bool:
    """Whether the address asked is the applicant's: that of the account, or another that they have confirmed as theirs."""
    if promise.email == promise.applicant.email.lower():
        return True
    confirmed = EmailAddress.objects.filter(user=promise.applicant_id, email__iexact=promise.email, verified=True)
    return bool(confirmed.exists())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Turn the database's refusal of a second standing request (two windows at once) into a sentence."""
    try:
        yield
    except IntegrityError:
        raise NotPossible("Somebody has been asked just now. Please load the page again.") from None


def _end(transition: Transition, promise: Any, *, by: Any, at: datetime, why: str, seen: str = "") -> None:
    seen = seen or promise.state
    with transaction.atomic():
        lock(promise)
        if promise.state != seen and promise.is_answered:
            verb = promise.get_state_display().lower()
            raise NotPossible(f"{promise.name} has {verb} meanwhile. Please read the answer and decide again.")
        perform(transition, promise, at=at, by=by, why=why)
        links.revoke(promise, at=at)


def _tell(promise: Any, *, had_committed: bool, at: datetime, said: str = "") -> None:
    """Tell whoever committed, or was asked by an e-mail that has left; who declined, or never heard of it, needs no word."""
    heard = Email.objects.about(promise).filter(state=WorkState.DONE).exists()
    if had_committed or (heard and not promise.answered_at):
        said = said or f"{promise.applicant.name} asks somebody else"
        told = emails.ended(promise, had_committed=had_committed, said=said)
        mail.enqueue(told, key=f"no longer needed:{promise._meta.label_lower}:{promise.pk}", at=at)
