"""How a director offers a free place to the next alternate, and ends the wait of those for whom none comes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from programs.models import Call
from programs.permissions import OFFICE
from programs.transitions import ClosedToYou, NotPossible
from scholars import workflow
from scholars.forms import EndWaitingForm
from scholars.impartiality import closed_to, must_stand_aside
from scholars.lacking import lacking
from scholars.models import Decision
from scholars.permissions import may_decide, may_judge
from scholars.views.decisions import call_of, number


@require_http_methods(["GET", "POST"])
def offer_next(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show who is next among the alternates, and offer the place on POST."""
    call = _call(request, call_pk)
    at, refusal = request.received_at, ""  # type: ignore[attr-defined]
    if request.method == "POST":
        expecting = number(request.POST.get("application", ""))
        try:
            award = workflow.offer_next(call, by=request.user, at=at, expecting=-1 if expecting is None else expecting)  # type: ignore[arg-type]
        except NotPossible as not_now:
            refusal = str(not_now)
        else:
            messages.success(request, f"The place is offered to {award.awardee.name}. The letter is being built.")
            return redirect("scholars:awards", call.pk)
    waiting = list(Decision.objects.of_call(call.pk).waiting())
    room = workflow.room(call.cohort)
    following = waiting[0] if waiting else None
    if following and not may_judge(request.user, following.application):
        raise ClosedToYou(must_stand_aside(request.user, call, act="offer the place"))
    facts: dict[str, Any] = {
        "call": call,
        "room": room,
        "following": following,
        "others": waiting[1:],
        "hindrance": room.hindrance(1),
    }
    if following:
        facts["missing"] = [sentence for found in lacking(call, [following]) for sentence in found.sentences]
        facts["terms"] = workflow.terms(following.application, cohort=call.cohort, by=request.user, at=at)  # type: ignore[arg-type]
    return render(request, "scholars/offer_next.html", {**facts, "refusal": refusal}, status=409 if refusal else 200)


@require_http_methods(["GET", "POST"])
def end_waiting(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Say what ending the wait of alternates means; on POST tell those chosen."""
    call = _call(request, call_pk)
    aside = closed_to(request.user, call.pk)
    every = list(Decision.objects.of_call(call.pk).waiting())
    waiting = [decision for decision in every if decision.application_id not in aside]
    form = EndWaitingForm(request.POST if request.method == "POST" else None, waiting=[_choice(decision) for decision in waiting])
    if request.method == "POST" and form.is_valid():
        chosen, at = form.cleaned_data["application"], request.received_at  # type: ignore[attr-defined]
        told = workflow.end_waiting(call, application_ids=chosen, by=request.user, at=at)  # type: ignore[arg-type]
        names = ", ".join(decision.application.applicant.name for decision in told)
        messages.success(request, f"No place is offered any more to {names}. They are told by e-mail.")
        return redirect("scholars:awards", call.pk)
    free = workflow.room(call.cohort).fits
    facts = {"call": call, "free": free, "form": form, "waiting": waiting, "is_aside": len(waiting) < len(every)}
    return render(request, "scholars/end_waiting.html", facts)


def _choice(decision: Decision) -> tuple[int, str]:
    return decision.application_id, f"Alternate {decision.alternate_order}: {decision.application.applicant.name}"


def _call(request: HttpRequest, pk: int) -> Call:
    """Return a call of the own office for a director; 404 for others, 403 for a coordinator."""
    call = call_of(request, pk, *OFFICE)
    if not may_decide(request.user, call):
        raise PermissionDenied
    return call
