"""The pages that sponsors, mentors and chairs have in common: answering a request, asking again."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.returning import page_here
from accounts.taken import taken
from programs import links, promises
from programs.forms import AnswerForm
from programs.links import masked
from programs.models import PromiseState, SealedLink
from programs.permissions import may_answer_promise
from programs.transitions import NotPossible
from programs.views.links import refuse

Verb = Callable[..., Any]


@dataclass(frozen=True)
class Pages:
    """What the pages of one kind of promise are made of: its rows, its form, its template, its verbs."""

    model: type[Any]
    form_class: type[AnswerForm]
    template: str
    purpose: str
    commit: Verb
    decline: Verb
    ask_again: Verb


def answer_by_link(request: HttpRequest, public_id: uuid.UUID, pages: Pages) -> HttpResponse:
    """Show a request to the person who holds its sealed link, and take the answer."""
    try:
        link = links.granted(request, public_id, pages.purpose, at=request.received_at)  # type: ignore[attr-defined]
        promise = links.subject_of(link, pages.model)
    except links.LinkRefused as refusal:
        return refuse(request, refusal, unsent=pages.form_class(request.POST).unsent())
    return _answer_page(request, promise, pages, link)


def answer_signed_in(request: HttpRequest, pk: int, pages: Pages) -> HttpResponse:
    """Show the same request to a person who is signed in under the address that was asked."""
    promise = get_object_or_404(pages.model.objects.visible_to(request.user).for_page(), pk=pk)  # type: ignore[attr-defined]
    if not may_answer_promise(request.user, promise):
        raise PermissionDenied
    return _answer_page(request, promise, pages, None)


def ask_once_more(request: HttpRequest, pk: int, pages: Pages) -> HttpResponse:
    """Send the request once more and go back to where the person came from."""
    promise = get_object_or_404(pages.model.objects.visible_to(request.user).for_page(), pk=pk)  # type: ignore[attr-defined]
    try:
        pages.ask_again(promise, by=request.user, at=request.received_at)  # type: ignore[attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{promise.name} has been asked again.")
    return HttpResponseRedirect(safe_next(request))


def safe_next(request: HttpRequest) -> str:
    """Return the page to go back to, when it is one of this site, otherwise the person's desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return page_here(request, wanted) or reverse("reports:desk")


def _answer_page(request: HttpRequest, promise: Any, pages: Pages, link: SealedLink | None) -> HttpResponse:
    """Show a request and take its answer; reading it changes nothing but the stamp of the first opening."""
    at = request.received_at  # type: ignore[attr-defined]
    if link is not None and request.method == "GET":
        promises.note_opened(promise, link, at=at)
    form = pages.form_class(request.POST if request.method == "POST" else None, duties=promise.duties)
    seen = request.POST.get("seen", promise.project_title)
    if request.method == "POST" and form.is_valid():
        by = request.user if link is None else None
        try:
            if form.commits:
                pages.commit(promise, at=at, link=link, by=by, seen=seen, **form.words())
            else:
                pages.decline(promise, at=at, link=link, by=by, **form.words())
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            seen = promise.project_title  # as the refusal says it
        else:
            if request.user.is_authenticated:
                taken(request, "Thank you. Your answer is signed.")
            return redirect(request.path)
    late = _came_too_late(promise, form, at)
    if late:
        form.error_title = "This answer was not taken"
    facts = {**_facts(request, promise, form, link), "seen": seen}
    return render(request, pages.template, facts, status=409 if late else 200)


def _came_too_late(promise: Any, form: AnswerForm, at: Any) -> bool:
    """Whether an answer was sent that can be taken no more."""
    is_open = promise.state == PromiseState.ASKED and promise.is_wanted and not promises.answers_are_taken(promise, at)
    return form.is_bound and not is_open


def _facts(request: HttpRequest, promise: Any, form: AnswerForm, link: SealedLink | None) -> dict[str, Any]:
    at = request.received_at  # type: ignore[attr-defined]
    call = promise.call
    waits = promise.state == PromiseState.ASKED and promise.is_wanted
    in_time = call.takes_answers(at)
    return {
        "promise": promise,
        "call": call,
        "cohort": call.cohort,
        "programme": call.program,
        "applicant": promise.applicant,
        "form": form,
        "by_link": link is not None,
        "addressee": masked(promise.email),
        "may_answer": waits and in_time,
        "is_late": waits and not in_time,
        "is_committed": promise.state == PromiseState.COMMITTED,
        "is_declined": promise.state == PromiseState.DECLINED,
        "is_replaced": promise.state == PromiseState.REPLACED,
        "is_unwanted": not promise.is_wanted,
        "answer_by": promises.answer_by(call, at),
        "unsent": form.unsent(),
        "has_grace": at < call.closes_at and call.letters_grace_hours > 0,
    }
