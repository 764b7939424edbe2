"""The ladder of reminders for people who were asked and have not answered."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from programs import links, mail
from programs.models import HistoryEntry, SealedLink
from programs.promises import emails
from programs.promises.table import opens_until
from programs.promises.words import Words
from programs.reminders import Rule, Step, ladder

DAYS_BEFORE = (14, 7, 3, 1)
AT_LEAST_ASKED = timedelta(days=1)


def reminder(awaiting: Callable[[datetime], Any], words: Words) -> Rule:
    """Return the rule of the reminders about promises of one kind; `awaiting(at)` are those that are not answered."""
    done = "The request was answered or ended meanwhile, or the application was not submitted in time."
    return Rule(words.reminder_kind, awaiting, partial(_steps, words), partial(_write, words), done)


def _steps(words: Words, asked: Sequence[Any], at: datetime) -> Iterator[Step]:
    """Yield every reminder about promises that are awaited: 14, 7, 3 and 1 days before the deadline, and a day before
    a grace for letters of more than a day ends; none on the day of the request itself.

    After the deadline nobody is reminded for an applicant who did not submit: nothing waits for that answer, unless the
    deadline is extended."""
    closed = {promise.call_id for promise in asked if promise.call.closes_at <= at}
    applicants = {promise.applicant_id for promise in asked if promise.call_id in closed}
    submitters = HistoryEntry.objects.submitters(closed, applicants) if closed else set()
    for promise in asked:
        call = promise.call
        if call.pk in closed and (call.pk, promise.applicant_id) not in submitters:
            continue
        steps = ladder(call.closes_at, DAYS_BEFORE)
        last_chance = call.letters_until - timedelta(days=1)
        if last_chance > call.closes_at:  # the deadline's own last reminder is nearer otherwise
            steps.append(("letters", last_chance))
        for slot, due_at in steps:
            if due_at >= promise.asked_at + AT_LEAST_ASKED:
                yield Step(
                    kind=words.reminder_kind, about=promise, slot=slot, to=promise.email, to_name=promise.name,
                    summary=f"Remind {promise.name} to answer {promise.applicant.name}’s request for a {words.noun}",
                    due_at=due_at, expires_at=call.letters_until,
                )  # fmt: skip


def _write(words: Words, steps: Sequence[Step], at: datetime) -> Iterator[mail.Message]:
    """Yield the e-mail of each step, with the newest link that still opens the request when the grace for letters ends.

    A link was sealed for the deadline of its day: once that has been extended by a month, it dies before the answer is
    due. Without any that lives, the e-mail brings a new one.
    """
    alive: dict[int, SealedLink] = {}
    until = {step.about.pk: step.about.call.letters_until for step in steps}
    for link in SealedLink.objects.about_any([step.about for step in steps]).alive():
        if link.expires_at > until[link.object_id]:
            alive[link.object_id] = link  # the newest is the last
    for step in steps:
        promise = step.about
        link = alive.get(promise.pk) or links.seal(
            promise, purpose=words.purpose, email=promise.email, at=at, expires_at=opens_until(promise)
        )
        yield emails.reminder(promise, link, words, at=max(at, step.due_at))
