"""Queries about cohorts and calls."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from programs.queries.ready import Given, given_among, ready, whole


class CohortQuerySet(models.QuerySet[Any]):
    """Cohorts of scholars."""

    def of_programs(self, ids: set[int]) -> "CohortQuerySet":
        """Return the cohorts of these programmes."""
        return self.select_related("program").filter(program_id__in=ids)

    def named(self, name: str) -> "CohortQuerySet":
        """Return the cohorts of this name, however it is capitalised."""
        return self.filter(name__iexact=name)

    def with_calls(self) -> "CohortQuerySet":
        """Return cohorts with their calls, the newest first."""
        return self.order_by("-starts_on", "-pk").prefetch_related("calls")

    def locked(self, pk: int) -> Any:
        """Return one cohort, its row locked until the transaction ends (places and money are decided under it).

        Whoever needs the programme's row too locks that first. Rows that merely point here are written meanwhile.
        """
        return self.select_for_update(of=("self",), no_key=True).select_related("program").get(pk=pk)


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

    def closed(self, at: datetime, days: int = 365) -> "CallQuerySet":
        """Return published calls that closed within the last `days` days, the latest first."""
        return self.public(at).filter(closes_at__lte=at, closes_at__gt=at - timedelta(days=days)).order_by("-closes_at")

    def readable(self, at: datetime, ids: set[int]) -> "CallQuerySet":
        """Return published calls, and the drafts of the programmes `ids` that the person runs."""
        return self.with_program().filter(Q(published_at__lte=at) | Q(cohort__program_id__in=ids)).order_by("-closes_at", "-pk")

    def at_address(self, program: str, call: str) -> "CallQuerySet":
        """Return the calls (none or one) of a public address."""
        return self.filter(cohort__program__slug=program, slug=call)

    def with_parts(self) -> "CallQuerySet":
        """Return calls with sections, documents and rubric."""
        return self.prefetch_related("sections", "document_requests", "criteria")

    def locked(self, pk: int) -> Any:
        """Return one call with its parts, its row locked until the transaction ends (changes are compared under it)."""
        return self.with_program().with_parts().select_for_update(of=("self",), no_key=True).get(pk=pk)

    def of_programs(self, ids: set[int]) -> "CallQuerySet":
        """Return all calls of these programmes, the newest first."""
        return self.with_program().filter(cohort__program_id__in=ids).order_by("-closes_at")

    def one_of_programs(self, ids: set[int], pk: int) -> Any:
        """Return the call of this id, with cohort and programme joined, or None when it is of no programme of these."""
        return _one_of_programs(whole(self), len(ids)).one(pk=pk, programs=[*ids]) if ids else None


@ready
def _one_of_programs(model: Any, programs: int) -> Any:
    return model.objects.with_program().filter(given_among("cohort__program", "programs", programs), pk=Given("pk")).order_by()
