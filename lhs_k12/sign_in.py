"""allauth's forms for signing in, with the labels of this house."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "oldpassword": "Current password",
    "code": "Code",
    "passwordless": "Sign in with this key alone",
}
PASSWORDS = {
    "Password (again)": "The same password again",
    "New Password (again)": "The same password again",
    "New Password": "New password",
}
HELP = {"passwordless": "You then need no password beside it. The key asks for your fingerprint, your face or its PIN."}


class Spoken:
    """Gives the fields of a library's form our labels; a placeholder that repeats a label is left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = LABELS.get(name) or PASSWORDS.get(str(field.label), field.label)
            field.help_text = HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class Login(Spoken, account.LoginForm): ...


class SignUp(Spoken, account.SignupForm): ...


class AddEmail(Spoken, account.AddEmailForm): ...


class ChangeEmail(Spoken, account.ChangeEmailForm): ...


class ChangePassword(Spoken, account.ChangePasswordForm): ...


class SetPassword(Spoken, account.SetPasswordForm): ...


class ResetPassword(Spoken, account.ResetPasswordForm): ...


class ResetPasswordKey(Spoken, account.ResetPasswordKeyForm): ...


class RequestLoginCode(Spoken, account.RequestLoginCodeForm): ...


class AddKey(Spoken, AddWebAuthnForm): ...


class MfaAdapter(DefaultMFAAdapter):
    """Names a new key by what it is."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"
