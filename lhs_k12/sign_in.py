"""allauth's forms for signing in, with the labels of this house; an answer that no key gave is refused in words."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as keys
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core.exceptions import ValidationError

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
NO_CODE = "Please enter the code from the e-mail."
NO_ANSWER = "No key has answered. This needs JavaScript; every other way to sign in works without."
NOT_TAKEN = "The answer of this key could not be taken. Please try again."
NOT_KNOWN = "This key is not known here. Please use another one, or another way to sign in."
# What the library lets through when an answer is forged or cut short.
BROKEN = (ArithmeticError, AttributeError, InvalidSignature, LookupError, NotImplementedError, TypeError, ValueError, struct.error)


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


class SentCode(Spoken):
    """A form for a code from an e-mail; that nothing was typed is said in words of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = NO_CODE  # type: ignore[attr-defined]


class ConfirmAddressCode(SentCode, account.ConfirmEmailVerificationCodeForm): ...


class ConfirmLoginCode(SentCode, account.ConfirmLoginCodeForm): ...


@contextmanager
def refused_as(words: str) -> Iterator[None]:
    """Refuse with these words whatever is no right answer of a key: a wrong one, a forged one, one cut short."""
    try:
        yield
    except BROKEN as fault:
        raise ValidationError(words, code="incorrect_code") from fault
    except ValidationError as refusal:
        if refusal.code != "incorrect_code":  # that it was a lot in a short time is said as it is
            raise
        raise ValidationError(words, code="incorrect_code") from refusal


class KeyAnswer(Spoken):
    """A form that a script fills in with what a key answered; `refusal` is said of what no key of the kind asked for answers."""

    refusal = NOT_KNOWN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages.update(required=NO_ANSWER, invalid=self.refusal)  # type: ignore[attr-defined]


class AddKey(KeyAnswer, keys.AddWebAuthnForm):
    refusal = NOT_TAKEN

    def clean(self) -> dict[str, Any]:
        with refused_as(self.refusal):
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenameKey(Spoken, keys.EditWebAuthnForm): ...


class KnownKey(KeyAnswer):
    """A form that only a key of the account may answer."""

    def clean_credential(self) -> Authenticator:
        with refused_as(self.refusal):
            return super().clean_credential()  # type: ignore[misc]


class LoginKey(KnownKey, keys.LoginWebAuthnForm): ...


class SecondStepKey(KnownKey, keys.AuthenticateWebAuthnForm): ...


class ReauthenticateKey(KnownKey, keys.ReauthenticateWebAuthnForm): ...


class MfaAdapter(DefaultMFAAdapter):
    """Names a new key by what it is and the portal by its name; refusals say how to go on."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "An account with a second step keeps its addresses. Please remove the second step first.",
        "cannot_generate_recovery_codes": "Please set up the authenticator app or a key first.",
        "incorrect_code": "This code is not right. The app shows a new one every 30 seconds; a recovery code works once.",
        "unverified_email": "Please confirm your e-mail address first.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the host a key is bound to, and the name that the browser's question shows."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}
