"""allauth in this house: its e-mails go through our queue of record, and whoever confirms an address first owns the account."""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account import app_settings as allauth_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context as allauth_context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.forms import SET_UP_HERE
from accounts.workflow import take_keys
from programs import mail

# The other ways to prove that it is you, as their buttons say.
PROOFS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey or security key",
}

# How many seconds the code or the link in an e-mail opens anything: sent later, it would only be one more wrong code.
LIVES = {
    "email_confirmation": allauth_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "email_confirmation_signup": allauth_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "login_code": allauth_settings.LOGIN_BY_CODE_TIMEOUT,
    "password_reset_key": settings.PASSWORD_RESET_TIMEOUT,
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in mail is queued, sent by the worker and its text forgotten once it is sent or given up; refusals say how to go on."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Please write to the programme office if you need it again.",
        "duplicate_email": "This is one of your addresses already.",
        "email_password_mismatch": "We do not know this address with this password. You can sign in with a code instead.",
        "email_taken": "Please use another e-mail address.",
        "incorrect_code": "This code is not the one we sent. Please check each character.",
        "incorrect_password": "This is not your password.",
        "rate_limited": "That was a lot in a short time. Please wait a minute, then try again.",
        "too_many_login_attempts": "That was a lot in a short time. Please wait a few minutes, then try again.",
    }

    def respond_email_verification_sent(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Lead to the page for the code, and keep where the person was going, whether the account is new or not."""
        return redirect(self._with_next(reverse("account_email_verification_sent")))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways in which a person can prove to be the one who signed in, in the words of the house."""
        return [{**way, "description": PROOFS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def _with_next(self, url: str) -> str:
        """Return an address that leads on to where the person was going."""
        led: str = passthrough_next_redirect_url(allauth_context.request, url, "next")
        return led

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        kind, at = template_prefix.rsplit("/", 1)[-1], timezone.now()
        facts = {
            "request": allauth_context.request,
            "email": email,
            # From the settings, not from the request: no forged host gets into an e-mail.
            "current_site": {"domain": urlsplit(settings.SITE_URL).netloc},
            "minutes": LIVES.get(kind, 0) // 60,
            "sign_in_url": settings.SITE_URL + self._with_next(reverse("account_request_login_code")),
            **context,
        }
        message: EmailMultiAlternatives = self.render_mail(template_prefix, email, facts)
        mail.enqueue_text(
            kind=kind, to=email, subject=str(message.subject), text=str(message.body), at=at, forget_text=True,
            expires_at=at + timedelta(seconds=LIVES[kind]) if kind in LIVES else None,
        )  # fmt: skip


class NotSwitchedOn(SocialApp.DoesNotExist, Http404):
    """No setting switched this service on: a template leaves it out, and its own addresses are not found."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A service that no setting switched on does not exist, also for whoever has connected it once."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as missing:
            raise NotSwitchedOn from missing


def own_what_is_confirmed(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    """Take from an account, when its first address is confirmed, every key that this browser has not shown to know.

    Anybody can sign up with a stranger's address and wait. The password stays if it was chosen or entered in this browser (the
    sign-up that is confirmed by its own code), a connected service if it signed in here. A signal, because a sign-in by code
    confirms the address without asking the adapter.
    """
    user = email_address.user
    if request.user.pk == user.pk or EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk).exists():
        return
    records = get_authentication_records(request, user)
    knows_it = request.session.get(SET_UP_HERE) == user.pk or any(record["method"] == "password" for record in records)
    loses_it = user.has_usable_password() and not knows_it
    shown = {(record["provider"], record["uid"]) for record in records if record["method"] == "socialaccount"}
    take_keys(user, password=loses_it, services_but=shown)
    if loses_it:
        messages.info(
            request,
            "A password was chosen for this account before your address was confirmed. It is no longer valid. "
            "You can set your own under Security.",
        )
