"""Queries about programmes and roles."""

from typing import Any

from django.db import connection, models

# Every page asks this, and putting the same words together anew took it five times as long as the answer.
ROLES_HELD = """/* ready */
    SELECT held.program_id, place.short_name, held.role
    FROM programs_membership held JOIN programs_program place ON place.id = held.program_id
    WHERE held.user_id = %s AND held.ended_at IS NULL
"""


class ProgramQuerySet(models.QuerySet[Any]):
    """Programmes."""

    def with_ids(self, ids: set[int]) -> "ProgramQuerySet":
        """Return the programmes of these ids, by name."""
        return self.filter(pk__in=ids).order_by("name")

    def locked(self, pk: int) -> Any:
        """Return one programme, its row locked until the transaction ends; rows that merely point to it are written meanwhile."""
        return self.select_for_update(no_key=True).get(pk=pk)

    def with_counts(self) -> "ProgramQuerySet":
        """Return programmes with the number of their cohorts and calls (`cohort_count`, `call_count`)."""
        return self.annotate(
            cohort_count=models.Count("cohorts", distinct=True), call_count=models.Count("cohorts__calls", distinct=True)
        )


class MembershipQuerySet(models.QuerySet[Any]):
    """Roles that people hold in programmes."""

    def current(self) -> "MembershipQuerySet":
        """Return the roles that have not ended."""
        return self.filter(ended_at=None)

    def has_others(self, program: Any, email: str) -> bool:
        """Whether the account of this address has or had a role in another programme."""
        return self.filter(user__email=email.strip().lower()).exclude(program=program).exists()

    def held_by(self, user: Any) -> list[tuple[int, str, str]]:
        """Return (programme id, its short name, role) of each role of a person; read once a request and kept on the person."""
        if not user.is_authenticated:
            return []
        if not hasattr(user, "_roles_held"):
            with connection.cursor() as cursor:
                cursor.execute(ROLES_HELD, [user.pk])
                user._roles_held = cursor.fetchall()
        return list(user._roles_held)

    def program_ids(self, user: Any, *roles: str) -> set[int]:
        """Return the ids of the programmes in which the person holds any of `roles` (any role when none is named)."""
        return {program for program, _, role in self.held_by(user) if not roles or role in roles}

    def for_page(self) -> "MembershipQuerySet":
        """Return the roles with their people, directors first."""
        place = models.Case(
            *[models.When(role=role, then=rank) for rank, role in enumerate(["director", "coordinator", "finance", "committee"])],
            default=9,
        )
        return self.current().select_related("user", "granted_by").order_by(place, "user__name", "pk")

    def of_programs(self, ids: set[int]) -> "MembershipQuerySet":
        """Return the roles in these programmes."""
        return self.select_related("program", "user").filter(program_id__in=ids)
