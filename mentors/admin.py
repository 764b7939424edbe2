"""The windows on mentors' agreements and chairs' commitments."""

from django.contrib import admin

from mentors.models import ChairCommitment, MentorAgreement
from programs.admin import WindowAdmin


@admin.register(MentorAgreement)
class MentorAgreementAdmin(WindowAdmin):
    """What mentors were asked and have answered."""

    program_path = "call__cohort__program"
    list_display = ["name", "applicant", "role", "call", "state", "asked_at", "answered_at"]
    list_filter = ["state"]
    search_fields = ["name", "email", "applicant__name"]
    list_select_related = ["applicant", "call"]


@admin.register(ChairCommitment)
class ChairCommitmentAdmin(WindowAdmin):
    """What department chairs were asked and have answered."""

    program_path = "call__cohort__program"
    list_display = ["name", "applicant", "department", "call", "state", "asked_at", "answered_at"]
    list_filter = ["state"]
    search_fields = ["name", "email", "applicant__name"]
    list_select_related = ["applicant", "call"]
