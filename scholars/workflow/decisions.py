"""Decisions: staged unseen, released in one act within places and money."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications import workflow as applications
from applications.models import Application
from programs import mail
from programs.models import Call, Cohort
from programs.templatetags.portal import in_zone
from programs.transitions import ClosedToYou, NotPossible, record
from scholars import emails
from scholars.impartiality import closed_to, must_stand_aside
from scholars.models import Award, Decision
from scholars.permissions import may_decide, may_judge
from scholars.workflow.awards import offer, room

Outcome = Decision.Outcome
REVIEWED = (Application.State.UNDER_REVIEW,)
DECIDABLE = (*REVIEWED, Application.State.COMPLETE)


class OrderTaken(NotPossible):
    """Another alternate of the call has this order already."""


@dataclass
class Released:
    """What one release did: the awards offered, and the decisions for alternates and for those without an award."""

    awards: list[Award] = field(default_factory=list)
    alternates: list[Decision] = field(default_factory=list)
    not_awarded: list[Decision] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.awards) + len(self.alternates) + len(self.not_awarded)


def call_is_over(call: Call, at: datetime) -> str:
    """Return "" once the deadline has passed, otherwise the sentence that says when decisions open."""
    if at >= call.closes_at:
        return ""
    return f"The call is open until {in_zone(call.closes_at, call.time_zone)}. Decisions open after the deadline."


def stage(
    application: Application, *, outcome: str, by: User, at: datetime, alternate_order: int | None = None, why: str = ""
) -> Decision:
    """Decide one application, unseen by anybody but the office until the release; a staged decision is replaced.

    `why` is kept in the history and shown on the decision's page, to directors who need not stand aside; an alternate's number
    stands there too.
    """
    call = application.call
    require(by, call, at)
    require_impartial(by, application)
    with transaction.atomic():
        Cohort.objects.locked(call.cohort_id)
        application.refresh_from_db(fields=["state"])
        before = Decision.objects.of_application(application.pk).first()
        _check(application, before, outcome, alternate_order)
        decision, _ = Decision.objects.update_or_create(
            application=application,
            defaults={"outcome": outcome, "alternate_order": alternate_order, "staged_at": at, "staged_by": by},
        )
        record(
            decision, "stage", at=at, by=by, from_state=before.outcome if before else "", to_state=outcome,
            why="\n".join(filter(None, (number_words(decision), why))), office_only=True,
        )  # fmt: skip
    return decision


def number_words(decision: Decision) -> str:
    """Return an alternate's number as a sentence, of any other decision ""."""
    return f"Alternate number {decision.alternate_order}." if decision.outcome == Outcome.ALTERNATE else ""


def unstage(application: Application, *, by: User, at: datetime) -> None:
    """Take a staged decision back; a released one stays."""
    require(by, application.call)
    require_impartial(by, application)
    with transaction.atomic():
        Cohort.objects.locked(application.call.cohort_id)
        decision = Decision.objects.of_application(application.pk).staged().first()
        if decision is None:
            raise NotPossible("There is no staged decision to take back.")
        note_taken_back(decision, by=by, at=at)
        decision.delete()


def note_taken_back(decision: Decision, *, by: User, at: datetime, why: str = "") -> None:
    """Keep in the history that a decision is staged no longer."""
    verb = "take the staged decision back"
    record(decision.application, verb, at=at, by=by, from_state=decision.outcome, why=why, office_only=True)


def fingerprint(decisions: Iterable[Decision]) -> str:
    """Return a short digest of what is staged, so that nobody releases what they have not seen."""
    seen = sorted((decision.application_id, decision.outcome, decision.alternate_order or 0) for decision in decisions)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def release(call: Call, *, by: User, at: datetime, expecting: str = "") -> Released:
    """Release every staged decision of a call in one act, or none: within the places and the money of the whole cohort.

    The cohort's row is locked, so that two directors never fill the last place twice; `expecting` is the fingerprint of
    what the director saw. Awards get their letter, everybody else an e-mail. A director who must stand aside from one of the
    applications releases none.
    """
    require(by, call, at)
    released = Released()
    with transaction.atomic():
        cohort = Cohort.objects.locked(call.cohort_id)
        decisions = list(Decision.objects.of_call(call.pk).staged().of_states(*DECIDABLE))
        if not decisions:
            raise NotPossible("No decision is staged: somebody may have released them just now.")
        if closed_to(by, call.pk).intersection(decision.application_id for decision in decisions):
            raise ClosedToYou(must_stand_aside(by, call, what="One of the staged decisions", act="release them"))
        if expecting and expecting != fingerprint(decisions):
            raise NotPossible("The staged decisions have changed since you opened the page. Please read them again.")
        awards = sum(decision.outcome == Outcome.AWARD for decision in decisions)
        if awards and (hindrance := room(cohort).hindrance(awards)):
            raise NotPossible(hindrance)
        for decision in decisions:
            _release(decision, cohort, released, by=by, at=at)
    return released


def _release(decision: Decision, cohort: Cohort, released: Released, *, by: User, at: datetime) -> None:
    """Make one decision known: compare-and-set on the decision, then the application, the letter or the e-mail."""
    if not Decision.objects.of_application(decision.application_id).staged().update(released_at=at, released_by=by):
        raise NotPossible("Somebody has released these decisions just now.")
    decision.released_at, decision.released_by = at, by
    record(decision, "release", at=at, by=by, to_state=decision.outcome, office_only=True)
    if decision.outcome == Outcome.AWARD:
        released.awards.append(offer(decision.application, cohort=cohort, by=by, at=at))
        return
    applications.decide(decision.application, outcome=decision.outcome, by=by, at=at, why=number_words(decision))
    if decision.outcome == Outcome.ALTERNATE:
        released.alternates.append(decision)
        mail.enqueue(emails.alternate(decision), key=f"decision:{decision.pk}", at=at)
    else:
        released.not_awarded.append(decision)
        mail.enqueue(emails.not_awarded(decision), key=f"decision:{decision.pk}", at=at)


def _check(application: Application, before: Decision | None, outcome: str, order: int | None) -> None:
    """Raise NotPossible with the sentence that says why the decision cannot be staged."""
    if before and before.released_at:
        raise NotPossible("The decision on this application is released. It cannot be changed any more.")
    if application.state not in DECIDABLE:
        raise NotPossible(f"The application is {application.get_state_display().lower()}, not under review.")
    if application.state not in REVIEWED and outcome != Outcome.NOT_AWARDED:
        raise NotPossible("The application is not under review yet, so it can only be staged as not awarded.")
    if outcome != Outcome.ALTERNATE:
        return
    if order is None or order < 1:
        raise OrderTaken("Please give the alternate’s order: 1 is the first to be offered a place.")
    numbered = Decision.objects.of_call(application.call_id).with_order(order, *DECIDABLE)
    other = numbered.exclude(application=application).first()
    if other:
        raise OrderTaken(f"{other.application.applicant.name} is alternate {order} already.")


def require(by: User, call: Call, at: datetime | None = None) -> None:
    """Refuse who is no director and, where `at` is given, whatever comes before the deadline."""
    if not may_decide(by, call):
        raise PermissionDenied
    if at is not None and (hindrance := call_is_over(call, at)):
        raise NotPossible(hindrance)


def require_impartial(by: User, application: Application, act: str = "decide it") -> None:
    """Refuse a director who must stand aside from the application."""
    if not may_judge(by, application):
        raise ClosedToYou(must_stand_aside(by, application.call, act=act))
