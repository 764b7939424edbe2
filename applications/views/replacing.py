"""Doors for ending the request to a sponsor, mentor or chair: its consequence first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.taken import taken
from applications import workflow
from applications.forms import ReplaceForm
from applications.models import Application
from applications.permissions import may_write
from applications.views.frames import asks_chair, moment, visible
from applications.workflow.table import naming_is_over
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import PromiseState
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment


@require_http_methods(["GET", "HEAD", "POST"])
def sponsor(request: HttpRequest, pk: int, promise_pk: int) -> HttpResponse:
    """Say what asking another sponsor means; on POST end the request."""
    return _page(request, visible(request, pk), SponsorCommitment, promise_pk, "sponsor")


@require_http_methods(["GET", "HEAD", "POST"])
def mentor(request: HttpRequest, pk: int, promise_pk: int) -> HttpResponse:
    """Say what asking another mentor means; on POST end the request."""
    return _page(request, visible(request, pk), MentorAgreement, promise_pk, "mentor")


@require_http_methods(["GET", "HEAD", "POST"])
def chair(request: HttpRequest, pk: int, promise_pk: int) -> HttpResponse:
    """Say what asking another chair means; on POST end the request. 404 where the call asks for none."""
    return _page(request, asks_chair(visible(request, pk)), ChairCommitment, promise_pk, "chair")


def _page(request: HttpRequest, shown: Application, model: Any, promise_pk: int, noun: str) -> HttpResponse:
    at = moment(request)
    promise = get_object_or_404(model.objects.for_page(), pk=promise_pk, call=shown.call_id, applicant=shown.applicant_id)
    is_own = may_write(request.user, shown)
    posted = request.POST if request.method == "POST" else None
    form = ReplaceForm(posted, initial={"seen": promise.state}, reason_needed=not is_own)
    status, refusal = 200, ""
    if posted is not None and form.is_valid():
        try:
            workflow.replace_promise(shown, promise, by=request.user, at=at, **form.cleaned_data)  # type: ignore[arg-type]
        except NotPossible as hindrance:
            # What the person sees now, the answer that came meanwhile too, is what the next POST is about.
            status, refusal, again = 409, str(hindrance), posted.copy()
            again["seen"] = promise.state
            form = ReplaceForm(again, reason_needed=not is_own)
        else:
            taken(request, f"The request to {promise.name} has ended.")
            return redirect(f"applications:{noun}" if is_own else "applications:application", shown.pk)
    has_ended = promise.state == PromiseState.REPLACED
    facts = {
        "application": shown,
        "promise": promise,
        "noun": noun,
        "form": form,
        "hindrance": "This request has ended already." if has_ended else naming_is_over(shown, at),
        "refusal": refusal,
        "unsent": [("Reason", form["why"].value())] if posted is not None and form["why"].value() else [],
        "has_committed": promise.state == PromiseState.COMMITTED,
        "is_own": is_own,
    }
    return render(request, "applications/promise_replace.html", facts, status=status)
