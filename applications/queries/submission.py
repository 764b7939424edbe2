"""Queries about submissions and previews, which as queued work stand for their PDFs."""

from datetime import datetime
from typing import Any

from programs.queries import Given, QueuedQuerySet, ready, whole


class SubmissionQuerySet(QueuedQuerySet):
    """Submissions; as queued work they stand for the packet that a worker makes."""

    def of_application(self, application_id: int) -> "SubmissionQuerySet":
        """Return the submissions of one application, the newest first."""
        return self.filter(application_id=application_id).order_by("-number")

    def latest_of(self, application_id: int) -> Any:
        """Return the last submission of one application, or None."""
        return _latest_of(whole(self)).one(application=application_id)

    def elsewhere(self, application_id: int, key: Any) -> "SubmissionQuerySet":
        """Return the submission (none or one) of this key, if it belongs to another application."""
        return self.filter(key=key).exclude(application_id=application_id)

    def for_page(self) -> "SubmissionQuerySet":
        """Return submissions without their snapshots, which are large."""
        return self.defer("snapshot")


@ready
def _latest_of(model: Any) -> Any:
    return model.objects.of_application(Given("application"))[:1]


class PreviewQuerySet(QueuedQuerySet):
    """Packets of drafts."""

    def newest(self, application_id: int) -> Any:
        """Return the preview asked for last, or None."""
        return self.filter(application_id=application_id).order_by("-pk").first()

    def ask_anew(self, preview: Any, *, sha256: str, at: datetime) -> bool:
        """Have a preview that no worker has taken yet stand for the draft as it is now; False when it is taken."""
        waiting = self.filter(pk=preview.pk, state="queued")
        return bool(waiting.update(sha256=sha256, requested_at=at, due_at=at, attempts=0))
