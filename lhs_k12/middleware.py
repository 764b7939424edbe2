"""What every request passes: the moment it was received, privacy of pages, refusals in plain words."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY, clear_login
from allauth.account.utils import url_str_to_user_pk
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control

from accounts.models import User
from programs.transitions import NotPossible

# Under this key a browser keeps when its sign-in began and how the account was then.
BEGAN_AS = "sign_in_began_as"

Answer = Callable[[HttpRequest], HttpResponse]


class ReceivedAtMiddleware:
    """Stamp `request.received_at` (UTC) before anything reads the body: deadlines are judged by it, once."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.received_at = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class PrivatePagesMiddleware:
    """A page shown to a signed-in person is never kept by a shared cache or by the back button."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        return response


class PendingSignInMiddleware:
    """A sign-in that waits for its code ends when the account's password changed meanwhile, elsewhere.

    Who signs up with a stranger's address waits at the page for the code. An invitation to that address, or a reset, takes the
    account away from that browser.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        waiting = request.session.get(LOGIN_SESSION_KEY)
        if waiting and _is_known(request, waiting) and request.session[BEGAN_AS][1] != _as_it_is(waiting):
            clear_login(request)
            request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
            messages.info(request, "This account has changed since you began to sign in. Please sign in again, with a code.")
        response = self.get_response(request)
        waiting = request.session.get(LOGIN_SESSION_KEY)
        if waiting and not _is_known(request, waiting):
            request.session[BEGAN_AS] = [waiting["initiated_at"], _as_it_is(waiting)]
        return response


def _is_known(request: HttpRequest, waiting: dict[str, Any]) -> bool:
    """Say whether what this browser keeps is about the sign-in that waits."""
    return bool(request.session.get(BEGAN_AS, ["", ""])[0] == waiting["initiated_at"])


def _as_it_is(waiting: dict[str, Any]) -> str:
    """Return a hash of the password of the account that waits to be signed in to; empty for one that does not exist."""
    user = User.objects.filter(pk=url_str_to_user_pk(waiting["user_pk"])).first() if waiting["user_pk"] else None
    return user.get_session_auth_hash() if user else ""


class PlainRefusalMiddleware:
    """A verb that is not possible now answers 409 with its sentence, wherever it was called."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPossible):
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        return None
