"""The window on assignments and reviews: their facts can be read, nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reviews.models import Assignment, Review


class Window(admin.ModelAdmin):
    """Read-only: state and stamps change through the verbs only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)  # type: ignore[union-attr]


@admin.register(Assignment)
class AssignmentAdmin(Window):
    """Who was asked to review what, and how far it is."""

    list_display = ["reviewer", "state", "assigned_at", "due_at", "declared_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["reviewer__name", "reviewer__email"]
    list_select_related = ["reviewer"]
    fields = ["reviewer", "state", "assigned_at", "assigned_by", "due_at", "declared_at", "ended_at", "ended_by"]


@admin.register(Review)
class ReviewAdmin(Window):
    """That a review exists and when it came in; what it says stays with its readers."""

    list_display = ["assignment_id", "state", "saved_at", "submitted_at"]
    list_filter = ["state"]
    fields = ["assignment", "state", "saved_at", "submitted_at", "version"]
    raw_id_fields = ["assignment"]
