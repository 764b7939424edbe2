"""How a director stages decisions, sees a dry run, and releases them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.taken import taken
from applications.models import Application
from applications.views.frames import Line
from programs.models import Call, HistoryEntry, Membership
from programs.permissions import OFFICE
from programs.transitions import ClosedToYou, NotPossible
from scholars import workflow
from scholars.forms import StageForm
from scholars.impartiality import closed_to, must_stand_aside
from scholars.lacking import lacking
from scholars.models import Decision
from scholars.permissions import may_decide, may_judge
from scholars.workflow.decisions import DECIDABLE, OrderTaken, call_is_over

UNDECIDED_SHOWN = 50
STAGING = {"stage": "Staged", "take the staged decision back": "Taken back"}
MOST_DIGITS = 19  # of an id; PostgreSQL holds no more


def call_of(request: HttpRequest, pk: int, *roles: str) -> Call:
    """Return a call of a programme in which the person holds one of the roles, otherwise answer 404."""
    ids = Membership.objects.program_ids(request.user, *roles)
    call: Call | None = Call.objects.one_of_programs(ids, pk)
    if call is None:
        raise Http404
    return call


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest, application_pk: int) -> HttpResponse:
    """Decide one application, unseen until the release."""
    application = _application(request, application_pk)
    decision = Decision.objects.of_application(application.pk).first()
    kept = {"outcome": decision.outcome, "alternate_order": decision.alternate_order} if decision else None
    form = StageForm(request.POST if request.method == "POST" else None, initial=kept)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _staged(request, application, form):
            taken(request, f"The decision for {application.applicant.name} is staged. Nobody is told before the release.")
            return redirect("reports:decide", application.call_id)
        status = 409
    if not_yet := call_is_over(application.call, request.received_at):  # type: ignore[attr-defined]
        raise NotPossible(not_yet)
    room, staged = workflow.room(application.call.cohort), _staged_awards(request, application.call)
    facts = {
        "application": application,
        "call": application.call,
        "form": form,
        "decision": decision,
        "room": room,
        "places": room.places_words(staged),
        "money": room.money_words(staged),
        "zone": application.call.time_zone,
        "history": _history(application),
    }
    facts["is_released"] = bool(decision and decision.released_at)
    return render(request, "scholars/decision_form.html", facts, status=status)


@require_POST
def unstage(request: HttpRequest, application_pk: int) -> HttpResponse:
    """Take a staged decision back."""
    application = _application(request, application_pk)
    workflow.unstage(application, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
    stage_form = reverse("scholars:stage", args=[application.pk])
    taken(request, f"Nothing is staged for {application.applicant.name} any more.", stage_form)
    return redirect("reports:decide", application.call_id)


@require_POST
def stage_line(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Stage the ranked list that the page gave: `application` repeated, the best first; ask before staged decisions change."""
    call = call_of(request, call_pk, *OFFICE)
    ids = [found for pk in request.POST.getlist("application") if (found := number(pk)) is not None]
    known, at = request.POST.get("replacing", ""), request.received_at  # type: ignore[attr-defined]
    try:
        staged = workflow.stage_line(call, application_ids=ids, by=request.user, at=at, replacing=known)  # type: ignore[arg-type]
    except workflow.LineReplaces as asked:
        changes = [(before.application, _staged_as(before), _staged_as(after)) for before, after in asked.changes]
        facts = {"call": call, "changes": changes, "seen": asked.seen, "application_ids": ids, "again": bool(known)}
        return render(request, "scholars/stage_line.html", facts)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        awards = sum(decision.outcome == Decision.Outcome.AWARD for decision in staged)
        said = f"{len(staged)} decisions are staged by the line, {awards} of them awards. Nobody is told before the release."
        messages.success(request, said)
    return redirect("reports:decide", call.pk)


def _history(application: Application) -> list[Line]:
    """Return what was staged for the application and taken back, the newest first, with the reasons."""
    rows = HistoryEntry.objects.of_applicant(application.call_id, application.applicant_id).of_verbs(*STAGING)
    words = dict(Decision.Outcome.choices)
    return [
        Line(row.at, row.who, STAGING[row.verb], "", words.get(row.to_state or row.from_state, ""), row.why) for row in rows[:50]
    ]


def _staged_as(decision: Decision | None) -> str:
    """Return a staged decision in words, such as "Alternate 2"."""
    if decision is None:
        return "nothing staged"
    return f"{decision.get_outcome_display()} {decision.alternate_order or ''}".strip()


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show who gets what, and release it in one act on POST."""
    call = call_of(request, call_pk, *OFFICE)
    if request.method == "GET":
        return render(request, "scholars/release.html", _dry_run(request, call))
    seen, at = request.POST.get("seen", "-"), request.received_at  # type: ignore[attr-defined]
    if not request.POST.get("lacking_read") and (shown := _dry_run(request, call))["warnings"] and shown["may_release"]:
        refusal = "Please confirm that you have read what is missing."
        return render(request, "scholars/release.html", {**shown, "refusal": refusal}, status=409)
    try:
        released = workflow.release(call, by=request.user, at=at, expecting=seen or "-")  # type: ignore[arg-type]
    except NotPossible as not_now:
        return render(request, "scholars/release.html", {**_dry_run(request, call), "refusal": str(not_now)}, status=409)
    messages.success(request, f"{_decisions(released.total)} released: {_said(released)}. The letters are being built.")
    return redirect("scholars:awards", call.pk)


def _application(request: HttpRequest, pk: int) -> Application:
    """Return an application of the own office for a director; 404 for others, 403 for a coordinator or who must stand aside."""
    application: Application = get_object_or_404(Application.objects.of_office(request.user).for_page(), pk=pk)
    if not may_decide(request.user, application.call):
        raise PermissionDenied
    if not may_judge(request.user, application):
        raise ClosedToYou(must_stand_aside(request.user, application.call))
    return application


def _staged(request: HttpRequest, application: Application, form: StageForm) -> bool:
    """Stage what the form says; a refusal is shown beside its field."""
    try:
        workflow.stage(application, by=request.user, at=request.received_at, **form.cleaned_data)  # type: ignore[arg-type, attr-defined]
    except OrderTaken as refusal:
        form.add_error("alternate_order", str(refusal))
    except NotPossible as refusal:
        form.add_error("outcome", str(refusal))
    return form.is_valid()


def _staged_awards(request: HttpRequest, call: Call) -> int:
    """Return how many awards a release now would add, those counted from which the person need not stand aside."""
    staged = Decision.objects.of_call(call.pk).staged().awards().of_states(*DECIDABLE)
    return staged.exclude(application__in=closed_to(request.user, call.pk)).count()


def _dry_run(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Return what a release now would do, what it would leave, what is missing and what stands in its way.

    What is staged for an application from which the person must stand aside is neither shown nor counted.
    """
    closed = closed_to(request.user, call.pk)
    every = list(Decision.objects.of_call(call.pk).staged())
    staged = [decision for decision in every if decision.application_id not in closed]
    ready = [decision for decision in staged if decision.application.state in DECIDABLE]
    by_outcome = {outcome: [decision for decision in ready if decision.outcome == outcome] for outcome in Decision.Outcome}
    awards = by_outcome[Decision.Outcome.AWARD]
    undecided = Decision.objects.undecided(call.pk, *DECIDABLE).exclude(pk__in=closed)
    room = workflow.room(call.cohort)
    not_yet = call_is_over(call, request.received_at)  # type: ignore[attr-defined]
    hindrance = not_yet or (room.hindrance(len(awards)) if awards else "")
    if any(decision.application_id in closed and decision.application.state in DECIDABLE for decision in every):
        hindrance = must_stand_aside(request.user, call, what="One of the staged decisions", act="release them")
    return {
        "call": call,
        "awards": awards,
        "alternates": by_outcome[Decision.Outcome.ALTERNATE],
        "not_awarded": by_outcome[Decision.Outcome.NOT_AWARDED],
        "left_out": [decision for decision in staged if decision not in ready],
        "left_out_count": len(staged) - len(ready),
        "undecided": list(undecided[:UNDECIDED_SHOWN]),
        "undecided_count": undecided.count(),
        "room": room,
        "places_after": room.taken + len(awards),
        "money_after": room.spent_with(len(awards)),
        "seen": workflow.fingerprint(ready),
        "button": f"Release {_decisions(len(ready))}",
        "hindrance": hindrance,
        "warnings": lacking(call, [decision for outcome in Decision.Outcome for decision in by_outcome[outcome]]),
        "may_release": bool(ready) and not hindrance and may_decide(request.user, call),
        "is_empty": not ready and len(staged) == len(every),
        "outlives_grant": _outlives_grant(call) if awards else None,
    }


def _outlives_grant(call: Call) -> Any:
    """Return the last day of the grant when the awards would end after it (as the 2022 awards of a 2018 grant did)."""
    program = call.program
    ends_on = program.no_cost_extension_ends_on or program.grant_ends_on
    return ends_on if ends_on and call.cohort.ends_on > ends_on else None


def _decisions(count: int) -> str:
    return "1 decision" if count == 1 else f"{count} decisions"


def _said(released: workflow.Released) -> str:
    awards, alternates = len(released.awards), len(released.alternates)
    parts = [f"{awards} award{'' if awards == 1 else 's'}", f"{alternates} alternate{'' if alternates == 1 else 's'}"]
    return ", ".join([*parts, f"{len(released.not_awarded)} not awarded"])


def number(text: str) -> int | None:
    """Return the id that a form gave, or None for what no row can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else None
