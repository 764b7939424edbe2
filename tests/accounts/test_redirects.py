"""S11: every door of sign-in follows `next` within the portal only, whatever it is made of."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret

from tests.accounts.conftest import PASSWORD, is_in
from tests.factories.accounts import totp_code

pytestmark = pytest.mark.both
NEW = "new@example.org"


def password(browser, member, target):
    return browser.post("/accounts/login/", {"login": member.email, "password": PASSWORD, "next": target})


def second_step(browser, member, target):
    secret = generate_totp_secret()
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={"secret": secret})
    asked = password(browser, member, target)
    assert asked["Location"].startswith("/accounts/2fa/authenticate/")
    return browser.post(asked["Location"], {"code": totp_code(secret), "next": target})


def code(browser, member, target, code_for):
    asked = browser.post("/accounts/login/code/", {"email": member.email, "next": target})
    assert asked["Location"].startswith("/accounts/login/code/confirm/")
    return browser.post(asked["Location"], {"code": code_for(member.email), "next": target})


def new_account(browser, member, target, code_for):
    asked = browser.post("/accounts/signup/", {"name": "Nadia Brown", "email": NEW, "password1": PASSWORD, "next": target})
    assert asked["Location"].startswith("/accounts/confirm-email/")
    return browser.post(asked["Location"], {"code": code_for(NEW), "next": target})


def reauthentication(browser, member, target):
    password(browser, member, "")
    return browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": target})


def sign_out(browser, member, target):
    password(browser, member, "")
    return browser.post("/accounts/logout/", {"next": target})


DOORS = [password, second_step, code, new_account, reauthentication, sign_out]
TARGETS = [
    "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "http:///evil.example",
    "javascript:alert(1)", "/%0d%0aLocation:x", "/\r\nLocation: https://evil.example", "/\t/evil.example", "https://testserver@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("door", DOORS)
def test_no_door_leads_out_of_the_portal(browser, member, code_for, door, target):
    asked = browser()
    answer = door(asked, member, target, *([code_for] if door in (code, new_account) else []))
    assert answer.status_code == 302
    # Within the portal: one stroke, then no other stroke of any kind and no sign that a browser would leave out.
    assert re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", answer["Location"])
    assert is_in(asked) is (door is not sign_out)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_leads_to_where_the_person_was_going(browser, member, code_for, door):
    answer = door(browser(), member, "/calls/", *([code_for] if door in (code, new_account) else []))
    assert answer["Location"] == "/calls/"
