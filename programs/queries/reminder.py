"""Queries about reminders: planned, sent, dropped."""

from datetime import datetime, timedelta

from programs.queries.record import PostQuerySet


class ReminderQuerySet(PostQuerySet):
    """Reminders, planned and past."""

    def planned(self) -> "ReminderQuerySet":
        """Return reminders that are neither sent nor dropped."""
        return self.filter(sent_at=None, dropped_at=None)

    def of_kind(self, kind: str) -> "ReminderQuerySet":
        """Return the reminders of one kind: they are about rows of one table."""
        return self.filter(kind=kind)

    def in_short(self) -> "ReminderQuerySet":
        """Return reminders with what says whether they are still to be sent, and when."""
        return self.only("key", "object_id", "due_at", "expires_at", "sent_at", "dropped_at")

    def take(self, keys: list[str], at: datetime) -> set[str]:
        """Mark those of these as sent that are planned, not held, and that no other clock is just taking; returns their keys."""
        free = self.planned().filter(key__in=keys, held_at=None).select_for_update(skip_locked=True)
        mine = set(free.values_list("key", flat=True))
        if mine:
            self.filter(key__in=mine).update(sent_at=at)
        return mine

    def of_programs(self, ids: set[int]) -> "ReminderQuerySet":
        """Return the reminders of these programmes."""
        return self.select_related("program").filter(program_id__in=ids)

    def coming(self, ids: set[int], at: datetime, days: int = 14) -> "ReminderQuerySet":
        """Return what will be sent in the next `days` days in these programmes, in order."""
        return (
            self.planned()
            .filter(program_id__in=ids, due_at__lte=at + timedelta(days=days))
            .select_related("call", "held_by")
            .order_by("due_at", "pk")
        )
