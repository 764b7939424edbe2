"""Doors to assignments: the reviewer's desk and declaration, the office's page of one application's reviewers."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.taken import taken
from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs.templatetags.portal import address, badge, distance, time_tag
from programs.transitions import NotPossible, open_to
from reviews import assignment as choice
from reviews import workflow
from reviews.forms import AssignForm, DeclareForm, EndForm
from reviews.models import Assignment, Review
from reviews.queries import Line, desk_page, lines_of
from reviews.scoring import overall_impact, spread
from reviews.views.shown import Over, own_or_closed, shown
from sponsors.models import SponsorCommitment

PAGE_SIZE = 50
DECLARE, READ, REVIEW, PRIMARY, SECONDARY, BAD, MUTED = map(
    SafeString, ("Declare", "Read", "Review", "btn-primary", "btn-secondary", "bad", "muted")
)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List the person's own assignments, those due first first."""
    page, pks = desk_page(request.user, request.GET.get("page", ""), PAGE_SIZE)
    at = request.received_at  # type: ignore[attr-defined]
    far = functools.cache(lambda due_at: distance(due_at, at))
    rows = [_desk_row(line, at, far) for line in lines_of(pks)]
    if rows and rows[0]["open"]:
        rows[0]["button"] = PRIMARY
    return render(request, "reviews/assignment_list.html", {"page_obj": page, "rows": rows})


@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """List the person's own reviews of applications that are decided, the last written first."""
    mine = Assignment.objects.past(request.user).values_list("pk", flat=True)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    at = request.received_at  # type: ignore[attr-defined]
    rows = [_desk_row(line, at, str) for line in lines_of(list(page))]
    return render(request, "reviews/assignment_past.html", {"page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the office the reviewers of one application, their reviews when in, and let it assign one more."""
    application = get_object_or_404(
        Application.objects.of_office(request.user).for_page().exclude(applicant=request.user.pk), pk=pk
    )
    found = choice.candidates(application)
    reviewers = User.objects.with_ids({one.person.pk for one in found})
    form = AssignForm(request.POST if request.method == "POST" else None, call=application.call, reviewers=reviewers)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.assign(
                application,
                reviewer=form.cleaned_data["reviewer"],
                due_at=form.due_at(),
                by=request.user,
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except NotPossible as refusal:
            is_typed = isinstance(refusal, workflow.DueRefused)
            form.add_error("due_on" if is_typed else "reviewer", str(refusal))
            status = 200 if is_typed else 409
        else:
            messages.success(request, f"{made.reviewer.name} is assigned and gets an e-mail.")
            return redirect("reviews:assign", pk=pk)
    return render(
        request,
        "reviews/assign_form.html",
        {
            "application": application, "call": application.call, "candidates": _with_choice(found, form),
            "choosable": any(not one.why_not for one in found), "form": form,
            "closed": choice.hindrance(application),
            **_reviews_for_office(request, application, {one.person.pk for one in found}),
        },
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an assignment whose review is not in, with a reason."""
    assignment = get_object_or_404(Assignment.objects.of_office(request.user).exclude(state="ended"), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = request.received_at  # type: ignore[attr-defined]
        workflow.end(assignment, by=request.user, at=at, why=form.cleaned_data["why"])
        taken(request, f"{assignment.reviewer.name} is not asked for this review any more.")
        return redirect("reviews:assign", pk=assignment.application_id)
    context = {"assignment": assignment, "application": assignment.application, "form": form}
    return render(request, "reviews/assignment_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a conflict before anything opens; who is concerned is shown, what is proposed is not."""
    try:
        assignment = own_or_closed(request, Assignment.objects.own(request.user).for_declaring().one(pk), pk)
    except Over:
        return redirect("reviews:review", pk=pk)
    at = request.received_at  # type: ignore[attr-defined]
    if refusal := workflow.not_in_yet(assignment, at):
        raise NotPossible(refusal)
    declared = assignment.state == Assignment.State.CLEAR
    form = DeclareForm(request.POST if request.method == "POST" else None, declared=declared)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["choice"] == "none":
            workflow.declare_clear(assignment, by=request.user, at=at)
            taken(request, "Thank you. You have declared no conflict of interest; the application is open to you.")
            return redirect("reviews:review", pk=pk)
        workflow.declare_conflict(assignment, conflict=form.cleaned_data["conflict"], by=request.user, at=at)
        taken(request, "Thank you. The application stays closed to you and the office asks somebody else.")
        return redirect("reviews:desk")
    call = assignment.application.call
    key = (assignment.application.call_id, assignment.application.applicant_id)
    context = {
        "assignment": assignment, "application": assignment.application, "call": call, "form": form,
        "declared": declared, "sponsors": SponsorCommitment.objects.of_applicant(*key),
        "mentors": MentorAgreement.objects.of_applicant(*key),
        "chairs": ChairCommitment.objects.of_applicant(*key) if call.asks_chair else [],
    }  # fmt: skip
    return render(request, "reviews/declare_form.html", context)


def _reviews_for_office(request: HttpRequest, application: Application, current: set[int]) -> dict[str, Any]:
    """Return the assignments and, unless the person is blind for this application, the reviews that are in.

    `current` are the ids of those who are reviewers of the programme now.
    """
    at = request.received_at  # type: ignore[attr-defined]
    assignments = list(Assignment.objects.of_application(application.pk))
    blind = application.pk in Assignment.objects.blinding(request.user) or choice.is_party(application, request.user)
    reviews = [] if blind else list(Review.objects.of_application(application.pk))
    by_assignment = {one.assignment_id: one for one in reviews}
    rows = []
    for assignment in assignments:
        assignment.application = application
        may_end = bool(open_to([workflow.END], request.user, assignment, at))
        review_state = assignment.written.state if assignment.written else None
        word, tone, waits = _state_words(assignment.state, review_state, late=assignment.is_late)
        if waits and assignment.reviewer_id not in current:
            word, tone = "No reviewer any more", "bad"
        rows.append(
            {
                "word": word,
                "tone": tone,
                "assignment": assignment,
                "shown": by_assignment.get(assignment.pk),
                "may_end": may_end,
            }
        )
    scores = [one.overall_impact for one in reviews]
    return {
        "blind": blind, "assignments": rows, "reviews": [shown(one) for one in reviews],
        "impact": overall_impact(scores), "spread": spread(scores),
    }  # fmt: skip


def _with_choice(found: list[choice.Candidate], form: AssignForm) -> list[choice.Candidate]:
    """Mark the reviewer whom a refused form had chosen."""
    chosen = str(form["reviewer"].value() or "")
    return [replace(one, chosen=str(one.person.pk) == chosen) for one in found]


def _desk_row(line: Line, at: Any, far: Callable[[Any], str]) -> dict[str, Any]:
    """Return one line of the desk with every word ready, because a page has fifty of them; `far` says how far a moment is."""
    asked, due_at = line.state == Assignment.State.ASSIGNED, line.due_at
    conflicted = line.state == Assignment.State.CONFLICTED
    is_in = line.review_state == Review.State.SUBMITTED
    late = is_in and line.submitted_at is not None and line.submitted_at > due_at
    word, tone, is_open = _state_words(line.state, line.review_state, late=late)
    overdue = is_open and due_at <= at
    note = far(due_at) if is_open else ""
    return {
        "badge": badge(word, tone),
        "open": is_open,
        "title": escape(line.title or "Application without a title"),
        "second": f"{line.applicant} · {line.call}",
        "due": time_tag(due_at, line.zone),
        "note": f"{note}, overdue" if overdue else note,
        "note_tone": BAD if overdue else MUTED,
        "label": DECLARE if asked else READ if is_in else REVIEW,
        "button": SECONDARY,
        "url": "" if conflicted else address("reviews:declare" if asked else "reviews:review", line.pk),
    }


def _state_words(state: str, review_state: str | None, *, late: bool) -> tuple[str, str, bool]:
    """Return word and tone of an assignment's state, and whether something is still to do."""
    if state == Assignment.State.CONFLICTED:
        return "Conflict declared", "neutral", False
    if review_state == Review.State.SUBMITTED:
        return "Submitted late" if late else "Submitted", "ok", False
    if state == Assignment.State.ASSIGNED:
        return "Not declared yet", "due", True
    return ("Not begun", "neutral", True) if review_state is None else ("Draft", "primary", True)
