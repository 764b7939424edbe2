"""What the portal sends: e-mails of the programme and the reminders that are planned."""

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from programs import workflow
from programs.forms import EmailFilter
from programs.models import Email, Reminder
from programs.reminders import not_needed
from programs.transitions import NotPossible
from programs.views.office import offices_of, own_program

EMAILS_A_PAGE = 50
REMINDERS_A_PAGE = 50
TONES = {"queued": "primary", "working": "primary", "done": "ok", "failed": "bad", "expired": "neutral"}


@require_safe
def emails(request: HttpRequest, program: str) -> HttpResponse:
    """List the programme's e-mails with their state, and why one could not be sent."""
    own = own_program(request, program)
    seen = Email.objects.visible_to(request.user, {own.pk})
    form = EmailFilter(request.GET, counts=seen.counts())
    page = Paginator(seen.for_list(form.chosen), EMAILS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(email, TONES[email.state], email.state == "failed") for email in page]
    backlog = seen.backlog(request.received_at)  # type: ignore[attr-defined]
    facts = {"programme": own, "form": form, "page_obj": page, "rows": rows, "backlog": backlog}
    return render(request, "programs/email_list.html", facts)


@require_safe
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one e-mail as text; its sealed link stays sealed."""
    shown = _own_email(request, pk)
    facts = {
        "email": shown,
        "programme": shown.program,
        "tone": TONES[shown.state],
        "may_repeat": shown.state not in ("queued", "working"),
        "has_link": shown.link_id is not None,
        "is_useless": shown.state == "expired",
    }
    return render(request, "programs/email_detail.html", facts)


@require_POST
def email_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue an e-mail once more."""
    shown = _own_email(request, pk)
    try:
        copy = workflow.send_again(shown, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("programs:email", shown.pk)
    messages.success(request, f"The e-mail to {copy.to_name or copy.to} is on its way again.")
    return redirect("programs:email", copy.pk)


@require_safe
def reminders(request: HttpRequest, program: str) -> HttpResponse:
    """Show what will be sent to whom in the next 14 days, day by day in the programme's zone."""
    own = own_program(request, program)
    at = request.received_at  # type: ignore[attr-defined]
    seen = Reminder.objects.open_to(request.user).coming({own.pk}, at)
    page = Paginator(seen, REMINDERS_A_PAGE).get_page(request.GET.get("page"))
    zone, moot = ZoneInfo(own.time_zone), not_needed(page, at)
    for row in page:
        row.not_needed = moot.get(row.pk, "")
    days = [(date, list(rows)) for date, rows in groupby(page, key=lambda row: row.due_at.astimezone(zone).date())]
    return render(request, "programs/reminder_list.html", {"programme": own, "days": days, "page_obj": page})


@require_POST
def reminder_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a reminder back."""
    return _with_reminder(request, pk, workflow.hold, "The reminder is held. It goes out only when you let it go.")


@require_POST
def reminder_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a held reminder go out when it is due."""
    return _with_reminder(request, pk, workflow.let_go, "The reminder goes out when it is due.")


def _with_reminder(request: HttpRequest, pk: int, verb: Any, done: str) -> HttpResponse:
    reminder = get_object_or_404(Reminder.objects.open_to(request.user).of_programs(offices_of(request)), pk=pk)
    try:
        verb(reminder, by=request.user, at=request.received_at)  # type: ignore[attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    page = request.POST.get("page", "")
    here = f"?page={page}" if page.isascii() and page.isdigit() else ""
    return redirect(reverse("programs:reminders", args=[reminder.program.slug]) + here)


def _own_email(request: HttpRequest, pk: int) -> Email:
    email: Email = get_object_or_404(
        Email.objects.visible_to(request.user, offices_of(request)).select_related("program", "call", "link"), pk=pk
    )
    return email
