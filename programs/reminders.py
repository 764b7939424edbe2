"""Reminders from rows: planned ahead, shown to the office, sent once each, with caps."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.db import transaction

from programs import mail
from programs.models import Email, Reminder
from programs.transitions import NotPossible, record, whereabouts

logger = logging.getLogger(__name__)
HORIZON = timedelta(days=14)
MOVED = timedelta(days=1)  # a date that moved by less is the same one to whoever was reminded of it
SWEEP_BUDGET_SECONDS = 20.0  # below the soft time limit of a task, one turn included
TOGETHER = 100  # rows of one turn
PREFIX = "reminder"  # of the keys of e-mails


@dataclass(frozen=True)
class Step:
    """One step of a ladder: whom to remind of what, when it is due and until when it is useful.

    `again` is set by `keep` when the step was sent already, for a date that has moved since.
    """

    kind: str
    about: Any
    slot: str
    to: str
    to_name: str
    summary: str
    due_at: datetime
    expires_at: datetime
    again: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.about._meta.label_lower}:{self.about.pk}:{self.slot}{self.again}"


@dataclass(frozen=True)
class Rule:
    """A kind of reminder: the rows for which somebody may be reminded at a moment, their steps, and the e-mails of some steps.

    `steps` and `write` take several rows at once and ask the database the same number of questions whatever their number.
    `done` says, in a sentence for the office, what has become of a row that is not waiting any more.
    """

    kind: str
    waiting: Callable[[datetime], Any]
    steps: Callable[[Sequence[Any], datetime], Iterable[Step]]
    write: Callable[[Sequence[Step], datetime], Iterable[mail.Message]]
    done: str

    def wanted(self, at: datetime, **which: Any) -> list[Step]:
        """Return the steps of what waits, or of those rows of it that are looked up by `which`."""
        return list(self.steps(list(self.waiting(at).filter(**which)), at))


_rules: dict[str, Rule] = {}


def hand_in(*rules: Rule) -> None:
    """Make rules known here, below those who make them: an e-mail asks by its reminder's rule whether it is still due."""
    _rules.update({rule.kind: rule for rule in rules})


def why_moot(email: Email, at: datetime) -> str:
    """Return "" while what a reminder's e-mail asks for is still to be done, otherwise the sentence that says what happened.

    Between the row of an e-mail and its delivery lie seconds, or days without a mail server.
    """
    key = email.dedupe_key.removeprefix(f"{PREFIX}:").split(mail.AGAIN, 1)[0]
    row = Reminder.objects.filter(key=key).first()
    rule = _rules.get(row.kind) if row else None
    if row is None or rule is None:
        return ""
    first_key = _first_key(key)
    step = next((step for step in rule.wanted(at, pk=row.object_id) if step.key == first_key), None)
    if step is None:
        return rule.done
    if step.expires_at <= at:
        return "The time it speaks of has passed."
    if step.due_at >= row.due_at + MOVED:
        return "The date it names has moved." + (" Another reminder is planned." if step.due_at > at else "")
    return ""


def _first_key(key: str) -> str:
    """Return the key of the step, of one that is sent again for another date too."""
    return key.split("@", 1)[0]


def not_needed(rows: Iterable[Reminder], at: datetime) -> dict[int, str]:
    """Return {id: sentence} of those of these planned reminders whose matter is done: until the next `keep` they are still rows."""
    found: dict[int, str] = {}
    for kind, group in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        if rule := _rules.get(kind):
            planned = list(group)
            keys = {step.key for step in rule.wanted(at, pk__in={row.object_id for row in planned})}
            found |= {row.pk: rule.done for row in planned if _first_key(row.key) not in keys}
    return found


def ladder(anchor: datetime, days: Iterable[int]) -> list[tuple[str, datetime]]:
    """Return (slot, moment) pairs: `days` before the anchor (negative: after it), earliest first."""
    return sorted(((f"{day:+d}d", anchor - timedelta(days=day)) for day in days), key=lambda pair: pair[1])


def keep(rule: Rule, *, at: datetime, seconds: float = SWEEP_BUDGET_SECONDS, together: int = TOGETHER) -> int:
    """Bring the planned rows of a kind up to what is wanted now, send what is due, and return how many were sent.

    A step no longer wanted is dropped. Of several steps that are due for one object only the latest is sent, so
    that a clock that stood still for days sends one reminder a person and not a pile. A held one waits. What was sent
    before the deadline moved is sent once more at its new date, if that is still to come.

    Takes `together` rows at a time until `seconds` are over; the next call goes on behind the last row of this one.
    """
    until, sent = time.monotonic() + seconds, 0
    place = f"reminders-behind:{rule.kind.replace(' ', '-')}"
    _drop(Reminder.objects.of_kind(rule.kind).planned().exclude(object_id__in=rule.waiting(at).order_by().values("pk")), at)
    with mail.one_wake():
        for pks in _turns(rule, at, cache.get(place, 0), together):
            sent += _kept(rule, pks, at)
            if time.monotonic() >= until:
                cache.set(place, pks[-1], timeout=3600)  # lost, it costs a look at rows that have been looked at
                break
        else:
            cache.delete(place)
    return sent


def hold(reminder: Reminder, *, by: Any, at: datetime) -> None:
    """Keep a planned reminder back until it is let go."""
    _require_needed(reminder, at)
    with transaction.atomic():
        if not Reminder.objects.planned().filter(pk=reminder.pk, held_at=None).update(held_at=at, held_by=by):
            raise NotPossible(_not_open(reminder, "This reminder is held already."))
        _record(reminder, "hold a reminder", by=by, at=at)


def let_go(reminder: Reminder, *, by: Any, at: datetime) -> None:
    """Let a held reminder be sent when it is due; who held it stays in the history."""
    _require_needed(reminder, at)
    with transaction.atomic():
        held = Reminder.objects.planned().filter(pk=reminder.pk, held_at__isnull=False)
        if not held.update(held_at=None, held_by=None):
            raise NotPossible(_not_open(reminder, "This reminder is not held."))
        _record(reminder, "let a reminder go", by=by, at=at)


def _require_needed(reminder: Reminder, at: datetime) -> None:
    """Raise NotPossible for a planned reminder whose matter is done."""
    done = not_needed([reminder], at).get(reminder.pk)
    if done and Reminder.objects.planned().filter(pk=reminder.pk).exists():
        raise NotPossible(f"This reminder is not needed any more. {done}")


def _not_open(reminder: Reminder, otherwise: str) -> str:
    """Return why nothing can be done about a reminder that is not planned any more, or `otherwise`."""
    is_open = Reminder.objects.planned().filter(pk=reminder.pk).exists()
    return otherwise if is_open else "This reminder has gone out already, or is not needed any more."


def _record(reminder: Reminder, verb: str, *, by: Any, at: datetime) -> None:
    """Note in the history of what the reminder is about, for the office alone, what somebody did with it."""
    record(reminder.subject_row or reminder, verb, at=at, by=by, why=f"{reminder.summary}, to {reminder.to_name}", office_only=True)


def _turns(rule: Rule, at: datetime, behind: int, together: int) -> Iterator[list[int]]:
    """Yield the ids of what waits, some at a time: first those behind the id where the last call ended, then the others."""
    pks = sorted(rule.waiting(at).order_by().values_list("pk", flat=True), key=lambda pk: (pk <= behind, pk))
    for start in range(0, len(pks), together):
        yield pks[start : start + together]


def _kept(rule: Rule, pks: list[int], at: datetime) -> int:
    """Do `_keep`; when one of several rows breaks it, each is kept by itself, and that one is tried again by the next tick."""
    try:
        return _keep(rule, pks, at)
    except Exception:  # whatever is wrong with one row, the others are to be reminded of
        if len(pks) > 1:
            return sum(_kept(rule, [pk], at) for pk in pks)
        logger.exception("the %s of row %s could not be kept", rule.kind, pks[0])
        return 0


def _keep(rule: Rule, pks: list[int], at: datetime) -> int:
    """Do for the rows of these ids what `keep` does for all."""
    known = {row.key: row for row in Reminder.objects.of_kind(rule.kind).filter(object_id__in=pks).in_short()}
    wanted = [step for step in rule.wanted(at, pk__in=pks) if step.due_at <= at + HORIZON and step.expires_at > at]
    steps = {step.key: step for step in _dated(wanted, known)}
    _drop(Reminder.objects.filter(pk__in=[row.pk for key, row in known.items() if row.is_planned and key not in steps]), at)
    moved = [row for key, row in known.items() if key in steps and _is_moved(row, steps[key], at)]
    for row in moved:
        row.due_at, row.expires_at, row.dropped_at = steps[row.key].due_at, steps[row.key].expires_at, None
    if moved:
        Reminder.objects.filter(sent_at=None).bulk_update(moved, ["due_at", "expires_at", "dropped_at"])
    fresh = [step for key, step in steps.items() if key not in known and (step.due_at > at or not step.again)]
    if fresh:
        Reminder.objects.bulk_create([_row(step) for step in fresh], ignore_conflicts=True)
    open_keys = {step.key for step in fresh} | {key for key, row in known.items() if row.is_planned}
    if not any(key in open_keys and step.due_at <= at for key, step in steps.items()):
        return 0
    return _send(rule, [steps[key] for key in _latest_due(rule, steps, at)], at)


def _drop(reminders: Any, at: datetime) -> None:
    reminders.planned().update(dropped_at=at)


def _is_moved(row: Reminder, step: Step, at: datetime) -> bool:
    """Whether the date has moved, or the step is wanted again and still to come; what was passed over stays dropped."""
    if row.dropped_at is None:
        return row.is_planned and row.due_at != step.due_at
    return row.sent_at is None and step.due_at > at


def _dated(steps: Iterable[Step], known: dict[str, Reminder]) -> Iterator[Step]:
    """Yield the steps; one that was sent last for a date at least a day earlier has its new date in the key."""
    sent: dict[str, Reminder] = {}
    for row in sorted((row for row in known.values() if row.sent_at), key=lambda row: row.due_at):
        sent[_first_key(row.key)] = row
    for step in steps:
        last = sent.get(step.key)
        if last is None:
            yield step
        elif step.due_at >= last.due_at + MOVED:
            yield replace(step, again=f"@{step.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}")
        else:
            yield replace(step, again=last.key.removeprefix(step.key))


def _latest_due(rule: Rule, steps: dict[str, Step], at: datetime) -> list[str]:
    """Return the one due key of each object; the earlier ones of the same object are dropped."""
    due = Reminder.objects.of_kind(rule.kind).planned().filter(due_at__lte=at, held_at=None, key__in=list(steps))
    latest: dict[int | None, Reminder] = {}
    passed_over = []
    for row in due.order_by("due_at", "pk"):
        if row.object_id in latest:
            passed_over.append(latest[row.object_id].pk)
        latest[row.object_id] = row
    if passed_over:
        _drop(Reminder.objects.filter(pk__in=passed_over), at)
    return [row.key for row in latest.values()]


def _send(rule: Rule, steps: Sequence[Step], at: datetime) -> int:
    """Write the e-mails of those of these steps that no other clock sends at this moment; returns how many."""
    with transaction.atomic():
        mine = Reminder.objects.take([step.key for step in steps], at)
        taken = [step for step in steps if step.key in mine]
        if taken:
            messages = zip(rule.write(taken, at), taken, strict=True)
            mail.enqueue_new([(message, f"{PREFIX}:{step.key}") for message, step in messages], at=at)
    return len(taken)


def _row(step: Step) -> Reminder:
    program, call, applicant = whereabouts(step.about)
    return Reminder(
        program=program, call=call, applicant=applicant, subject_row=step.about, kind=step.kind, key=step.key, to=step.to,
        to_name=step.to_name, summary=step.summary[:250], due_at=step.due_at, expires_at=step.expires_at,
    )  # fmt: skip
