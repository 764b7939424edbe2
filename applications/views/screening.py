"""Doors for the office: what is done with an application that came in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.taken import taken
from applications import checklist, workflow
from applications.forms import CompleteForm, ReasonForm
from applications.models import Submission
from applications.permissions import may_screen
from applications.views.frames import moment, tried, visible
from applications.workflow.table import FIND_INELIGIBLE, MARK_COMPLETE, RETURN, TAKE_BACK_RETURN
from programs.transitions import Transition, hindered, open_to


@require_http_methods(["GET", "HEAD", "POST"])
def return_for_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an application back to its applicant, with the reason."""
    return _act(request, pk, RETURN, ReasonForm, workflow.return_for_changes, "The application is returned to its applicant.")


@require_http_methods(["GET", "HEAD", "POST"])
def take_back_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with what was submitted before an application was returned, with the reason."""
    done = "The application is submitted again, as it was before it was returned."
    return _act(request, pk, TAKE_BACK_RETURN, ReasonForm, workflow.take_back_return, done)


@require_http_methods(["GET", "HEAD", "POST"])
def mark_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that nothing is missing."""
    return _act(request, pk, MARK_COMPLETE, CompleteForm, workflow.mark_complete, "The application is complete.")


@require_http_methods(["GET", "HEAD", "POST"])
def find_ineligible(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the application does not meet the conditions, with the reason."""
    return _act(request, pk, FIND_INELIGIBLE, ReasonForm, workflow.find_ineligible, "The application is found not eligible.")


def _act(  # noqa: PLR0917  a page in one line for each of the four acts
    request: HttpRequest, pk: int, transition: Transition, form_class: Any, verb: Any, done: str
) -> HttpResponse:
    """Show the consequence and ask for the reason; on POST do it, or say why it is not possible."""
    shown, at = visible(request, pk), moment(request)
    if not may_screen(request.user, shown):
        raise PermissionDenied
    form = form_class(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if tried(form, None, verb, shown, by=request.user, at=at, why=form.cleaned_data["why"]):
            taken(request, done)
            return redirect("applications:application", shown.pk)
        status = 409
    lacking = checklist.missing(shown)
    facts = {
        "application": shown,
        "call": shown.call,
        "zone": shown.call.time_zone,
        "form": form,
        "label": transition.label,
        "is_return": transition is RETURN,
        "is_complete": transition is MARK_COMPLETE,
        "is_back": transition is TAKE_BACK_RETURN,
        "is_ineligible": transition is FIND_INELIGIBLE,
        "is_possible": bool(open_to([transition], request.user, shown, at)),
        "hindered": hindered([transition], request.user, shown, at),
        "submitted": Submission.objects.of_application(shown.pk).for_page().first(),
        "missing": lacking,
        "unsent": [("Reason", form.cleaned_data["why"])] if status == 409 and form.cleaned_data.get("why") else [],
        "must_wait": bool(lacking) and shown.call.takes_answers(at) and transition is MARK_COMPLETE,
    }
    return render(request, "applications/office_act.html", facts, status=status)
