"""The windows on health systems and sponsors' commitments."""

from django.contrib import admin

from programs.admin import WindowAdmin
from sponsors.models import HealthSystem, SponsorCommitment


@admin.register(HealthSystem)
class HealthSystemAdmin(WindowAdmin):
    """The delivery systems of the programme."""

    list_display = ["name", "kind", "city", "program"]
    list_filter = ["kind"]
    search_fields = ["name"]
    list_select_related = ["program"]


@admin.register(SponsorCommitment)
class SponsorCommitmentAdmin(WindowAdmin):
    """What sponsors were asked and have answered."""

    program_path = "call__cohort__program"
    list_display = ["name", "applicant", "health_system", "call", "state", "asked_at", "answered_at"]
    list_filter = ["state"]
    search_fields = ["name", "email", "applicant__name"]
    list_select_related = ["applicant", "health_system", "call"]
