"""Windows on the programme office's rows: what is there is shown, nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from programs.models import Call, Cohort, Email, HistoryEntry, Membership, Program
from programs.permissions import OFFICE


class Unchanging:
    """Nothing is added, changed or deleted here, by nobody: rows change through the verbs, with their rules and their history."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class WindowAdmin(Unchanging, admin.ModelAdmin):
    """A read-only window on the rows of the programmes whose office the person is; the superuser sees all.

    `program_path` leads from the row to its programme. `superuser_only` closes the window to offices too: who reviews
    whom, and what is not released, has pages that know who may read it. A filter names choices, never related rows.
    """

    program_path, superuser_only = "program", False
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(**{f"{self.program_path}__in": _offices(request)})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser or (not self.superuser_only and _offices(request)))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


def _offices(request: HttpRequest) -> set[int]:
    return Membership.objects.program_ids(request.user, *OFFICE)  # type: ignore[no-any-return]


@admin.register(Program)
class ProgramAdmin(WindowAdmin):
    program_path = "pk"
    list_display = ["name", "short_name", "mechanism", "institution"]


@admin.register(Membership)
class MembershipAdmin(WindowAdmin):
    list_display = ["user", "role", "program", "granted_at", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user", "program"]


@admin.register(Cohort)
class CohortAdmin(WindowAdmin):
    list_display = ["name", "program", "starts_on", "places", "budget"]
    list_select_related = ["program"]


@admin.register(Call)
class CallAdmin(WindowAdmin):
    program_path = "cohort__program"
    list_display = ["title", "cohort", "opens_at", "closes_at", "published_at"]


@admin.register(Email)
class EmailAdmin(WindowAdmin):
    list_display = ["subject", "to", "kind", "state", "created_at", "done_at"]
    list_filter = ["state"]


@admin.register(HistoryEntry)
class HistoryEntryAdmin(WindowAdmin):
    superuser_only = True  # what is staged, and why, is closed to those of the office who stand aside
    list_display = ["at", "verb", "who", "from_state", "to_state"]
