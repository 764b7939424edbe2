"""The window on decisions, awards, letters and scholars, for the superuser: the pages know who may read what is not released."""

from django.contrib import admin

from programs.admin import Unchanging, WindowAdmin
from scholars.models import Award, AwardLetter, Decision, Scholar, ScholarYear


@admin.register(Decision)
class DecisionAdmin(WindowAdmin):
    superuser_only = True
    program_path = "application__call__cohort__program"
    list_display = ["application", "outcome", "alternate_order", "staged_at", "released_at"]
    list_filter = ["outcome"]
    list_select_related = ["application"]


@admin.register(Award)
class AwardAdmin(WindowAdmin):
    superuser_only = True
    program_path = "cohort__program"
    list_display = ["awardee", "cohort", "state", "total", "offered_at", "accept_by", "answered_at"]
    list_filter = ["state"]
    search_fields = ["awardee__name", "awardee__email"]
    list_select_related = ["awardee", "cohort"]


@admin.register(AwardLetter)
class AwardLetterAdmin(WindowAdmin):
    superuser_only = True
    program_path = "award__cohort__program"
    list_display = ["award", "version", "state", "attempts", "done_at", "sha256"]
    list_filter = ["state"]
    list_select_related = ["award__awardee"]


class YearInline(Unchanging, admin.TabularInline):
    model = ScholarYear
    extra = 0


@admin.register(Scholar)
class ScholarAdmin(WindowAdmin):
    superuser_only = True
    program_path = "cohort__program"
    list_display = ["user", "cohort", "state", "starts_on", "ends_on", "effort_percent"]
    list_filter = ["state"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user", "cohort"]
    inlines = [YearInline]
