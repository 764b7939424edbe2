"""People for tests."""

import time

import factory
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a verified look but no password: tests sign in by force."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    institution = "Harbor University"
    division = "General Medicine"


def totp_code(secret, steps=0):
    """Return the code that an authenticator app shows for a secret, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + steps))
