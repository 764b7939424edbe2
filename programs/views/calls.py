"""How a director writes, changes and publishes a call."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from programs import workflow
from programs.forms import CallForms
from programs.models import Call, Cohort
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
    at = request.received_at  # type: ignore[attr-defined]
    title = call.title
    forms = CallForms(request.POST if request.method == "POST" else None, call, at=at)
    if request.method == "POST" and forms.is_valid():
        try:
            workflow.keep_call(
                forms.form.instance, by=request.user, at=at, sections=forms.sections.rows(),  # type: ignore[arg-type]
                document_requests=forms.documents.rows(), criteria=forms.criteria.rows(),
                removed=[row for part in forms.lists for row in part.removed()],
            )  # fmt: skip
        except NotPossible as refusal:
            forms.form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{call.title} is saved.")
            return redirect("programs:call", call.program.slug, call.slug)
    facts = {
        "programme": call.program,
        "cohort": call.cohort,
        "title": title,
        "forms": forms,
        "form": forms.form,
        "errors": forms.errors(),
        "is_published": call.published_at is not None,
    }
    return render(request, "programs/call_form.html", facts)
