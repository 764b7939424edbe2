"""Queries about the records every floor writes: history, e-mails, links."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from programs.queries.queued import QueuedQuerySet

LATE_AFTER = timedelta(minutes=2)


class AboutQuerySet(models.QuerySet[Any]):
    """Rows that are about an object of any kind."""

    def about(self, thing: models.Model) -> Any:
        """Return the rows about one object."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class PostQuerySet(models.QuerySet[Any]):
    """What is sent to one person."""

    def open_to(self, user: Any) -> Any:
        """Leave out what others are told of the person's own application; what the person is told of it stays."""
        return self.filter(Q(applicant=None) | ~Q(applicant=user.pk) | Q(to=user.email))


class HistoryQuerySet(AboutQuerySet):
    """What happened, who did it, when and why."""

    def of_applicant(self, call_id: int, applicant_id: int) -> "HistoryQuerySet":
        """Return everything about one applicant in one call, the newest first, with what a page says of it."""
        said = ("at", "who", "verb", "from_state", "to_state", "why", "link_id", "content_type_id")
        return self.filter(call_id=call_id, applicant_id=applicant_id).order_by("-at", "-pk").only(*said)

    def why_last(self, verb: str) -> str:
        """Return the reason given with the last of these, or ""."""
        return self.filter(verb=verb).values_list("why", flat=True).first() or ""

    def of_verbs(self, *verbs: str) -> "HistoryQuerySet":
        """Return the rows of these verbs."""
        return self.filter(verb__in=verbs)

    def has_submission(self, call_id: int) -> bool:
        """Whether an application of the call was ever submitted: the history is kept here, the applications are upstairs."""
        return self.filter(call_id=call_id, to_state="submitted").exists()

    def submitters(self, call_ids: set[int], applicants: set[int]) -> set[tuple[int, int]]:
        """Return (call, applicant) of those of these people who ever submitted an application to one of these calls."""
        rows = self.filter(call_id__in=call_ids, applicant_id__in=applicants, to_state="submitted")
        return set(rows.values_list("call_id", "applicant_id"))

    def last_reached(self, state: str, call_ids: set[int], applicants: set[int]) -> dict[tuple[int, int], datetime]:
        """Return when applications of these calls and people last came into a state, by (call, applicant)."""
        rows = self.filter(call_id__in=call_ids, applicant_id__in=applicants, to_state=state).order_by()
        found = rows.values_list("call_id", "applicant_id").annotate(models.Max("at"))
        return {(call, applicant): at for call, applicant, at in found}

    def shown_to_applicant(self) -> "HistoryQuerySet":
        """Leave out what only the office may read (reviews, decisions that are not released)."""
        return self.filter(office_only=False)


class EmailQuerySet(QueuedQuerySet, AboutQuerySet, PostQuerySet):  # type: ignore[override]
    """E-mails, the queue of record."""

    def visible_to(self, user: Any, ids: set[int]) -> "EmailQuerySet":
        """Return the e-mails of the programmes the person runs, without those to others about the person's own application."""
        return self.filter(program_id__in=ids).open_to(user)  # type: ignore[no-any-return]

    def of_applicant(self, call_id: int, applicant_id: int) -> "EmailQuerySet":
        """Return every e-mail about one applicant in one call, the newest first."""
        return self.filter(call_id=call_id, applicant_id=applicant_id).order_by("-created_at", "-pk")

    def in_short(self) -> "EmailQuerySet":
        """Return e-mails with what one line says of them."""
        return self.only("subject", "to", "state", "created_at")

    def for_list(self, state: str = "") -> "EmailQuerySet":
        """Return e-mails for the office's list, optionally in one state; the text stays in the database."""
        rows = self.select_related("call").defer("text").order_by("-created_at", "-pk")
        return rows.filter(state=state) if state else rows

    def counts(self) -> dict[str, int]:
        """Return how many e-mails are in each state."""
        return dict(self.order_by().values_list("state").annotate(models.Count("pk")))

    def backlog(self, at: datetime) -> dict[str, Any]:
        """Return `count` e-mails that should have left two minutes ago or earlier, and `since`, when the oldest was due."""
        late = self.filter(state__in=["queued", "working"], due_at__lte=at - LATE_AFTER)
        found: dict[str, Any] = late.aggregate(count=models.Count("pk"), since=models.Min("due_at"))
        return found

    def of_links(self, links: models.QuerySet[Any]) -> "EmailQuerySet":
        """Return the e-mails that carry one of these links, the newest first."""
        return self.filter(link__in=links.order_by()).order_by("-created_at", "-pk")


class LinkQuerySet(AboutQuerySet):
    """Sealed links."""

    def about_any(self, things: Sequence[models.Model]) -> Any:
        """Return the links about any of these objects, which are of one kind."""
        return self.filter(content_type=ContentType.objects.get_for_model(things[0]), object_id__in=[thing.pk for thing in things])

    def with_token(self, digest: str) -> "LinkQuerySet":
        """Return the link (none or one) one of whose tokens has this SHA-256."""
        return self.filter(tokens__sha256=digest)

    def alive(self) -> "LinkQuerySet":
        """Leave out revoked links; the newest is the last."""
        return self.filter(revoked_at=None).order_by("pk")

    def living(self, at: datetime) -> "LinkQuerySet":
        """Return the links that open something at `at`; the newest is the last."""
        return self.alive().filter(expires_at__gt=at)

    def like(self, link: Any) -> "LinkQuerySet":
        """Return the links, this one too, that open the same verb on the same row to the same addressee."""
        same = ("purpose", "content_type_id", "object_id", "email")
        return self.filter(**{name: getattr(link, name) for name in same})
