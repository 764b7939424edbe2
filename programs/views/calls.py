"""How a director writes, changes and publishes a call."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.taken import taken
from programs import workflow
from programs.forms import CallForms
from programs.models import Call, Cohort
from programs.revision import Overtaken, Refused, fingerprint
from programs.transitions import NotPossible
from programs.views.office import offices_of, require_director


def call_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a call for a cohort."""
    cohort = get_object_or_404(Cohort.objects.of_programs(offices_of(request)), pk=pk)
    return _call_form(request, Call(cohort=cohort))


def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a call; once it has opened, its parts can be reworded but not added or removed."""
    return _call_form(request, _own_call(request, pk))


def call_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what publishing does, and do it on POST."""
    call = _own_call(request, pk)
    require_director(request, call.program)
    at = request.received_at  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            workflow.publish(call, by=request.user, at=at)  # type: ignore[arg-type]
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("programs:call_publish", call.pk)
        messages.success(request, f"{call.title} is published.")
        return redirect("programs:call", call.program.slug, call.slug)
    facts = {
        "call": call,
        "programme": call.program,
        "is_published": call.published_at is not None,
        "opens_later": at < call.opens_at,
        "is_over": at >= call.closes_at,
        "lacks_parts": not call.sections.all() or not call.criteria.all(),
    }
    return render(request, "programs/call_publish.html", facts)


def _own_call(request: HttpRequest, pk: int) -> Call:
    call: Call = get_object_or_404(Call.objects.of_programs(offices_of(request)).with_parts(), pk=pk)
    return call


def _call_form(request: HttpRequest, call: Call) -> HttpResponse:
    require_director(request, call.program)
    at, shown = request.received_at, fingerprint(call)  # type: ignore[attr-defined]
    facts = {"programme": call.program, "cohort": call.cohort, "title": call.title, "is_published": call.published_at is not None}
    forms = CallForms(request.POST if request.method == "POST" else None, call, at=at)
    if request.method != "POST":
        return _call_page(request, forms, facts, seen=shown)
    seen = request.POST.get("seen", "")
    if seen and seen != shown:
        forms.is_valid()
        return _overtaken(request, forms, facts)
    if forms.is_valid():
        try:
            workflow.keep_call(
                forms.form.instance, by=request.user, at=at, sections=forms.sections.rows(),  # type: ignore[arg-type]
                document_requests=forms.documents.rows(), criteria=forms.criteria.rows(),
                removed=[row for part in forms.lists for row in part.removed()], seen=seen,
            )  # fmt: skip
        except Overtaken:
            return _overtaken(request, forms, facts)
        except Refused as refused:
            for refusal in refused.refusals:
                forms.refuse(refusal)
        else:
            taken(request, f"{call.title} is saved.")
            return redirect("programs:call", call.program.slug, call.slug)
    return _call_page(request, forms, facts, seen=seen)


def _overtaken(request: HttpRequest, forms: CallForms, facts: dict[str, Any]) -> HttpResponse:
    """Show what was typed beside what somebody else has saved meanwhile; saving once more replaces it, knowingly."""
    stored = get_object_or_404(Call.objects.of_programs({facts["programme"].pk}).with_parts(), pk=forms.form.instance.pk)
    seen = fingerprint(stored)
    found = forms.differences(CallForms(None, stored, at=request.received_at))  # type: ignore[attr-defined]
    return _call_page(request, forms, {**facts, "overtaken": True, "differences": found}, seen=seen, status=409)


def _call_page(request: HttpRequest, forms: CallForms, facts: dict[str, Any], *, seen: str, status: int = 200) -> HttpResponse:
    shown = {**facts, "forms": forms, "form": forms.form, "errors": forms.errors(), "seen": seen}
    return render(request, "programs/call_form.html", shown, status=status)
