"""Doors for the sponsor, with and without an account, for the applicant who asks, and for the office that lists health systems."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from accounts.taken import taken
from programs.models import Membership, Program
from programs.transitions import NotPossible
from programs.views.promises import Pages, answer_by_link, answer_signed_in, ask_once_more
from sponsors import workflow
from sponsors.forms import HealthSystemForm, SponsorAnswerForm
from sponsors.models import HealthSystem, SponsorCommitment
from sponsors.permissions import may_keep_systems

SYSTEMS_A_PAGE = 50
PAGES = Pages(
    SponsorCommitment,
    SponsorAnswerForm,
    "sponsors/answer.html",
    workflow.PURPOSE,
    workflow.commit,
    workflow.decline,
    workflow.ask_again,
)


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a request to the sponsor who holds its sealed link, and take the answer."""
    return answer_by_link(request, public_id, PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same request to a sponsor who is signed in under the address that was asked."""
    return answer_signed_in(request, pk, PAGES)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request to the sponsor once more."""
    return ask_once_more(request, pk, PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: HttpRequest, program: str) -> HttpResponse:
    """List the health systems of a programme and add one."""
    programme = get_object_or_404(Program.objects.with_ids(Membership.objects.program_ids(request.user)), slug=program)
    return _system_page(request, HealthSystem(program=programme))


@require_http_methods(["GET", "HEAD", "POST"])
def system_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one health system."""
    mine = Membership.objects.program_ids(request.user)
    return _system_page(request, get_object_or_404(HealthSystem.objects.of_programs(mine), pk=pk))


def _system_page(request: HttpRequest, system: HealthSystem) -> HttpResponse:
    programme = system.program
    if not may_keep_systems(request.user, programme):
        raise PermissionDenied
    form = HealthSystemForm(request.POST if request.method == "POST" else None, instance=system)
    title, at = system.name, request.received_at  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            kept = workflow.keep_system(form.instance, by=request.user, at=at)  # type: ignore[arg-type]
        except NotPossible as refusal:
            form.add_error("name", str(refusal))
        else:
            taken(request, f"{kept.name} is saved.")
            return redirect("sponsors:systems", programme.slug)
    page = Paginator(HealthSystem.objects.of_program(programme.pk), SYSTEMS_A_PAGE).get_page(request.GET.get("page"))
    facts = {"programme": programme, "form": form, "page_obj": page, "title": title}
    return render(request, "sponsors/system_list.html", facts)
