"""The door for sealed links: a token becomes a grant of this browser's session, a clean address follows."""

import uuid
from collections.abc import Sequence

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from programs import links, workflow
from programs.links import LinkRefused
from programs.transitions import NotPossible

MISSES = 20
MISSES_SECONDS = 300


class SeeOther(HttpResponseRedirect):
    """The page is elsewhere, and is to be read by GET."""

    status_code = 303


@login_not_required
@require_safe
@cache_control(no_store=True, private=True)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a token for a grant and go to its page by a clean address.

    Mail scanners open links, with HEAD and with GET, many times: neither answers anything, and HEAD leaves no trace at
    all. Every token is looked up; only wrong ones are counted, and after too many of them from one address the next ones
    are told to wait. A token that the portal knows works from everywhere: a hospital has one address for all its people.
    """
    if request.method == "HEAD":
        return _unreferred(HttpResponse())
    try:
        found = links.follow(request, token)
    except LinkRefused as refusal:
        if _misses(request) > MISSES:
            return _unreferred(render(request, "programs/link_slow_down.html", status=429))
        return _unreferred(refuse(request, refusal, by_token=True))
    return _unreferred(SeeOther(reverse(found.purpose, args=[found.public_id])))


@login_not_required
@require_POST
@cache_control(no_store=True, private=True)
def link_renew(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mail a fresh link to the address of an expired one that this browser has followed."""
    at = request.received_at  # type: ignore[attr-defined]
    try:
        alive = links.granted(request, public_id, at=at)
    except LinkRefused as refusal:
        if refusal.reason != "expired" or refusal.link is None:
            return refuse(request, refusal)
        return _renew(request, refusal)
    return redirect(alive.purpose, alive.public_id)


def refuse(
    request: HttpRequest, refusal: LinkRefused, *, by_token: bool = False, unsent: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """Say why a link opens nothing: 404 when the portal does not know it, 410 when it has ended.

    `by_token` is set on the address that holds the token: its page sends no referrer, so it has no forms either. `unsent`
    are the (label, words) of an answer that came with the request: they are shown, so that nobody writes them twice.
    """
    known, at = refusal.link, request.received_at  # type: ignore[attr-defined]
    facts = {
        "ended": links.nothing_is_left(links.behind(known), at) if known and refusal.reason == "expired" else "",
        "by_token": by_token,
        "is_unknown": refusal.reason == "unknown",
        "is_expired": refusal.reason == "expired",
        "is_revoked": refusal.reason == "revoked",
        "link": known,
        "answered": links.answer_behind(known) if known and refusal.reason == "revoked" else None,
        "unsent": unsent,
        "programme": known.program if known else None,
        "masked": links.masked(known.email) if known else "",
    }
    response = render(request, "programs/link_refused.html", facts, status=404 if refusal.reason == "unknown" else 410)
    response["Cache-Control"] = "no-store, private"
    return response


def _renew(request: HttpRequest, refusal: LinkRefused) -> HttpResponse:
    link = refusal.link
    assert link is not None  # noqa: S101  the caller has looked
    try:
        workflow.renew_link(link, at=request.received_at)  # type: ignore[attr-defined]
    except NotPossible as hindrance:
        messages.error(request, str(hindrance))
        return refuse(request, refusal)
    links.let_go(request, link)
    return render(request, "programs/link_renewed.html", {"programme": link.program, "masked": links.masked(link.email)})


def _misses(request: HttpRequest) -> int:
    """Count one more wrong token from this address and return how many there were within some minutes."""
    key = f"link-misses:{get_adapter(request).get_client_ip(request)}"
    if cache.add(key, 1, MISSES_SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the minutes have just passed
        return 1


def _unreferred(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
