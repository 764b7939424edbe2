"""Queries about queued work, whatever it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q


class QueuedQuerySet(models.QuerySet[Any]):
    """Work that the database says is due, claimed by one worker at a time."""

    def due(self, at: datetime) -> "QueuedQuerySet":
        """Return rows waiting for a worker, and rows whose worker did not come back, the oldest first."""
        return self._to_do(at).order_by("due_at", "pk")

    def claim(self, pk: int, at: datetime, lease: timedelta) -> bool:
        """Take one due row for this worker; True when this worker has it (one conditional UPDATE decides)."""
        return bool(self.filter(pk=pk)._to_do(at)._take(at + lease))

    def claim_all(self, pks: Sequence[int], at: datetime, lease: timedelta) -> set[int]:
        """Take those of these rows that are due and that no other worker is just taking; returns their ids."""
        with transaction.atomic():
            mine = set(self.filter(pk__in=pks)._to_do(at).select_for_update(skip_locked=True).values_list("pk", flat=True))
            if mine:
                self.filter(pk__in=mine)._take(at + lease)
        return mine

    def _to_do(self, at: datetime) -> "QueuedQuerySet":
        """Return rows waiting for a worker, and rows whose worker did not come back."""
        return self.filter(Q(state="queued", due_at__lte=at) | Q(state="working", lease_until__lt=at))

    def _take(self, until: datetime) -> int:
        """Mark the rows as worked at until then; returns how many."""
        return self.update(state="working", lease_until=until, attempts=models.F("attempts") + 1)
