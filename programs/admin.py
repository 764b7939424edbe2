"""Windows on the programme office's rows: what is there is shown, nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from programs.models import Call, Cohort, Email, HistoryEntry, Membership, Program
from programs.permissions import OFFICE


class WindowAdmin(admin.ModelAdmin):
    """A read-only window on the rows of the programmes whose office the person is; the superuser sees all.

    `program_path` is the lookup from the row to its programme. Filters name choices only, never related rows: the
    choices of a related filter would show the other programmes.
    """

    program_path = "program"
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(**{f"{self.program_path}__in": _offices(request)})

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser or _offices(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


def _offices(request: HttpRequest) -> set[int]:
    ids: set[int] = Membership.objects.program_ids(request.user, *OFFICE)
    return ids


@admin.register(Program)
class ProgramAdmin(WindowAdmin):
    """The programmes."""

    program_path = "pk"
    list_display = ["name", "short_name", "mechanism", "institution"]


@admin.register(Membership)
class MembershipAdmin(WindowAdmin):
    """Who holds, and held, which role."""

    list_display = ["user", "role", "program", "granted_at", "ended_at"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user", "program"]


@admin.register(Cohort)
class CohortAdmin(WindowAdmin):
    """The cohorts with places and money."""

    list_display = ["name", "program", "starts_on", "places", "budget"]
    list_select_related = ["program"]


@admin.register(Call)
class CallAdmin(WindowAdmin):
    """The calls with their dates."""

    program_path = "cohort__program"
    list_display = ["title", "cohort", "opens_at", "closes_at", "published_at"]
    list_select_related = ["cohort"]


@admin.register(Email)
class EmailAdmin(WindowAdmin):
    """The queue of e-mails."""

    list_display = ["subject", "to", "kind", "state", "created_at", "done_at"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]


@admin.register(HistoryEntry)
class HistoryEntryAdmin(WindowAdmin):
    """What happened, who did it and why."""

    list_display = ["at", "verb", "who", "from_state", "to_state", "applicant"]
    list_select_related = ["applicant"]
    search_fields = ["who", "verb"]
