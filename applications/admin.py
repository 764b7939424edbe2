"""The admin as a window: applications and submissions can be looked at, and changed only by their verbs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from applications.models import Application, PacketPreview, Submission


class Window(admin.ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Application)
class ApplicationAdmin(Window):
    list_display = ("tracking_number", "title", "applicant", "call", "state", "submitted_at")
    list_filter = ("state",)
    list_select_related = ("applicant", "call")
    search_fields = ("title", "tracking_number", "applicant__name", "applicant__email")


@admin.register(Submission)
class SubmissionAdmin(Window):
    list_display = ("application", "number", "received_at", "state", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("application",)


@admin.register(PacketPreview)
class PacketPreviewAdmin(Window):
    list_display = ("application", "requested_at", "state", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("application",)
