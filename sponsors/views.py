"""Doors for the sponsor, with and without an account, and for the applicant who asks."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from programs import links
from programs.views.links import refuse
from programs.views.promises import answer_page, ask_again_page, replace_page
from sponsors import workflow
from sponsors.forms import SponsorAnswerForm
from sponsors.models import SponsorCommitment
from sponsors.permissions import may_answer, may_ask


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a request to the person who holds its sealed link, and take the answer."""
    try:
        link = links.granted(request, public_id, workflow.PURPOSE, at=request.received_at)  # type: ignore[attr-defined]
        commitment = links.subject_of(link, SponsorCommitment)
    except links.LinkRefused as refusal:
        return refuse(request, refusal)
    return _answer_page(request, commitment, link)


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same request to a person who is signed in under the address that was asked."""
    commitment = _visible(request, pk)
    if not may_answer(request.user, commitment):
        raise PermissionDenied
    return _answer_page(request, commitment, None)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request to the sponsor once more."""
    return ask_again_page(request, _visible(request, pk), workflow.ask_again)


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what asking somebody else means, and end the request."""
    commitment = _visible(request, pk)
    if not may_ask(request.user, commitment):
        raise PermissionDenied
    return replace_page(request, commitment, workflow.replace, "sponsors/replace.html")


def _answer_page(request: HttpRequest, commitment: SponsorCommitment, link: links.SealedLink | None) -> HttpResponse:
    return answer_page(
        request, commitment, link=link, form_class=SponsorAnswerForm, commit=workflow.commit, decline=workflow.decline,
        template="sponsors/answer.html",
    )  # fmt: skip


def _visible(request: HttpRequest, pk: int) -> SponsorCommitment:
    commitment: SponsorCommitment = get_object_or_404(SponsorCommitment.objects.visible_to(request.user).for_page(), pk=pk)
    return commitment
