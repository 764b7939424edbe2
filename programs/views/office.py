"""The programme office: the programme itself, its people and its cohorts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from programs import workflow
from programs.forms import CohortForm, GrantForm, ProgramForm
from programs.models import Cohort, Membership, Program
from programs.permissions import OFFICE, may_direct, may_grant
from programs.standing import standing
from programs.transitions import NotPossible


def offices_of(request: HttpRequest) -> set[int]:
    """Return the ids of the programmes whose office the person is."""
    return Membership.objects.program_ids(request.user, *OFFICE)


def own_program(request: HttpRequest, slug: str) -> Program:
    """Return a programme the person runs, otherwise answer 404."""
    program: Program = get_object_or_404(Program.objects.with_ids(offices_of(request)), slug=slug)
    return program


def require_director(request: HttpRequest, program: Program) -> None:
    """Answer 403 to the office's members who do not direct the programme."""
    if not may_direct(request.user, program):
        raise PermissionDenied


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """List the programmes the person runs; with one, go there."""
    programs = list(Program.objects.with_ids(offices_of(request)).with_counts())
    if len(programs) == 1:
        return redirect("programs:office", programs[0].slug)
    return render(request, "programs/office_list.html", {"programs": programs})


@require_safe
def office(request: HttpRequest, program: str) -> HttpResponse:
    """Show the programme: cohorts with places and money, their calls and where these stand."""
    at = request.received_at  # type: ignore[attr-defined]
    own = own_program(request, program)
    cohorts = [
        (cohort, [standing(call, at) for call in cohort.calls.all()])
        for cohort in Cohort.objects.of_programs({own.pk}).with_calls()
    ]
    facts = {"programme": own, "cohorts": cohorts, "may_direct": may_direct(request.user, own)}
    return render(request, "programs/office.html", facts)


def describe(request: HttpRequest, program: str) -> HttpResponse:
    """Change how the programme presents itself."""
    own = own_program(request, program)
    require_director(request, own)
    form = ProgramForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        workflow.describe_program(own, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
        messages.success(request, "The programme's description is saved.")
        return redirect("programs:office", own.slug)
    return render(request, "programs/program_form.html", {"programme": own, "form": form})


def members(request: HttpRequest, program: str) -> HttpResponse:
    """List who holds which role, and let a director grant one."""
    own = own_program(request, program)
    may = may_grant(request.user, own)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = workflow.invite(own, by=request.user, at=request.received_at, **form.cleaned_data)  # type: ignore[arg-type, attr-defined]
        except NotPossible as refusal:
            form.add_error("role", str(refusal))
        else:
            role = membership.get_role_display().lower()
            messages.success(request, f"{membership.user.name} is {role} now. The portal has told them by e-mail.")
            return redirect("programs:members", own.slug)
    rows = Membership.objects.of_programs({own.pk}).for_page()
    return render(request, "programs/membership_list.html", {"programme": own, "form": form, "rows": rows, "may_grant": may})


@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role."""
    membership = get_object_or_404(Membership.objects.of_programs(offices_of(request)), pk=pk)
    try:
        workflow.end_role(membership, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{membership.user.name} is no longer {membership.get_role_display().lower()}.")
    return redirect("programs:members", membership.program.slug)


def cohort_new(request: HttpRequest, program: str) -> HttpResponse:
    """Set up a cohort."""
    return _cohort_form(request, Cohort(program=own_program(request, program)))


def cohort_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a cohort."""
    return _cohort_form(request, get_object_or_404(Cohort.objects.of_programs(offices_of(request)), pk=pk))


def _cohort_form(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    require_director(request, cohort.program)
    title = cohort.name
    form = CohortForm(request.POST or None, instance=cohort)
    if request.method == "POST" and form.is_valid():
        workflow.keep_cohort(form.instance, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
        messages.success(request, f"{cohort.name} is saved.")
        return redirect("programs:office", cohort.program.slug)
    return render(request, "programs/cohort_form.html", {"programme": cohort.program, "title": title, "form": form})
