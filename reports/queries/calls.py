"""Reads across the floors about calls: their applications, reviews, decisions, awards and e-mails."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, Email, Reminder
from reviews.models import Assignment
from reviews.queries import DECIDED, IN_REVIEW
from scholars.models import Award, Decision, Scholar
from sponsors.models import SponsorCommitment


def states_by_call(program_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return for each call of these programmes how many applications there are in each state."""
    found: dict[int, dict[str, int]] = Application.objects.filter(call__cohort__program_id__in=list(program_ids)).count_by_call()
    return found


def own_offers(user: Any, at: datetime) -> QuerySet[Any]:
    """Return the awards offered to the person that can still be answered."""
    found: QuerySet[Any] = Award.objects.awaiting_answer().filter(awardee=user.pk, accept_by__gt=at)
    return found


def own_records(user: Any) -> QuerySet[Any]:
    """Return the person's own years as a scholar."""
    found: QuerySet[Any] = Scholar.objects.for_page().filter(user=user.pk)
    return found


def times_reminded(assignments: Iterable[int]) -> dict[int | None, int]:
    """Return how many reminders were sent about each of these assignments, by id."""
    rows = Reminder.objects.filter(kind="review", object_id__in=list(assignments), sent_at__isnull=False)
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


def failed_emails(user: Any, program_ids: Iterable[int]) -> list[tuple[str, int]]:
    """Return (programme's slug, number) of e-mails that could not be delivered and that the person may see."""
    rows = Email.objects.visible_to(user, set(program_ids)).filter(state="failed")
    groups = rows.order_by().values("program__slug").annotate(n=Count("pk"))
    return list(groups.values_list("program__slug", "n"))


def standings(call_id: int) -> list[tuple[int, str, int, int, int]]:
    """Return (id, state, reviews asked, reviews in, sum of their overall scores) of a call's applications that are complete,
    reviewed or decided, by id: counted by the database, because a call can have ten thousand (one query)."""
    states = [*IN_REVIEW, *DECIDED]
    asked, is_in = Assignment.objects.filter(state__in=["assigned", "clear"]), Q(review__state="submitted")
    rows = asked.filter(application__call_id=call_id, application__state__in=states).order_by()
    counted = rows.values_list("application", "application__state").annotate(
        asked=Count("pk"), there=Count("pk", filter=is_in), total=Coalesce(Sum("review__overall_impact", filter=is_in), 0)
    )
    unasked = Application.objects.of_call(call_id).in_states(*states).exclude(Exists(asked.filter(application=OuterRef("pk"))))
    return sorted(counted.union(unasked.values_list("pk", "state", Value(0), Value(0), Value(0)), all=True))


def scores_of(ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the overall scores that are in of these applications, best first, by id."""
    found: dict[int, list[int]] = {}
    rows = Assignment.objects.filter(application__in=list(ids), state__in=["assigned", "clear"], review__state="submitted")
    for pk, score in rows.order_by("review__overall_impact").values_list("application", "review__overall_impact"):
        found.setdefault(pk, []).append(score)
    return found


def decisions_of(call_id: int) -> dict[int, tuple[str, int | None, bool]]:
    """Return (outcome, alternate order, whether it is released) of the decisions of a call, by application's id."""
    rows = Decision.objects.filter(application__call_id=call_id)
    facts = rows.values_list("application_id", "outcome", "alternate_order", "released_at")
    return {pk: (outcome, order, released is not None) for pk, outcome, order, released in facts}


def with_system(ids: Iterable[int]) -> dict[int, Any]:
    """Return applications with applicant and the health system of their sponsor (`system`), by id."""
    sponsor = SponsorCommitment.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"))
    rows = Application.objects.filter(pk__in=list(ids)).for_list()
    return {row.pk: row for row in rows.annotate(system=Subquery(sponsor.values("health_system__name")[:1]))}


def export_rows(call: Call, words: str, state: str, order: Iterable[Any]) -> QuerySet[Any]:
    """Return the applications of a call as its list shows them, with the columns of the export as tuples.

    Name, department and state of the chair come last, where the call asks for one.
    """
    chair = ChairCommitment.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"))
    asked = ["name", "department", "state"] if call.asks_chair else []
    sponsor = SponsorCommitment.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"))
    mentor = MentorAgreement.objects.standing().filter(call=OuterRef("call"), applicant=OuterRef("applicant"), role="primary")
    rows = Application.objects.of_call(call.pk).matching(words).in_states(*([state] if state else []))
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
        **{f"chair_{name}": Subquery(chair.values(name)[:1]) for name in asked},
    )
    return rows.order_by(*order).values_list(
        "pk", "tracking_number", "title", "person", "address", "place", "division", "state", "started_at", "submitted_at",
        "sponsor_name", "sponsor_system", "sponsor_state", "mentor_name", "mentor_state",
        *[f"chair_{name}" for name in asked],
    )  # fmt: skip
