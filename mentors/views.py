"""Doors for the mentor, with and without an account, and for the applicant who asks."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from mentors import workflow
from mentors.forms import MentorAnswerForm
from mentors.models import MentorAgreement
from mentors.permissions import may_answer
from programs import links
from programs.views.links import refuse
from programs.views.promises import answer_page, ask_again_page


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a request to the person who holds its sealed link, and take the answer."""
    try:
        link = links.granted(request, public_id, workflow.PURPOSE, at=request.received_at)  # type: ignore[attr-defined]
        agreement = links.subject_of(link, MentorAgreement)
    except links.LinkRefused as refusal:
        return refuse(request, refusal)
    return _answer_page(request, agreement, link)


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same request to a person who is signed in under the address that was asked."""
    agreement = _visible(request, pk)
    if not may_answer(request.user, agreement):
        raise PermissionDenied
    return _answer_page(request, agreement, None)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request to the mentor once more."""
    return ask_again_page(request, _visible(request, pk), workflow.ask_again)


def _answer_page(request: HttpRequest, agreement: MentorAgreement, link: links.SealedLink | None) -> HttpResponse:
    return answer_page(
        request, agreement, link=link, form_class=MentorAnswerForm, commit=workflow.commit, decline=workflow.decline,
        template="mentors/answer.html",
    )  # fmt: skip


def _visible(request: HttpRequest, pk: int) -> MentorAgreement:
    agreement: MentorAgreement = get_object_or_404(MentorAgreement.objects.visible_to(request.user).for_page(), pk=pk)
    return agreement
