"""Django's forms in our words, where no form of ours says it itself."""

from django.core.validators import EmailValidator
from django.forms import Field


def speak() -> None:
    """Say in one place, for every form, that something is missing or is no address."""
    Field.default_error_messages["required"] = "Please fill this in."
    EmailValidator.message = "This is not an e-mail address. It looks like name@hospital.org."
