"""Queries about programmes, roles, calls and the records every floor writes."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q


class ProgramQuerySet(models.QuerySet[Any]):
    """Programmes."""

    def with_ids(self, ids: set[int]) -> "ProgramQuerySet":
        """Return the programmes of these ids, by name."""
        return self.filter(pk__in=ids).order_by("name")


class MembershipQuerySet(models.QuerySet[Any]):
    """Roles that people hold in programmes."""

    def current(self) -> "MembershipQuerySet":
        """Return the roles that have not ended."""
        return self.filter(ended_at=None)

    def held_by(self, user: Any) -> list[tuple[int, str]]:
        """Return (programme id, role) pairs of a person; read once per request and kept on the person."""
        if not user.is_authenticated:
            return []
        if not hasattr(user, "_roles_held"):
            user._roles_held = list(self.current().filter(user=user).values_list("program_id", "role"))
        return list(user._roles_held)

    def program_ids(self, user: Any, *roles: str) -> set[int]:
        """Return the ids of the programmes in which the person holds any of `roles` (any role when none is named)."""
        return {program for program, role in self.held_by(user) if not roles or role in roles}

    def for_page(self) -> "MembershipQuerySet":
        """Return the roles with their people, directors first."""
        return self.current().select_related("user", "granted_by").order_by("role", "user__name")


class CohortQuerySet(models.QuerySet[Any]):
    """Cohorts of scholars."""

    def locked(self, pk: int) -> Any:
        """Return one cohort, its row locked until the transaction ends (places and money are decided under it)."""
        return self.select_for_update(of=("self",)).select_related("program").get(pk=pk)


class CallQuerySet(models.QuerySet[Any]):
    """Calls for applications."""

    def with_program(self) -> "CallQuerySet":
        """Return calls with cohort and programme joined."""
        return self.select_related("cohort__program")

    def public(self, at: datetime) -> "CallQuerySet":
        """Return the calls a visitor may read: published ones."""
        return self.with_program().filter(published_at__lte=at)

    def open(self, at: datetime) -> "CallQuerySet":
        """Return the calls that take applications now, the next to close first."""
        return self.public(at).filter(opens_at__lte=at, closes_at__gt=at).order_by("closes_at")

    def upcoming(self, at: datetime) -> "CallQuerySet":
        """Return published calls that have not opened yet."""
        return self.public(at).filter(opens_at__gt=at).order_by("opens_at")

    def of_programs(self, ids: set[int]) -> "CallQuerySet":
        """Return all calls of these programmes, the newest first."""
        return self.with_program().filter(cohort__program_id__in=ids).order_by("-closes_at")

    def closing_between(self, start: datetime, end: datetime) -> "CallQuerySet":
        """Return published calls whose deadline falls in the interval."""
        return self.with_program().filter(published_at__isnull=False, closes_at__gt=start, closes_at__lte=end)


class AboutQuerySet(models.QuerySet[Any]):
    """Rows that are about an object of any kind."""

    def about(self, thing: models.Model) -> Any:
        """Return the rows about one object."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class HistoryQuerySet(AboutQuerySet):
    """What happened, who did it, when and why."""

    def of_applicant(self, call_id: int, applicant_id: int) -> "HistoryQuerySet":
        """Return everything about one applicant in one call, the newest first."""
        return self.filter(call_id=call_id, applicant_id=applicant_id).select_related("by").order_by("-at", "-pk")

    def shown_to_applicant(self) -> "HistoryQuerySet":
        """Leave out what only the office may read (reviews, decisions that are not released)."""
        return self.filter(office_only=False)


class QueuedQuerySet(models.QuerySet[Any]):
    """Work that the database says is due, claimed by one worker at a time."""

    def due(self, at: datetime) -> "QueuedQuerySet":
        """Return rows waiting for a worker, and rows whose worker did not come back, the oldest first."""
        fresh = Q(state="queued", due_at__lte=at)
        orphaned = Q(state="working", lease_until__lt=at)
        return self.filter(fresh | orphaned).order_by("due_at", "pk")

    def claim(self, pk: int, at: datetime, lease: timedelta) -> bool:
        """Take one due row for this worker; True when this worker has it (one conditional UPDATE decides)."""
        return bool(
            self.filter(pk=pk)
            .filter(Q(state="queued", due_at__lte=at) | Q(state="working", lease_until__lt=at))
            .update(state="working", lease_until=at + lease, attempts=models.F("attempts") + 1)
        )


class EmailQuerySet(QueuedQuerySet, AboutQuerySet):
    """E-mails, the queue of record."""

    def visible_to(self, user: Any, ids: set[int]) -> "EmailQuerySet":
        """Return the e-mails of the programmes the person runs."""
        return self.filter(program_id__in=ids)

    def of_applicant(self, call_id: int, applicant_id: int) -> "EmailQuerySet":
        """Return every e-mail about one applicant in one call, the newest first."""
        return self.filter(call_id=call_id, applicant_id=applicant_id).order_by("-created_at", "-pk")

    def for_list(self, state: str = "") -> "EmailQuerySet":
        """Return e-mails for the office's list, optionally in one state; the text stays in the database."""
        rows = self.select_related("call").defer("text").order_by("-created_at", "-pk")
        return rows.filter(state=state) if state else rows


class ReminderQuerySet(models.QuerySet[Any]):
    """Reminders, planned and past."""

    def planned(self) -> "ReminderQuerySet":
        """Return reminders that are neither sent nor dropped."""
        return self.filter(sent_at=None, dropped_at=None)

    def coming(self, ids: set[int], at: datetime, days: int = 14) -> "ReminderQuerySet":
        """Return what will be sent in the next `days` days in these programmes, in order."""
        return (
            self.planned()
            .filter(program_id__in=ids, due_at__lte=at + timedelta(days=days))
            .select_related("call", "held_by")
            .order_by("due_at", "pk")
        )


class LinkQuerySet(AboutQuerySet):
    """Sealed links."""

    def with_token(self, digest: str) -> "LinkQuerySet":
        """Return the link (none or one) one of whose tokens has this SHA-256."""
        return self.filter(tokens__sha256=digest)
