"""The windows on applications, submissions and previews."""

from django.contrib import admin

from applications.models import Application, PacketPreview, Submission
from programs.admin import WindowAdmin


@admin.register(Application)
class ApplicationAdmin(WindowAdmin):
    program_path = "call__cohort__program"
    list_display = ("tracking_number", "title", "applicant", "call", "state", "submitted_at")
    list_filter = ("state",)
    list_select_related = ("applicant", "call")
    search_fields = ("title", "tracking_number", "applicant__name", "applicant__email")


@admin.register(Submission)
class SubmissionAdmin(WindowAdmin):
    program_path = "application__call__cohort__program"
    list_display = ("application", "number", "received_at", "state", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("application",)


@admin.register(PacketPreview)
class PacketPreviewAdmin(WindowAdmin):
    program_path = "application__call__cohort__program"
    list_display = ("application", "requested_at", "state", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("application",)
