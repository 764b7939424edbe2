"""What the tests of sign-in share: a person who can sign in, a browser, and the code in the last e-mail."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from programs.models import Email

PASSWORD = "correct-horse-battery-9"
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)


@pytest.fixture
def member(stranger):
    """A person with a verified address and a password."""
    stranger.set_password(PASSWORD)
    stranger.save()
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    return stranger


@pytest.fixture
def browser(db):
    """Return a function that opens another browser."""
    return Client


@pytest.fixture
def code_for(db):
    """Return the code in the last e-mail to an address."""

    def last(address):
        email = Email.objects.filter(to=address).order_by("-pk").first()
        return CODE.search(email.text)[1]

    return last


@pytest.fixture
def sign_up(db):
    """Return a function that fills in the form of the sign-up page."""

    def fill_in(browser, email, password=PASSWORD, name="Nadia Brown", following=""):
        return browser.post(
            "/accounts/signup/", {"name": name, "email": email, "password1": password, **({"next": following} if following else {})}
        )

    return fill_in


def is_in(browser):
    """Say whether a browser is signed in, by its session and by what a page answers."""
    return browser.get("/accounts/profile/").status_code == 200
