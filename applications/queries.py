"""Queries about applications."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role
from programs.queries import QueuedQuerySet


class ApplicationQuerySet(models.QuerySet[Any]):
    """Applications, seen by their applicant and by the office of their programme."""

    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Return the person's own applications and those of the programmes whose office the person is."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.filter(Q(applicant=user.pk) | Q(call__cohort__program_id__in=offices))

    def of_office(self, user: Any) -> "ApplicationQuerySet":
        """Return the applications of the programmes whose office the person is."""
        return self.filter(call__cohort__program_id__in=Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR))

    def own(self, user: Any) -> "ApplicationQuerySet":
        """Return the person's own applications, the newest first."""
        return self.for_page().filter(applicant=user.pk).order_by("-started_at")

    def for_page(self) -> "ApplicationQuerySet":
        """Return applications with call, programme and applicant joined."""
        return self.select_related("call__cohort__program", "applicant")

    def of_call(self, call_id: int) -> "ApplicationQuerySet":
        """Return the applications of one call."""
        return self.filter(call_id=call_id)

    def in_states(self, *states: str) -> "ApplicationQuerySet":
        """Return applications in any of these states (all of them when none is named)."""
        return self.filter(state__in=states) if states else self

    def matching(self, words: str) -> "ApplicationQuerySet":
        """Return applications whose title, applicant, address or tracking number contains the words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(
            Q(title__icontains=words)
            | Q(applicant__name__icontains=words)
            | Q(applicant__email__icontains=words)
            | Q(tracking_number__iexact=words)
        )

    def for_list(self) -> "ApplicationQuerySet":
        """Return applications for the office's list: one row each, without the texts."""
        return self.select_related("applicant").only(
            "title", "state", "submitted_at", "tracking_number", "started_at", "call_id", "applicant__name", "applicant__email",
            "applicant__institution", "applicant__division",
        )  # fmt: skip

    def drafts_of_open_calls(self, at: datetime) -> "ApplicationQuerySet":
        """Return drafts and returned applications whose call still takes them."""
        return self.for_page().filter(state__in=["draft", "returned"], call__closes_at__gt=at, call__published_at__lte=at)


class SubmissionQuerySet(QueuedQuerySet):
    """Submissions; as queued work they stand for the packet that a worker makes."""

    def of_application(self, application_id: int) -> "SubmissionQuerySet":
        """Return the submissions of one application, the newest first."""
        return self.filter(application_id=application_id).order_by("-number")
