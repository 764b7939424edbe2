"""Alternates: offered a free place in their order, or told that none will come."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from applications import workflow as applications
from programs import mail
from programs.models import Call, Cohort
from programs.transitions import NotPossible
from scholars import emails
from scholars.models import Award, Decision
from scholars.workflow.awards import offer, room
from scholars.workflow.decisions import require, require_impartial


def offer_next(call: Call, *, by: User, at: datetime, expecting: int | None = None) -> Award:
    """Offer a free place to the next alternate of the call; `expecting` is the application the director saw as next."""
    require(by, call)
    with transaction.atomic():
        cohort = Cohort.objects.locked(call.cohort_id)
        decision = Decision.objects.of_call(call.pk).waiting().first()
        if decision is None:
            raise NotPossible("No alternate of this call is waiting.")
        if expecting is not None and expecting != decision.application_id:
            raise NotPossible("Another alternate is next now: the one you saw was offered a place, or has withdrawn.")
        require_impartial(by, decision.application, act="offer the place")
        if hindrance := room(cohort).hindrance(1):
            raise NotPossible(hindrance.replace("1 award staged", "1 award to offer"))
        return offer(decision.application, cohort=cohort, by=by, at=at)


def end_waiting(call: Call, *, application_ids: Collection[int], by: User, at: datetime) -> list[Decision]:
    """Tell these alternates of the call that no place is offered to them any more; their applications are not awarded.

    NotPossible when one of them waits no longer: nobody is told then.
    """
    require(by, call)
    with transaction.atomic():
        Cohort.objects.locked(call.cohort_id)
        waiting = Decision.objects.of_call(call.pk).waiting()
        chosen = list(waiting.filter(application__in=application_ids))
        if not chosen or len(chosen) < len(set(application_ids)):
            raise NotPossible("The alternates have changed since you opened the page. Please look again.")
        for decision in chosen:
            require_impartial(by, decision.application, act="end the wait")
            applications.decide(decision.application, outcome="not_awarded", by=by, at=at, why="No place is offered.")
            mail.enqueue(emails.no_place(decision), key=f"no place:{decision.pk}", at=at)
    return chosen
