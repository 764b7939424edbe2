"""Every write of the review: assign, end, declare, save, submit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications import workflow as applications
from applications.models import Application
from programs import mail
from programs.templatetags.portal import day
from programs.transitions import NotPossible, Transition, perform, record
from reviews import assignment as choice
from reviews import emails
from reviews.models import Assignment, CriterionScore, Review
from reviews.permissions import may_assign, may_review
from reviews.queries import IN_REVIEW

WHEN_LATE = timedelta(days=7)


class DueRefused(NotPossible):
    """The review cannot be due on this day: it has passed, or the decisions come before it."""


class Overtaken(Exception):
    """Another tab saved the review meanwhile."""

    def __init__(self) -> None:
        super().__init__("The review was saved in another tab meanwhile.")


def in_review(thing: Any, at: datetime) -> str:
    """Return "" while the application is reviewed, otherwise why nothing can be declared or written."""
    application = getattr(thing, "assignment", thing).application
    return "" if application.state in IN_REVIEW else "The review of this application is closed."


def not_in_yet(assignment: Assignment, at: datetime) -> str:
    """Return "" while the review can still be given up, otherwise why it stays."""
    return "The review is in and stays with the application." if assignment.is_in else in_review(assignment, at)


_STATE, _REVIEW = Assignment.State, Review.State
CLEAR = Transition(
    "declare no conflict", [_STATE.ASSIGNED], _STATE.CLEAR, may_review, in_review, "declared", "Declare", office_only=True
)
CONFLICT = Transition(
    "declare a conflict", [_STATE.ASSIGNED, _STATE.CLEAR], _STATE.CONFLICTED, may_review, not_in_yet, "declared", "Declare",
    office_only=True,
)  # fmt: skip
END = Transition(
    "end assignment", [_STATE.ASSIGNED, _STATE.CLEAR], _STATE.ENDED, may_assign, not_in_yet, "ended", "End", office_only=True
)
SUBMIT = Transition(
    "submit review", [_REVIEW.DRAFT], _REVIEW.SUBMITTED, may_review, in_review, "submitted", "Submit", office_only=True
)
TABLE = [CLEAR, CONFLICT, END]


def assign(application: Application, *, reviewer: Any, by: Any, at: datetime, due_at: datetime | None = None) -> Assignment:
    """Give an application to a reviewer; the first one moves it from complete to under review.

    Due when the call's reviews are due (a week from now when that has passed), unless `due_at` says otherwise.
    Raises DueRefused for a `due_at` that cannot be, and NotPossible when the person may not review it: applicant, mentor,
    sponsor, chair, no reviewer, assigned already.
    """
    if not may_assign(by, application):
        raise PermissionDenied("Only the office assigns reviewers.")
    due_at = _due(application.call, due_at, at)
    with transaction.atomic():
        # First the lock, then the checks: the page's row may be older than a withdrawal.
        locked: Application = Application.objects.locked(application.pk)
        if reason := choice.hindrance(locked) or choice.why_not(locked, reviewer):
            raise NotPossible(reason)
        if locked.state == Application.State.COMPLETE:
            applications.begin_review(locked, by=by, at=at)
        application.state, application.version = locked.state, locked.version
        try:
            with transaction.atomic():
                assignment = Assignment.objects.create(
                    application=application, reviewer=reviewer, assigned_at=at, assigned_by=by, due_at=due_at
                )
        except IntegrityError:
            raise NotPossible(f"{reviewer.name} is assigned already.") from None
        record(assignment, "assign reviewer", at=at, by=by, to_state=assignment.state, why=reviewer.name, office_only=True)
        mail.enqueue(emails.assigned(assignment), key=f"review assigned:{assignment.pk}", at=at)
    return assignment


def _due(call: Any, chosen: datetime | None, at: datetime) -> datetime:
    """Return when a review is due. What is chosen lies ahead and not behind the decisions, unless these are overdue anyhow."""
    if chosen is None:
        return call.review_due_at if call.review_due_at > at else at + WHEN_LATE  # type: ignore[no-any-return]
    if chosen <= at:
        raise DueRefused("The review must be due in the future.")
    today, due_on = (moment.astimezone(call.zone).date() for moment in (at, chosen))
    if today <= call.decision_on < due_on:
        raise DueRefused(f"The review must be due by the day of decisions, {day(call.decision_on)}.")
    return chosen


def end(assignment: Assignment, *, by: Any, at: datetime, why: str = "") -> None:
    """Free a reviewer whose review is not in; what was written stays with the office's record."""
    if not why.strip():
        raise NotPossible("Please say why the assignment ends.")
    with transaction.atomic():
        _perform(END, assignment, at=at, by=by, why=f"{assignment.reviewer.name}: {why}")
        mail.enqueue(emails.ended(assignment), key=f"review ended:{assignment.pk}", at=at)


def tell_of_withdrawal(assignment: Assignment, *, at: datetime) -> None:
    """Tell a reviewer once that an application they had to review was withdrawn."""
    mail.enqueue(emails.withdrawn(assignment), key=f"review withdrawn:{assignment.pk}", at=at)


def declare_clear(assignment: Assignment, *, by: Any, at: datetime) -> None:
    """Note that the reviewer knows of no conflict; the packet opens."""
    _perform(CLEAR, assignment, at=at, by=by)


def declare_conflict(assignment: Assignment, *, conflict: str, by: Any, at: datetime) -> None:
    """Note a conflict and its reason; everything of the application closes and the office is asked for another reviewer."""
    if not conflict.strip():
        raise NotPossible("Please say what the conflict is.")
    with transaction.atomic():
        _perform(CONFLICT, assignment, at=at, by=by, conflict=conflict.strip())
        asked, program = assignment.assigned_by, assignment.application.call.program
        is_there = asked.is_active and may_assign(asked, assignment)  # who has left the office could do nothing about it
        to, name = (asked.email, asked.name) if is_there else (program.reply_to, f"{program.short_name} office")
        mail.enqueue(emails.another_needed(assignment, to=to, to_name=name), key=f"another reviewer:{assignment.pk}", at=at)


def save_draft(
    assignment: Assignment,
    *,
    scores: dict[int, int | None],
    overall_impact: int | None,
    strengths: str,
    weaknesses: str,
    summary: str,
    version: int,
    by: Any,
    at: datetime,
) -> Review:
    """Keep what the reviewer has so far; `version` is that of the review the page showed (0: none yet).

    Raises Overtaken when another tab saved meanwhile, NotPossible when the review is in or closed.
    """
    texts = {"overall_impact": overall_impact, "strengths": strengths, "weaknesses": weaknesses, "summary": summary, "saved_at": at}
    with transaction.atomic():
        review = _writable(assignment, version=version, by=by, at=at)
        review.version += 1
        for name, value in texts.items():
            setattr(review, name, value)
        review.save(update_fields=[*texts, "version"])
        _keep_scores(review, scores)
    return review


def submit(
    assignment: Assignment,
    *,
    scores: dict[int, int | None],
    overall_impact: int | None,
    strengths: str,
    weaknesses: str,
    summary: str,
    version: int,
    by: Any,
    at: datetime,
) -> Review:
    """Hand the review in for good; every score and all three texts must be there. Late is possible and marked."""
    texts = {"strengths": strengths, "weaknesses": weaknesses, "summary": summary}
    if missing := lacking(assignment, scores=scores, overall_impact=overall_impact, texts=texts):
        raise NotPossible(missing)
    with transaction.atomic():
        review = _writable(assignment, version=version, by=by, at=at)
        _keep_scores(review, scores)
        perform(
            SUBMIT, review, at=at, by=by, overall_impact=overall_impact, strengths=strengths, weaknesses=weaknesses,
            summary=summary.strip(), saved_at=at,
        )  # fmt: skip
        Assignment.objects.filter(pk=assignment.pk).update(review_in=True)
    return review


def note_what_is_in() -> int:
    """Give assignments whose review came in during an upgrade their place on the desk; returns how many."""
    return Assignment.objects.in_unnoted().update(review_in=True)


def lacking(assignment: Assignment, *, scores: dict[int, int | None], overall_impact: int | None, texts: Mapping[str, str]) -> str:
    """Return "" when a review is whole, otherwise the sentence that says what it lacks; `texts` are those of Review.NEEDED."""
    wanted = {criterion.pk: criterion.title for criterion in assignment.application.call.criteria.all()}
    unknown = [pk for pk in scores if pk not in wanted]
    missing = [title for pk, title in wanted.items() if scores.get(pk) is None]
    if unknown:
        return "One of the criteria does not belong to this call."
    if missing:
        return f"Please score every criterion; missing: {', '.join(missing)}."
    if overall_impact is None:
        return "Please give the overall impact."
    return next((sentence for name, sentence in Review.NEEDED.items() if not texts[name].strip()), "")


def _perform(transition: Transition, assignment: Assignment, *, by: Any, at: datetime, why: str = "", **facts: Any) -> None:
    """Lock the row, then check and move it: a review may have come in since the page was drawn. The caller sees the change."""
    with transaction.atomic():
        locked: Assignment = Assignment.objects.locked(assignment.pk)
        perform(transition, locked, at=at, by=by, why=why, **facts)
    for name in ("state", "declared_at", "conflict", "ended_at", "ended_by"):
        setattr(assignment, name, getattr(locked, name))


def _writable(assignment: Assignment, *, version: int, by: Any, at: datetime) -> Review:
    """Return the draft of this assignment under a lock, made when there is none; nobody else writes until the end."""
    if not may_review(by, assignment):
        raise PermissionDenied("Only the reviewer assigned writes the review.")
    review: Review | None = Review.objects.locked(assignment.pk)
    if review is None:
        fresh = Assignment.objects.locked(assignment.pk)
        _require_open(fresh, at)
        review, made = Review.objects.get_or_create(assignment=fresh, defaults={"saved_at": at, "version": 0})
        if not made:
            raise Overtaken
    else:
        _require_open(review.assignment, at)
        if review.state != Review.State.DRAFT:
            raise NotPossible("Your review is in already; it cannot be changed any more.")
        if review.version != version:
            raise Overtaken
    # The page's row comes with call and programme joined; the checks above read the fresh one.
    review.assignment = assignment
    return review


def _require_open(assignment: Assignment, at: datetime) -> None:
    if assignment.state != Assignment.State.CLEAR:
        raise NotPossible("A review is written after declaring that there is no conflict.")
    if closed := in_review(assignment, at):
        raise NotPossible(closed)


def _keep_scores(review: Review, scores: dict[int, int | None]) -> None:
    rows = [CriterionScore(review=review, criterion_id=pk, score=score) for pk, score in scores.items()]
    CriterionScore.objects.bulk_create(rows, update_conflicts=True, unique_fields=["review", "criterion"], update_fields=["score"])
