"""Pages that a visitor reads without an account."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from programs.models import Call, HistoryEntry, Membership
from programs.permissions import OFFICE, may_run
from programs.standing import standing, timeline

CALLS_A_PAGE = 25


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what the portal is, and show which calls are open, coming and just closed."""
    at = request.received_at  # type: ignore[attr-defined]
    facts = {
        "open_calls": [standing(call, at) for call in Call.objects.open(at)[:12]],
        "upcoming_calls": [standing(call, at) for call in Call.objects.upcoming(at)[:6]],
        "closed_calls": [standing(call, at) for call in Call.objects.closed(at)[:4]],
    }
    return render(request, "programs/home.html", {**facts, "has_calls": any(facts.values())})


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List the published calls, and for the office also the drafts of its programmes."""
    at = request.received_at  # type: ignore[attr-defined]
    offices = Membership.objects.program_ids(request.user, *OFFICE)
    page = Paginator(Call.objects.readable(at, offices), CALLS_A_PAGE).get_page(request.GET.get("page"))
    rows = [standing(call, at) for call in page]
    return render(request, "programs/call_list.html", {"page_obj": page, "rows": rows})


@login_not_required
@require_safe
def call(request: HttpRequest, program: str, call: str) -> HttpResponse:
    """Show one call: who it is for, what is asked, who promises what, how it is judged, and when."""
    at = request.received_at  # type: ignore[attr-defined]
    offices = Membership.objects.program_ids(request.user, *OFFICE)
    shown = get_object_or_404(Call.objects.readable(at, offices).at_address(program, call).with_parts())
    cohort = shown.cohort
    facts: dict[str, Any] = {
        "call": shown,
        "cohort": cohort,
        "programme": shown.program,
        "standing": standing(shown, at),
        "timeline": timeline(shown, at),
        "may_run": may_run(request.user, shown.program),
        "has_begun": _has_begun(request, shown),
        "sign_up_url": _with_next("account_signup", shown),
        "sign_in_url": _with_next("account_login", shown),
    }
    return render(request, "programs/call_detail.html", facts)


def _has_begun(request: HttpRequest, call: Call) -> bool:
    """Whether the person has an application to the call, whatever became of it: the history is kept here, applications upstairs."""
    me = request.user.pk
    return me is not None and HistoryEntry.objects.of_applicant(call.pk, me).exists()


def _with_next(name: str, call: Call) -> str:
    return f"{reverse(name)}?{urlencode({'next': reverse('applications:start', args=[call.pk])})}"
