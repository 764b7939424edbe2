"""The person's own page, and where the pages for a code lead."""

from typing import Any

from allauth.account import app_settings
from allauth.account.stages import EmailVerificationStage, LoginStage, LoginStageController
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ConfirmEmailVerificationCodeView, ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import workflow
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.returning import page_here
from accounts.taken import taken


def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep the name, position and place of the person who is signed in."""
    user: User = request.user  # type: ignore[assignment]
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    back = page_here(request, request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        workflow.describe(user, by=user, **form.cleaned_data)
        taken(request, "Your profile is saved.")
        return redirect(back or "accounts:profile")
    return render(request, "accounts/profile_form.html", {"form": form, "back": back})


def _is_empty(form: Any) -> bool:
    """Whether no code was typed, which is a slip and no attempt."""
    return bool(form.has_error("code", "required"))


class ConfirmAddress(ConfirmEmailVerificationCodeView):
    """allauth's page for the code of a sign-up; it says how to go on, and does not forget where the person was going."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead whoever waits for no code any more (has cancelled, or asked for another one) to the sign-in.

        allauth does so only where the account is new, which would tell that another address has one.
        """
        if request.user.is_anonymous and LoginStageController.enter(request, EmailVerificationStage.key) is None:
            return redirect(passthrough_next_redirect_url(request, reverse("account_login"), "next"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's facts, the same for an address that has an account and one that has none: no page may tell which."""
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        facts["minutes"] = app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60
        if self.request.user.is_anonymous:
            facts |= {"cancel_url": None, "another_url": self.passthrough_next_url(reverse("account_signup"))}
            facts["is_sign_up"] = self.stage.login.signup
        return facts

    def _verify_form_invalid(self, form: Any) -> HttpResponse:
        if _is_empty(form) or self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        messages.error(
            self.request,
            "That code was wrong too, so it is no longer valid. Your account waits for you: sign in with your password, "
            "and we send you a new code.",
        )
        return redirect(self.passthrough_next_url(reverse("account_login")))


class RequestCode(RequestLoginCodeView):
    """allauth's page that sends a sign-in code, open also to a browser that waits for the code of a sign-up.

    To an address that has an account no such code was sent; the e-mail leads here instead.
    """

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponseRedirect | None:
        if isinstance(stage, EmailVerificationStage):
            return None
        led: HttpResponseRedirect | None = super()._redirect_to_pending_stage(request, stage)
        return led


class ConfirmSignIn(ConfirmLoginCodeView):
    """allauth's page for a sign-in code; it says how to go on, and does not forget where the person was going."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's facts, and how long the code is good."""
        return {**super().get_context_data(**kwargs), "minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60}

    def form_invalid(self, form: Any) -> HttpResponse:
        if _is_empty(form) or self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        messages.error(self.request, "That code was wrong too, so it is no longer valid. Please ask for a new one.")
        return redirect(self.passthrough_next_url(reverse("account_request_login_code")))


request_code = login_not_required(RequestCode.as_view())
confirm_address = login_not_required(ConfirmAddress.as_view())
confirm_sign_in = login_not_required(ConfirmSignIn.as_view())
