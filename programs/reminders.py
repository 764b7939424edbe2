"""Reminders from rows: planned ahead, shown to the office, sent once each, with caps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from programs import mail
from programs.models import Email, Reminder
from programs.transitions import NotPossible, whereabouts

HORIZON = timedelta(days=14)
MOVED = timedelta(days=1)  # a date that moved by less is the same one to whoever was reminded of it


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
    write: Callable[[], mail.Message]
    again: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.about._meta.label_lower}:{self.about.pk}:{self.slot}{self.again}"


def ladder(anchor: datetime, days: Iterable[int]) -> list[tuple[str, datetime]]:
    """Return (slot, moment) pairs: `days` before the anchor (negative: after it), earliest first."""
    return sorted(((f"{day:+d}d", anchor - timedelta(days=day)) for day in days), key=lambda pair: pair[1])


def keep(kind: str, wanted: Iterable[Step], *, at: datetime) -> int:
    """Bring the planned rows of `kind` up to what is wanted now, send what is due, and return how many were sent.

    A step no longer wanted is dropped. Of several steps that are due for one object only the latest is sent, so
    that a clock that stood still for days sends one reminder a person and not a pile. A held one waits. What was sent
    before the deadline moved is sent once more at its new date, if that is still to come.
    """
    steps = _dated({step.key: step for step in wanted if step.due_at <= at + HORIZON and step.expires_at > at})
    rows = {row.key: row for row in Reminder.objects.filter(kind=kind).planned()}
    Reminder.objects.filter(pk__in=[row.pk for key, row in rows.items() if key not in steps]).update(dropped_at=at)
    known = rows.keys() | set(Reminder.objects.filter(key__in=list(steps)).values_list("key", flat=True))
    for key, step in steps.items():  # wanted again, for example after the deadline moved; what was passed over stays dropped
        if key in known and key not in rows and step.due_at > at:
            Reminder.objects.filter(key=key, sent_at=None).update(dropped_at=None, due_at=step.due_at, expires_at=step.expires_at)
    fresh = [step for key, step in steps.items() if key not in known and (step.due_at > at or not step.again)]
    Reminder.objects.bulk_create([_row(step) for step in fresh], ignore_conflicts=True)
    for key, row in rows.items():
        if key in steps and row.due_at != steps[key].due_at:
            Reminder.objects.filter(pk=row.pk).update(due_at=steps[key].due_at, expires_at=steps[key].expires_at)
    return sum(_send(steps[key], later) for key, later in _latest_due(steps, kind, at))


def hold(reminder: Reminder, *, by: Any, at: datetime) -> None:
    """Keep a planned reminder back until it is let go."""
    if not Reminder.objects.planned().filter(pk=reminder.pk).update(held_at=at, held_by=by):
        raise NotPossible("This reminder has gone out already, or is not needed any more.")


def let_go(reminder: Reminder, *, by: Any, at: datetime) -> None:
    """Let a held reminder be sent when it is due."""
    if not Reminder.objects.planned().filter(pk=reminder.pk).update(held_at=None, held_by=None):
        raise NotPossible("This reminder is not needed any more.")


def _dated(steps: dict[str, Step]) -> dict[str, Step]:
    """Return the steps by their keys; one that was sent for a date at least a day earlier has its new date in the key."""
    sent = dict(Reminder.objects.filter(key__in=list(steps), sent_at__isnull=False).values_list("key", "due_at"))
    for key, due_at in sent.items():
        if steps[key].due_at >= due_at + MOVED:
            step = steps.pop(key)
            step = replace(step, again=f"@{step.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}")
            steps[step.key] = step
    return steps


def _latest_due(steps: dict[str, Step], kind: str, at: datetime) -> list[tuple[str, datetime]]:
    """Return the one due key of each object; the earlier ones of the same object are dropped."""
    due = Reminder.objects.planned().filter(kind=kind, due_at__lte=at, held_at=None, key__in=list(steps)).order_by("due_at")
    latest: dict[tuple[int | None, int | None], Reminder] = {}
    for row in due:
        thing = (row.content_type_id, row.object_id)
        if thing in latest:
            Reminder.objects.filter(pk=latest[thing].pk).update(dropped_at=at)
        latest[thing] = row
    return [(row.key, at) for row in latest.values()]


def _send(step: Step, at: datetime) -> int:
    with transaction.atomic():
        if not Reminder.objects.planned().filter(key=step.key, held_at=None).update(sent_at=at):
            return 0
        made: Email | None = mail.enqueue(step.write(), key=f"reminder:{step.key}", at=at)
    return int(made is not None)


def _row(step: Step) -> Reminder:
    program, call, applicant = whereabouts(step.about)
    return Reminder(
        program=program, call=call, applicant=applicant, subject_row=step.about, kind=step.kind, key=step.key, to=step.to,
        to_name=step.to_name, summary=step.summary[:250], due_at=step.due_at, expires_at=step.expires_at,
    )  # fmt: skip
