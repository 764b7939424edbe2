"""The programme office: the programme itself, its people and its cohorts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.taken import taken
from programs import workflow
from programs.forms import CohortForm, GrantForm, ProgramForm, differences, merge
from programs.models import Cohort, Membership, Program, Role
from programs.moments import local_time, next_july
from programs.permissions import OFFICE, may_direct, may_grant
from programs.revision import Overtaken, Refused, fingerprint
from programs.standing import standing
from programs.templatetags.portal import joined
from programs.transitions import NotPossible

ROWS_A_PAGE = 50
CONSEQUENCES = {
    Role.DIRECTOR: "The programme closes to this person: no cohorts, calls, roles or decisions, and no applications to read.",
    Role.COORDINATOR: "The office closes to this person: no applications, promises, e-mails or reminders of the programme.",
    Role.REVIEWER: (
        "No new assignments are offered. Reviews that are not in close to this person, and the desk of the office lists them, to "
        "be assigned anew. What is reviewed already stays."
    ),
    Role.FINANCE: "The awards and the money of the programme are no longer shown to this person.",
    Role.COMMITTEE: "The ranked list of applications is no longer shown to this person.",
}


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
    page = Paginator(Cohort.objects.of_programs({own.pk}).with_calls(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(cohort, [standing(call, at) for call in cohort.calls.all()]) for cohort in page]
    today = local_time(at, own.time_zone).date()
    cohorts = [(cohort, calls, cohort.ends_on < today) for cohort, calls in rows]
    facts = {"programme": own, "cohorts": cohorts, "page_obj": page, "may_direct": may_direct(request.user, own)}
    return render(request, "programs/office.html", facts)


def describe(request: HttpRequest, program: str) -> HttpResponse:
    """Change how the programme presents itself."""
    own = own_program(request, program)
    require_director(request, own)
    done = "The programme's description is saved."
    return _row_form(request, ProgramForm(_posted(request), instance=own), workflow.describe_program, "program", own, done=done)


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
            # By the address that was typed: whose account it is, is not the grantor's to learn from this sentence.
            role = membership.get_role_display().lower()
            taken(request, f"{form.cleaned_data['email']} is {role} now. The portal has told them by e-mail.")
            return redirect("programs:members", own.slug)
    page = Paginator(Membership.objects.of_programs({own.pk}).for_page(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    facts = {"programme": own, "form": form, "page_obj": page, "may_grant": may}
    return render(request, "programs/membership_list.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what ending a role means, and end it on POST."""
    membership = get_object_or_404(Membership.objects.of_programs(offices_of(request)), pk=pk)
    if not may_grant(request.user, membership.program):
        raise PermissionDenied
    is_own = membership.user_id == request.user.pk
    if request.method != "POST":
        facts = {
            "membership": membership,
            "programme": membership.program,
            "is_own": is_own,
            "has_ended": membership.ended_at is not None,
            "consequence": CONSEQUENCES[membership.role],
        }
        return render(request, "programs/membership_end.html", facts)
    try:
        workflow.end_role(membership, by=request.user, at=request.received_at)  # type: ignore[arg-type, attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{membership.user.name} is no longer {membership.get_role_display().lower()}.")
        if is_own:
            return redirect("programs:offices")
    return redirect("programs:members", membership.program.slug)


def cohort_new(request: HttpRequest, program: str) -> HttpResponse:
    """Set up a cohort; the form begins with the usual terms from next July."""
    own = own_program(request, program)
    today = local_time(request.received_at, own.time_zone).date()  # type: ignore[attr-defined]
    cohort = Cohort(program=own, starts_on=next_july(today))
    cohort.budget = cohort.award_cost * cohort.places
    return cohort_form(request, cohort, workflow.keep_cohort)


def cohort_form(request: HttpRequest, cohort: Cohort, keep: Callable[..., Any]) -> HttpResponse:
    """Show the form of a cohort and `keep` what was typed on POST; the verb depends on what the floor knows of awards."""
    require_director(request, cohort.program)
    form = CohortForm(_posted(request), instance=cohort)
    return _row_form(request, form, keep, "cohort", cohort.program, title=cohort.name)


def _row_form(
    request: HttpRequest, form: Any, keep: Callable[..., Any], noun: str, own: Program, *, title: str = "", done: str = ""
) -> HttpResponse:
    """Show a form of one row and keep it on POST; who was overtaken by somebody else is asked about what both have changed."""
    at, row = request.received_at, form.instance  # type: ignore[attr-defined]
    shown = fingerprint(row)  # before the form is checked, which writes what was typed into the row
    seen = request.POST.get("seen", "") if request.method == "POST" else shown
    overtaken, theirs, asked = bool(request.method == "POST" and seen and seen != shown), "", None
    if overtaken and form.is_valid():
        merged = merge(form, _stored(row), seen)
        form, seen, theirs, asked = merged.form, shown, joined(merged.theirs), merged.asked
        overtaken = asked != []
    if request.method == "POST" and not overtaken and form.is_valid():
        try:
            keep(form.instance, by=request.user, at=at, seen=seen)
        except Overtaken:
            overtaken = True
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error(refusal.field, refusal.sentence)
        else:
            also = f" Somebody else has changed this meanwhile, and it stands as well: {theirs}." if theirs else ""
            taken(request, f"{done or f'{form.instance} is saved.'}{also}")
            return redirect("programs:office", own.slug)
    facts = {"programme": own, "title": title, "form": form, "theirs": theirs, "overtaken": overtaken}
    if overtaken:
        stored = _stored(row)
        facts["differences"], seen = differences(form, type(form)(instance=stored), only=asked), fingerprint(stored)
    return render(request, f"programs/{noun}_form.html", {**facts, "seen": seen}, status=409 if overtaken else 200)


def _stored(row: Any) -> Any:
    """Return a row as it is stored now, beside the one into which a form has written."""
    return type(row).objects.get(pk=row.pk)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
