"""The ladder of reminders for people who were asked and have not answered."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from programs import links, mail
from programs.models import HistoryEntry, SealedLink
from programs.promises import emails
from programs.promises.table import opens_until
from programs.promises.words import Words
from programs.reminders import Step, ladder

DAYS_BEFORE = (14, 7, 3, 1)
AT_LEAST_ASKED = timedelta(days=1)


def remind_steps(awaiting: Iterable[Any], words: Words, *, at: datetime) -> Iterator[Step]:
    """Yield every reminder about promises that are awaited: 14, 7, 3 and 1 days before the deadline, and a day before
    the grace for letters ends; none on the day of the request itself. What is due is written at `at`.

    After the deadline nobody is reminded for an applicant who did not submit: nothing waits for that answer, unless the
    deadline is extended."""
    asked = list(awaiting)
    closed = {promise.call_id for promise in asked if promise.call.closes_at <= at}
    submitters = HistoryEntry.objects.submitters(closed) if closed else set()
    for promise in asked:
        call = promise.call
        if call.pk in closed and (call.pk, promise.applicant_id) not in submitters:
            continue
        steps = ladder(call.closes_at, DAYS_BEFORE)
        last_chance = call.letters_until - timedelta(days=1)
        if last_chance > steps[-1][1]:
            steps.append(("letters", last_chance))
        for slot, due_at in steps:
            if due_at >= promise.asked_at + AT_LEAST_ASKED:
                yield _step(promise, words, slot, due_at, at)


def _step(promise: Any, words: Words, slot: str, due_at: datetime, at: datetime) -> Step:
    def write() -> mail.Message:
        return emails.reminder(promise, _link(promise, words, at), words, at=due_at)

    return Step(
        kind=words.reminder_kind,
        about=promise,
        slot=slot,
        to=promise.email,
        to_name=promise.name,
        summary=f"Remind {promise.name} to answer {promise.applicant.name}’s request for a {words.noun}",
        due_at=due_at,
        expires_at=promise.call.letters_until,
        write=write,
    )


def _link(promise: Any, words: Words, at: datetime) -> SealedLink:
    """Return the newest link that still opens the request when the grace for letters ends; without any, a new one.

    A link was sealed for the deadline of its day: once that has been extended by a month, it dies before the answer is due.
    """
    alive: SealedLink | None = SealedLink.objects.about(promise).living(promise.call.letters_until).last()
    if alive is not None:
        return alive
    return links.seal(promise, purpose=words.purpose, email=promise.email, at=at, expires_at=opens_until(promise))
