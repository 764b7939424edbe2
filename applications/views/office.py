"""Doors for the office: calls with their counts, the applications of a call, one application."""

from datetime import datetime
from typing import Any, TypedDict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from applications import checklist, workflow
from applications.forms import ListForm
from applications.models import Application, Submission
from applications.permissions import may_screen
from applications.queries import ListRow
from applications.views.files import progress_of
from applications.views.frames import LEFT, PROMISE_TONES, TONES, State, badge, cards, history, moment, side, visible
from applications.workflow.table import FIND_INELIGIBLE, MARK_COMPLETE, RETURN, TAKE_BACK_RETURN
from programs.models import Call, Email, HistoryEntry, Membership, PromiseState, Role
from programs.templatetags import portal
from programs.templatetags.portal import address, in_zone
from programs.transitions import Transition, hindered, open_to

PAGE = 50
NO_MATTER, NOTHING = SafeString("–"), SafeString("nothing")
DECIDED = (State.AWARDED, State.ALTERNATE, State.NOT_AWARDED, State.ACCEPTED, State.DECLINED)
# The acts on an application: the name of the page of each, and its button's tone.
BUTTONS = {
    MARK_COMPLETE: ("mark_complete", "primary"),
    TAKE_BACK_RETURN: ("take_back_return", "primary"),
    RETURN: ("return_for_changes", "secondary"),
    FIND_INELIGIBLE: ("find_ineligible", "outline-danger"),
}


class Row(TypedDict):
    """One line of the office's list, every word of it ready, because a page has fifty of them.

    A dictionary, because that is where a template looks first.
    """

    url: str
    title: str
    applicant: str
    second: str
    state: str
    missing: str
    sponsor: str
    mentor: str
    chair: str
    submitted: str


class Rows:
    """The chosen applications as a sequence that reads one page at a time."""

    ordered = True

    def __init__(self, rows: Any, order: str) -> None:
        self.rows, self.order = rows, order

    def __getitem__(self, part: slice) -> list[ListRow]:
        chosen: list[ListRow] = self.rows.page(self.order, part.start, part.stop)
        return chosen


@require_http_methods(["GET", "HEAD"])
def calls(request: HttpRequest) -> HttpResponse:
    """Show the calls of the person's programmes with how many applications each has in which state."""
    offices = _offices(request)
    if not offices:
        raise PermissionDenied
    counts = Application.objects.of_office(request.user).count_by_call()
    page = Paginator(Call.objects.of_programs(offices), PAGE).get_page(request.GET.get("page"))
    at = moment(request)
    rows = [
        {
            "call": call,
            "url": reverse("applications:of_call", args=[call.pk]),
            "is_open": call.is_open(at),
            "is_published": call.is_published(at),
            "total": sum(counts.get(call.pk, {}).values()),
            "drafts": counts.get(call.pk, {}).get(State.DRAFT, 0),
            "to_screen": counts.get(call.pk, {}).get(State.SUBMITTED, 0),
            "complete": counts.get(call.pk, {}).get(State.COMPLETE, 0),
            "under_review": counts.get(call.pk, {}).get(State.UNDER_REVIEW, 0),
        }
        for call in page
    ]
    facts = {"rows": rows, "page_obj": page, "has_programs": len(offices) > 1}
    return render(request, "applications/application_list.html", facts)


@require_http_methods(["GET", "HEAD"])
def of_call(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show the applications of one call: filtered, searched, in one of the orders, fifty a page, with their counts."""
    call: Call | None = Call.objects.one_of_programs(_offices(request), call_pk)
    if call is None:
        raise Http404
    form = ListForm(request.GET)
    words, state, order = form.chosen()
    found = Application.objects.of_call(call.pk).matching(words)
    counts = found.count_by_state()
    total = sum(counts.values())
    rows: Any = Rows(found.in_states(*([state] if state else [])), order)
    paginator: Any = Paginator(rows, PAGE)
    paginator.count = counts.get(state, 0) if state else total
    page = paginator.get_page(request.GET.get("page"))
    facts = {
        "call": call,
        "zone": call.time_zone,
        "is_over": call.closes_at <= moment(request),
        "words": words,
        "orders": [(value, label, value == order) for value, label in form.fields["sort"].choices],  # type: ignore[attr-defined]
        "state": state,
        "tabs": _tabs(counts, total, words, state, order),
        "page_obj": page,
        "rows": [_row(row, call) for row in page],
        "is_filtered": bool(words or state),
        "has_any": bool(total) or bool(words),
    }
    return render(request, "applications/call_applications.html", facts)


def detail(request: HttpRequest, shown: Application) -> HttpResponse:
    """Show one application to the office: facts, what is missing, promises, packet, history, e-mails, what can be done."""
    if not may_screen(request.user, shown):
        raise PermissionDenied
    at, held = moment(request), checklist.contents(shown)
    submissions = list(Submission.objects.of_application(shown.pk).for_page())
    open_now = open_to(list(BUTTONS), request.user, shown, at)
    facts = {
        "application": shown,
        "call": shown.call,
        "zone": shown.call.time_zone,
        "badge": badge(shown),
        "is_over": shown.state in LEFT,
        "checklist": side(shown, held),
        "held": held,
        "cards": cards(shown, held, at, may_name=False),
        "submissions": submissions,
        "actions": [_button(row, shown) for row in open_now],
        "hindered": hindered(list(BUTTONS), request.user, shown, at),
        "may_assign": shown.state in (State.COMPLETE, State.UNDER_REVIEW),
        "was_reviewed": shown.state in DECIDED,
        "may_read": shown.submitted_at is not None,
        "history": history(HistoryEntry.objects.of_applicant(shown.call_id, shown.applicant_id)[:100], for_office=True),
        "emails": list(Email.objects.of_applicant(shown.call_id, shown.applicant_id).in_short()[:50]),
        **(progress_of(shown, submissions[0]) if submissions else {}),
    }
    return render(request, "applications/application_office.html", facts)


@require_POST
def packet_again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Let the worker try a packet that failed once more."""
    shown = visible(request, pk)
    failed = get_object_or_404(Submission.objects.of_application(shown.pk).for_page().select_related("application"), number=number)
    workflow.make_packet_again(failed, by=request.user, at=moment(request))  # type: ignore[arg-type]
    messages.success(request, "The packet is made again.")
    return redirect("applications:application", shown.pk)


def _offices(request: HttpRequest) -> set[int]:
    return Membership.objects.program_ids(request.user, Role.DIRECTOR, Role.COORDINATOR)


def _button(transition: Transition, shown: Application) -> dict[str, str]:
    name, tone = BUTTONS[transition]
    return {"label": transition.label, "url": reverse(f"applications:{name}", args=[shown.pk]), "tone": tone}


def _tabs(counts: dict[str, int], total: int, words: str, state: str, order: str) -> list[dict[str, Any]]:
    """Return one tab a state that has applications, or is chosen, with its count; the search and the order are kept."""
    kept = {name: value for name, value in (("q", words), ("sort", order)) if value and value != "submitted"}
    tabs = [{"label": "All", "count": total, "current": not state, "url": f"?{urlencode(kept)}"}]
    for value, label in State.choices:
        if counts.get(value) or value == state:
            address = f"?{urlencode({**kept, 'state': value})}"
            tabs.append({"label": label, "count": counts.get(value, 0), "current": value == state, "url": address})
    return tabs


def _row(row: ListRow, call: Call) -> Row:
    lacking = checklist.missing_in_row(row, asks_chair=call.asks_chair)
    second = " · ".join(part for part in (row.tracking_number, row.institution) if part)
    is_over = row.state in LEFT
    return {
        "url": address("applications:application", row.pk),
        "title": row.title or "Without a title",
        "applicant": row.applicant,
        "second": second,
        "state": portal.badge(str(State(row.state).label), TONES[State(row.state)]),
        "missing": NO_MATTER if is_over else NOTHING if lacking == 0 else SafeString(lacking),
        "sponsor": _promise(*row.sponsor, is_over=is_over),
        "mentor": _promise(*row.mentor, is_over=is_over),
        "chair": _promise(*row.chair, is_over=is_over) if call.asks_chair else "",
        "submitted": in_zone(row.submitted_at, call.time_zone) or NO_MATTER,
    }


def _promise(state: str | None, opened_at: datetime | None, *, is_over: bool) -> str:
    """Return the badge of a promise; without a state nobody is asked, or no longer, because the application left the call."""
    if state is None:
        return NO_MATTER if is_over else portal.badge("Not asked", "neutral")
    said = PromiseState(state)
    return portal.badge("Opened" if said == PromiseState.ASKED and opened_at else str(said.label), PROMISE_TONES[said])
