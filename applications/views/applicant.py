"""Doors for the applicant: start, the overview, check and submit, the receipt, withdraw."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.taken import taken
from applications import checklist, workflow
from applications.forms import SubmitForm, WithdrawForm
from applications.models import Application, Submission
from applications.permissions import may_start, may_write
from applications.queries import promises_of
from applications.views import office
from applications.views.files import progress_of
from applications.views.frames import OFFER_ENDED, State, badge, cards, has_lapsed, history, moment, own, side, visible
from applications.workflow.table import DECISIONS, RETURN, SUBMIT, TAKE_BACK_RETURN
from programs.models import Call, HistoryEntry
from programs.transitions import NotPossible, open_to

# While something may still be missing, or was found to be.
PENDING = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.COMPLETE)
SENTENCES = {
    State.SUBMITTED: "Submitted. The programme office checks it now.",
    State.COMPLETE: "Complete. Nothing is missing, and it goes to the reviewers.",
    State.UNDER_REVIEW: "Under review.",
    State.INELIGIBLE: "Not eligible. The reason is in the history below.",
    State.AWARDED: "An award is offered to you. My desk shows the offer and its last day.",
    State.ALTERNATE: "You are an alternate: if a place becomes free, the office writes to you.",
    State.NOT_AWARDED: "No award was made.",
    State.ACCEPTED: "You have accepted the award.",
    State.DECLINED: "The award was declined.",
    State.WITHDRAWN: "You have withdrawn this application. Nothing more is done with it.",
}


LAPSED = "An award was offered to you; the time to answer passed, so the offer has ended."


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show what starting means; on POST open the person's application, a new draft when there is none."""
    at = moment(request)
    call: Call = get_object_or_404(Call.objects.public(at), pk=call_pk)
    if request.method == "POST":
        application = workflow.start(call, by=request.user, at=at)  # type: ignore[arg-type]
        is_untitled = application.is_editable and not application.title
        return redirect("applications:title" if is_untitled else "applications:application", application.pk)
    existing = Application.objects.own(request.user).of_call(call.pk).first()
    if existing is not None:
        return redirect("applications:application", existing.pk)
    facts = {
        "call": call,
        "is_open": call.is_open(at),
        "is_early": at < call.opens_at,
        "is_office": not may_start(request.user, call),
        "sections": list(call.sections.all()),
        "documents": list(call.document_requests.all()),
    }
    return render(request, "applications/start.html", facts)


@require_http_methods(["GET", "HEAD"])
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the application to its applicant, or the office's page of it to the office."""
    shown = visible(request, pk)
    if not may_write(request.user, shown):
        return office.detail(request, shown)
    return render(request, "applications/application_detail.html", _overview(request, shown))


def _sentence(shown: Application, happened: Any) -> str:
    """Say how the application stands; to an alternate also with which number."""
    number = happened.why_last(DECISIONS[State.ALTERNATE].verb) if shown.state == State.ALTERNATE else ""
    return f"{SENTENCES.get(State(shown.state), '')} {number}".strip()


def _went_on(shown: Application, rows: Any, submissions: list[Submission]) -> Submission | None:
    """Return the submission that the office went on with after a return, where what was changed later is no part of it."""
    last = submissions[0] if submissions and not shown.is_editable else None
    taken_back = last and any(row.verb == TAKE_BACK_RETURN.verb and row.at >= last.received_at for row in rows)
    return last if taken_back else None


def _overview(request: HttpRequest, shown: Application) -> dict[str, Any]:
    at, held = moment(request), checklist.contents(shown)
    happened = HistoryEntry.objects.of_applicant(shown.call_id, shown.applicant_id).shown_to_applicant()
    rows = happened[:60]
    submissions = list(Submission.objects.of_application(shown.pk).for_page())
    lapsed = has_lapsed(shown, rows)
    open_verbs = {row.verb for row in open_to(workflow.TABLE, request.user, shown, at)}
    may_edit = "submit" in open_verbs
    for part in held.sections:
        part.is_over = (part.words or 0) > part.word_limit
    return {
        "application": shown,
        "call": shown.call,
        "zone": shown.call.time_zone,
        "badge": {"text": OFFER_ENDED, "tone": "neutral"} if lapsed else badge(shown),
        "sentence": LAPSED if lapsed else _sentence(shown, happened),
        "is_draft": shown.state == State.DRAFT,
        "is_returned": shown.state == State.RETURNED,
        "returned_why": happened.why_last(RETURN.verb) if shown.state == State.RETURNED else "",
        "went_on": _went_on(shown, rows, submissions),
        "is_too_late": shown.is_editable and not may_edit,
        "is_pending": State(shown.state) in PENDING,
        "may_edit": may_edit,
        "may_withdraw": "withdraw" in open_verbs,
        "checklist": side(shown, held),
        "held": held,
        "cards": cards(shown, held, at, may_name=True),
        "submissions": submissions,
        "history": history(rows, for_office=False),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is missing and what submitting does; on POST submit once, however often the page is sent."""
    at = moment(request)
    form = SubmitForm(request.POST or None, initial={"key": uuid.uuid4()})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            sent = workflow.submit(pk, key=form.cleaned_data["key"], by=request.user, at=at)  # type: ignore[arg-type]
        except PermissionDenied:
            own(request, pk)  # somebody who may not even see it hears that there is no such page
            raise
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return redirect("applications:receipt", pk, sent.number)
    mine = own(request, pk)
    held, hindrance = checklist.contents(mine), _hindrance(mine, at)
    if hindrance:
        form.error_title = "It was not submitted"
    facts = {
        "application": mine,
        "call": mine.call,
        "zone": mine.call.time_zone,
        "form": form,
        "checklist": side(mine, held),
        "awaited": checklist.awaited(held.states),
        "is_open": bool(open_to([SUBMIT], request.user, mine, at)),
        "hindrance": hindrance,
        "is_again": mine.state == State.RETURNED,
    }
    return render(request, "applications/submit.html", facts, status=status)


def _hindrance(mine: Application, at: Any) -> str:
    """Return why the application cannot be submitted now, whatever is missing."""
    if not mine.is_editable:
        return f"This application is {mine.get_state_display().lower()}."
    return SUBMIT.hindrance(mine, at)


@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what was received, when to the second, under which number and fingerprint."""
    shown = visible(request, pk)
    sent = get_object_or_404(Submission.objects.of_application(shown.pk).for_page(), number=number)
    sent.application = shown
    awaited = checklist.awaited({promise.kind: promise.state for promise in promises_of(shown)})
    is_early = moment(request) < shown.call.letters_until
    facts = {
        "application": shown,
        "call": shown.call,
        "zone": shown.call.time_zone,
        "submission": sent,
        "is_mine": may_write(request.user, shown),
        "awaited": awaited if is_early else "",
        "may_return": is_early and shown.state in RETURN.sources,
        **progress_of(shown, sent),
    }
    return render(request, "applications/receipt.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what withdrawing means; on POST withdraw."""
    mine, at = own(request, pk), moment(request)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workflow.withdraw(mine, by=request.user, at=at, why=form.cleaned_data["why"])  # type: ignore[arg-type]
        taken(request, "Your application is withdrawn.")
        return redirect("applications:application", mine.pk)
    possible = any(row.verb == "withdraw" for row in open_to(workflow.TABLE, request.user, mine, at))
    facts = {"application": mine, "call": mine.call, "form": form, "is_possible": possible}
    return render(request, "applications/withdraw.html", facts)
