"""Reads across the floors: what the reading rooms ask of several apps at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum

from applications.models import Application
from mentors.models import MentorAgreement
from programs.models import Email, Reminder
from reviews.models import Assignment
from reviews.queries import DECIDED, IN_REVIEW
from scholars.models import Award, Decision, Scholar
from sponsors.models import SponsorCommitment

SILENT_AFTER = timedelta(days=3)
ENDED = ["withdrawn", "ineligible"]


def states_by_call(program_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return for each call of these programmes how many applications there are in each state."""
    found: dict[int, dict[str, int]] = Application.objects.filter(call__cohort__program_id__in=list(program_ids)).count_by_call()
    return found


def silent(model: Any, program_ids: Iterable[int], at: datetime) -> QuerySet[Any]:
    """Return requests to sponsors or mentors that nobody answered for three days, the oldest first.

    Each has `application_id`, the application it was asked for; withdrawn and ineligible ones are left out.
    """
    here = Application.objects.filter(call=OuterRef("call"), applicant=OuterRef("applicant")).exclude(state__in=ENDED)
    rows = model.objects.awaiting(at).filter(call__cohort__program_id__in=list(program_ids), asked_at__lte=at - SILENT_AFTER)
    rows = rows.filter(Exists(here), call__closes_at__gt=at - timedelta(days=60))
    found: QuerySet[Any] = rows.annotate(application_id=Subquery(here.values("pk")[:1])).order_by("asked_at", "pk")
    return found


def own_requests(model: Any, user: Any) -> QuerySet[Any]:
    """Return what the person asked of sponsors or mentors and has not replaced."""
    found: QuerySet[Any] = model.objects.standing().filter(applicant=user.pk)
    return found


def own_offers(user: Any, at: datetime) -> QuerySet[Any]:
    """Return the awards offered to the person that can still be answered."""
    found: QuerySet[Any] = Award.objects.awaiting_answer().filter(awardee=user.pk, accept_by__gt=at)
    return found


def own_records(user: Any) -> QuerySet[Any]:
    """Return the person's own years as a scholar."""
    found: QuerySet[Any] = Scholar.objects.for_page().filter(user=user.pk)
    return found


def times_reminded(assignments: Iterable[Assignment]) -> dict[int | None, int]:
    """Return how many reminders were sent about each of these assignments, by id."""
    ids = [assignment.pk for assignment in assignments]
    rows = Reminder.objects.filter(kind="review", object_id__in=ids, sent_at__isnull=False)
    return dict(rows.order_by().values("object_id").annotate(n=Count("pk")).values_list("object_id", "n"))


def staged_by_call(program_ids: Iterable[int]) -> dict[int, int]:
    """Return how many decisions of each call are staged and not released."""
    rows = Decision.objects.staged().filter(
        application__call__cohort__program_id__in=list(program_ids), application__state__in=IN_REVIEW
    )
    return dict(rows.order_by().values("application__call").annotate(n=Count("pk")).values_list("application__call", "n"))


def taken_by_cohort(program_ids: Iterable[int]) -> dict[int, tuple[int, Decimal]]:
    """Return (places, dollars) that awards hold in each cohort."""
    rows = Award.objects.holding_a_place().filter(cohort__program_id__in=list(program_ids))
    groups = rows.order_by().values("cohort").annotate(n=Count("pk"), dollars=Sum("total"))
    return {cohort: (n, dollars) for cohort, n, dollars in groups.values_list("cohort", "n", "dollars")}


def failed_emails(program_ids: Iterable[int]) -> list[tuple[str, int]]:
    """Return (programme's slug, number) of e-mails that could not be delivered."""
    rows = Email.objects.filter(program_id__in=list(program_ids), state="failed")
    groups = rows.order_by().values("program__slug").annotate(n=Count("pk"))
    return list(groups.values_list("program__slug", "n"))


def promises_in(call_id: int) -> int:
    """Return how many applications of a call have both promises: a sponsor and a primary mentor who committed."""
    sponsored = SponsorCommitment.objects.filter(call=call_id, state="committed").values("applicant")
    mentored = MentorAgreement.objects.filter(call=call_id, state="committed", role="primary").values("applicant")
    rows = Application.objects.of_call(call_id).exclude(state__in=ENDED)
    return rows.filter(applicant__in=sponsored).filter(applicant__in=mentored).count()


def decidable(call_id: int) -> list[tuple[int, str]]:
    """Return (id, state) of the applications of a call that are complete, reviewed or decided."""
    return list(Application.objects.of_call(call_id).in_states(*IN_REVIEW, *DECIDED).values_list("pk", "state"))


def scores_asked(call_id: int) -> dict[int, list[int | None]]:
    """Return for each application of a call one entry a reviewer asked: the overall score, None where it is not in."""
    rows = Assignment.objects.filter(application__call_id=call_id, state__in=["assigned", "clear"])
    found: dict[int, list[int | None]] = {}
    for application_id, state, score in rows.values_list("application_id", "review__state", "review__overall_impact"):
        found.setdefault(application_id, []).append(score if state == "submitted" else None)
    return found


def decisions_of(call_id: int) -> dict[int, Any]:
    """Return outcome, alternate order and release of the decisions of a call, by application's id."""
    rows = Decision.objects.filter(application__call_id=call_id)
    return {row.application_id: row for row in rows.only("application_id", "outcome", "alternate_order", "released_at")}


def with_system(ids: Iterable[int]) -> dict[int, Any]:
    """Return applications with applicant and the health system of their sponsor (`system`), by id."""
    sponsor = SponsorCommitment.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"))
    rows = Application.objects.filter(pk__in=list(ids)).for_list()
    return {row.pk: row for row in rows.annotate(system=Subquery(sponsor.values("health_system__name")[:1]))}


def export_rows(call_id: int, words: str, state: str, order: Iterable[Any]) -> QuerySet[Any]:
    """Return the applications of a call as its list shows them, with the columns of the export as tuples."""
    sponsor = SponsorCommitment.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"))
    mentor = MentorAgreement.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"), role="primary")
    rows = Application.objects.of_call(call_id).matching(words).in_states(*([state] if state else []))
    rows = rows.annotate(
        sponsor_name=Subquery(sponsor.values("name")[:1]),
        sponsor_system=Subquery(sponsor.values("health_system__name")[:1]),
        sponsor_state=Subquery(sponsor.values("state")[:1]),
        mentor_name=Subquery(mentor.values("name")[:1]),
        mentor_state=Subquery(mentor.values("state")[:1]),
        person=F("applicant__name"),
        address=F("applicant__email"),
        place=F("applicant__institution"),
        division=F("applicant__division"),
    )
    return rows.order_by(*order).values_list(
        "pk", "tracking_number", "title", "person", "address", "place", "division", "state", "started_at", "submitted_at",
        "sponsor_name", "sponsor_system", "sponsor_state", "mentor_name", "mentor_state",
    )  # fmt: skip
