"""The window on decisions, awards, letters and scholars: nothing is decided, promised or paid here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scholars.models import Award, AwardLetter, Decision, Scholar, ScholarYear


class Window(admin.ModelAdmin):
    """Superusers look; the pages, with their rules and their history, are where things change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Decision)
class DecisionAdmin(Window):
    list_display = ["application", "outcome", "alternate_order", "staged_at", "released_at"]
    list_filter = ["outcome"]
    list_select_related = ["application"]


@admin.register(Award)
class AwardAdmin(Window):
    list_display = ["awardee", "cohort", "state", "total", "offered_at", "accept_by", "answered_at"]
    list_filter = ["state", "cohort"]
    search_fields = ["awardee__name", "awardee__email"]
    list_select_related = ["awardee", "cohort"]


@admin.register(AwardLetter)
class AwardLetterAdmin(Window):
    list_display = ["award", "version", "state", "attempts", "done_at", "sha256"]
    list_filter = ["state"]
    list_select_related = ["award__awardee"]


class YearInline(admin.TabularInline):
    model = ScholarYear
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Scholar)
class ScholarAdmin(Window):
    list_display = ["user", "cohort", "state", "starts_on", "ends_on", "effort_percent"]
    list_filter = ["state", "cohort"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user", "cohort"]
    inlines = [YearInline]
