"""The window on assignments and reviews: their facts, for the superuser; what a review says stays with its readers."""

from django.contrib import admin

from programs.admin import WindowAdmin
from reviews.models import Assignment, Review


@admin.register(Assignment)
class AssignmentAdmin(WindowAdmin):
    """Who was asked to review what, and how far it is."""

    superuser_only = True
    program_path = "application__call__cohort__program"
    list_display = ["reviewer", "state", "assigned_at", "due_at", "declared_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["reviewer__name", "reviewer__email"]
    list_select_related = ["reviewer"]
    fields = ["reviewer", "state", "assigned_at", "assigned_by", "due_at", "declared_at", "ended_at", "ended_by"]


@admin.register(Review)
class ReviewAdmin(WindowAdmin):
    """That a review exists and when it came in."""

    superuser_only = True
    program_path = "assignment__application__call__cohort__program"
    list_display = ["assignment_id", "state", "saved_at", "submitted_at"]
    list_filter = ["state"]
    fields = ["assignment", "state", "saved_at", "submitted_at", "version"]
