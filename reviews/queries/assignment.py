"""Queries about assignments: who reviews what, what is to do, what stays closed to whom."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from programs.models import Email, HistoryEntry, Membership, Role
from reviews.queries.current import of_current_reviewer
from reviews.queries.own import DECIDED, IN_REVIEW, OwnQuerySet

UNWRITTEN = Q(review=None) | Q(review__state="draft")


class AssignmentQuerySet(OwnQuerySet):
    """Who reviews what. An application that was withdrawn or left review drops out of every list at once."""

    def for_page(self) -> "AssignmentQuerySet":
        """Return assignments with application, call, programme, applicant and review joined."""
        return self.select_related("application__call__cohort__program", "application__applicant", "reviewer", "review")

    def live(self) -> "AssignmentQuerySet":
        """Return assignments that stand and whose application is being reviewed."""
        return self.exclude(state="ended").filter(application__state__in=IN_REVIEW)

    def withdrawn(self, since: datetime) -> "AssignmentQuerySet":
        """Return unfinished assignments of current reviewers whose application was withdrawn since, and who were not told."""
        one = {"call": OuterRef("application__call"), "applicant": OuterRef("application__applicant")}
        lately = HistoryEntry.objects.filter(**one, to_state="withdrawn", from_state__in=IN_REVIEW, at__gt=since)
        told = Email.objects.filter(**one, kind="review withdrawn", object_id=OuterRef("pk"))
        rows = self.filter(state__in=["assigned", "clear"], application__state="withdrawn").filter(UNWRITTEN)
        return rows.filter(Exists(lately), ~Exists(told), of_current_reviewer()).for_page()

    def in_order(self) -> "AssignmentQuerySet":
        """Return assignments in the order of a desk: those to do by due date, then those that are in, then conflicts."""
        return self.order_by("rank", "due_at", "pk")

    def on_desk(self, user: Any) -> "AssignmentQuerySet":
        """Return the person's live assignments in the order of a desk."""
        rows: AssignmentQuerySet = self.of_reviewer(user).live().in_order()
        return rows

    def to_do(self, user: Any) -> "AssignmentQuerySet":
        """Return the person's live assignments that still need a declaration or a review, those due first first."""
        rows = self.on_desk(user).exclude(state="conflicted").filter(UNWRITTEN)
        return rows.select_related("application__call", "application__applicant", "review")

    def in_unnoted(self) -> "AssignmentQuerySet":
        """Return assignments whose review is in without their knowing: code of the version before took it during an upgrade."""
        return self.filter(review_in=False, review__state="submitted")

    def of_office(self, user: Any) -> "AssignmentQuerySet":
        """Return the assignments of the programmes whose office the person is, leaving out the person's own application."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.for_page().filter(application__call__cohort__program_id__in=offices).exclude(application__applicant=user.pk)

    def of_application(self, application_id: int) -> "AssignmentQuerySet":
        """Return the assignments of one application that were not ended."""
        return self.exclude(state="ended").filter(application_id=application_id).select_related("reviewer", "review").order_by("pk")

    def unfinished(self, at: datetime) -> "AssignmentQuerySet":
        """Return live assignments of current reviewers whose review is not in."""
        return self.live().exclude(state="conflicted").filter(UNWRITTEN, of_current_reviewer()).for_page()

    def to_remind(self, at: datetime) -> "AssignmentQuerySet":
        """Return unfinished assignments due within three weeks or overdue by no more than nine days."""
        return self.unfinished(at).filter(due_at__gt=at - timedelta(days=9), due_at__lt=at + timedelta(days=22))

    def owed(self, user: Any) -> "AssignmentQuerySet":
        """Return what was given to reviewers by the office of the person and is not in, due first first."""
        return self.of_office(user).live().exclude(state="conflicted").filter(UNWRITTEN).order_by("due_at", "pk")

    def overdue(self, user: Any, at: datetime) -> "AssignmentQuerySet":
        """Return what reviewers owe the office past the due date, the longest overdue first."""
        return self.owed(user).filter(of_current_reviewer(), due_at__lte=at)

    def given_up(self, user: Any) -> "AssignmentQuerySet":
        """Return what people owe the office who are no reviewers any more: it begins with ended roles, which are few."""
        ended = Membership.objects.filter(role=Role.REVIEWER, ended_at__isnull=False)
        return self.owed(user).filter(~of_current_reviewer(), reviewer__in=ended.values("user"))

    def another_needed(self, user: Any) -> "AssignmentQuerySet":
        """Return the conflicts declared on applications in review since which nobody was assigned, the oldest first."""
        since = self.model.objects.filter(application=OuterRef("application"), assigned_at__gt=OuterRef("declared_at"))
        rows = self.of_office(user).live().filter(state="conflicted").exclude(Exists(since.filter(state__in=["assigned", "clear"])))
        return rows.order_by("declared_at", "pk")

    def desk_facts(self) -> Any:
        """Return what the office's desk prints of these assignments, as facts: its calls it has read already."""
        far = {"title": F("application__title"), "call_id": F("application__call"), "person": F("reviewer__name")}
        return self.values("pk", "application_id", "due_at", "declared_at", **far)

    def locked(self, pk: int) -> Any:
        """Return one assignment, locked with its application until the transaction ends: first the lock, then the checks."""
        rows = self.select_related("application__call__cohort__program", "application__applicant", "reviewer")
        return rows.select_for_update(of=("self", "application"), no_key=True).get(pk=pk)

    def conflicts_of(self, user: Any) -> models.QuerySet[Any, Any]:
        """Return the ids of the applications in which the person declared a conflict, for a subquery."""
        return self.filter(reviewer=user.pk, state="conflicted").values("application")

    def reviews_in(self, call_id: int) -> dict[int, tuple[int, int]]:
        """Return how many reviews are in and how many were asked, by application's id; one query for the whole call."""
        rows = self.filter(application__call_id=call_id, state__in=["assigned", "clear"]).order_by().values_list("application")
        counted = rows.annotate(there=Count("pk", filter=Q(review__state="submitted")), asked=Count("pk"))
        return {pk: (there, asked) for pk, there, asked in counted}

    def load(self, call: Any) -> dict[int, tuple[int, int, int]]:
        """Return by reviewer's id the live assignments in the call, those to read, and those to read in its programme's others."""
        rows = self.live().exclude(state="conflicted").filter(application__call__cohort__program=call.program).order_by()
        here = Q(application__call=call.pk)
        given, unread = Count("pk", filter=here), Count("pk", filter=UNWRITTEN & here)
        counted = rows.values_list("reviewer").annotate(given=given, unread=unread, others=Count("pk", filter=UNWRITTEN & ~here))
        return {reviewer: tuple(numbers) for reviewer, *numbers in counted}  # type: ignore[misc]

    def blinding(self, user: Any) -> set[int]:
        """Return the applications whose scores stay closed to the person, whatever other role the person holds.

        A conflict closes them for good; an own review that is not in closes them until it is (NIH: reviewers write
        before they see the others).
        """
        unwritten = Q(state__in=["assigned", "clear"]) & UNWRITTEN
        rows = self.filter(reviewer=user.pk).filter(Q(state="conflicted") | unwritten)
        return set(rows.filter(application__state__in=IN_REVIEW + DECIDED).values_list("application_id", flat=True))
