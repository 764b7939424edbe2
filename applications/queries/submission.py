"""Queries about submissions and previews, which as queued work stand for their PDFs."""

from typing import Any

from django.db.models import Q

from programs.queries import QueuedQuerySet


class SubmissionQuerySet(QueuedQuerySet):
    """Submissions; as queued work they stand for the packet that a worker makes."""

    def of_application(self, application_id: int) -> "SubmissionQuerySet":
        """Return the submissions of one application, the newest first."""
        return self.filter(application_id=application_id).order_by("-number")

    def of_application_or_key(self, application_id: int, key: Any) -> "SubmissionQuerySet":
        """Return the submissions of one application, and the one of this key wherever it belongs, without snapshots."""
        return self.for_page().filter(Q(application_id=application_id) | Q(key=key))

    def for_page(self) -> "SubmissionQuerySet":
        """Return submissions without their snapshots, which are large."""
        return self.defer("snapshot")


class PreviewQuerySet(QueuedQuerySet):
    """Packets of drafts."""

    def newest(self, application_id: int) -> Any:
        """Return the preview asked for last, or None."""
        return self.filter(application_id=application_id).order_by("-pk").first()
