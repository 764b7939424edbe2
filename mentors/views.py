"""Doors for the mentor and the chair, with and without an account, and for the applicant who asks."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from mentors import workflow
from mentors.forms import ChairAnswerForm, MentorAnswerForm
from mentors.models import ChairCommitment, MentorAgreement
from mentors.workflow import chair as chairing
from programs.views.promises import Pages, answer_by_link, answer_signed_in, ask_once_more

PAGES = Pages(
    MentorAgreement,
    MentorAnswerForm,
    "mentors/answer.html",
    workflow.PURPOSE,
    workflow.commit,
    workflow.decline,
    workflow.ask_again,
)
CHAIR_PAGES = Pages(
    ChairCommitment,
    ChairAnswerForm,
    "mentors/chair_answer.html",
    chairing.PURPOSE,
    chairing.commit,
    chairing.decline,
    chairing.ask_again,
)


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a request to the mentor who holds its sealed link, and take the answer."""
    return answer_by_link(request, public_id, PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same request to a mentor who is signed in under the address that was asked."""
    return answer_signed_in(request, pk, PAGES)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request to the mentor once more."""
    return ask_once_more(request, pk, PAGES)


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def chair_answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a request to the chair who holds its sealed link, and take the answer."""
    return answer_by_link(request, public_id, CHAIR_PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
def chair_respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same request to a chair who is signed in under the address that was asked."""
    return answer_signed_in(request, pk, CHAIR_PAGES)


@require_POST
def chair_ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request to the chair once more."""
    return ask_once_more(request, pk, CHAIR_PAGES)
