"""Signing in and what protects it: codes, second factors, passkeys, sessions, and that nobody learns who has an account."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.urls import reverse

from programs import workflow
from programs.models import Email
from tests.accounts.conftest import PASSWORD, is_in
from tests.factories.accounts import totp_code


@pytest.fixture
def signed_in(member, client):
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD}, HTTP_USER_AGENT="Firefox on Linux")
    assert is_in(client)
    return client


@pytest.fixture
def protected(signed_in):
    """The member, who has set up an app for codes; and the secret of that app."""
    assert signed_in.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = signed_in.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = signed_in.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    assert answer["Location"].startswith("/accounts/2fa/")
    cache.clear()  # a code is taken once
    return signed_in, secret


def test_a_known_and_an_unknown_address_get_the_same_pages(browser, member):
    pages = []
    for address in (member.email, "nobody@example.org"):
        client = browser()
        first = client.post("/accounts/login/code/", {"email": address})
        page = client.get(first["Location"]).content.decode()
        wrong = client.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"}).content.decode()
        reset = client.post("/accounts/password/reset/", {"email": address})
        texts = [re.sub(r'value="\w{64}"', "", text).replace(address, "…") for text in (page, wrong)]
        pages.append((first.status_code, first["Location"], *texts, reset.status_code, reset["Location"]))
    assert pages[0] == pages[1]
    assert Email.objects.filter(to="nobody@example.org").values_list("kind", flat=True).distinct().get() == "unknown_account"


def test_the_third_wrong_code_asks_for_a_new_one_and_keeps_the_way(client, member):
    client.post("/accounts/login/code/", {"email": member.email, "next": "/calls/"})
    answers = [client.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA", "next": "/calls/"}) for _ in range(3)]
    assert answers[2]["Location"] == "/accounts/login/code/?next=%2Fcalls%2F"
    page = client.get(answers[2]["Location"]).content.decode()
    assert "Please ask for a new one." in page
    assert "Too many failed" not in page


def test_no_code_is_said_beside_the_field_and_is_no_attempt(client, member, code_for):
    client.post("/accounts/login/code/", {"email": member.email})
    for typed in ("AAAA-AAAA", "", "AAAA-AAAA", "", ""):
        page = client.post("/accounts/login/code/confirm/", {"code": typed})
    assert page.context["verify_form"].errors == {"code": ["Please enter the code from the e-mail."]}
    assert "Please enter the code from the e-mail." in page.content.decode()
    client.post("/accounts/login/code/confirm/", {"code": code_for(member.email)})
    assert is_in(client)


def test_an_app_for_codes_is_set_up_and_then_asked_for(protected, browser, member):
    _, secret = protected
    another = browser()
    answer = another.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(another)
    assert another.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(another)
    another.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert is_in(another)


@pytest.mark.parametrize(("steps", "opens"), [(-3, False), (-1, True), (1, True), (3, False)])
def test_a_code_counts_for_half_a_minute_longer_and_no_more(protected, browser, member, steps, opens):
    _, secret = protected
    another = browser()
    another.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    another.post("/accounts/2fa/authenticate/", {"code": totp_code(secret, steps)})
    assert is_in(another) is opens


def test_a_recovery_code_signs_in_once(protected, browser, member):
    mine, _ = protected
    mine.post("/accounts/2fa/recovery-codes/generate/")
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert len(codes) == 10
    assert codes[0] in mine.get("/accounts/2fa/recovery-codes/").content.decode()
    for expected in (True, False):
        cache.clear()
        another = browser()
        another.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
        another.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_in(another) is expected


def test_the_page_for_a_passkey_speaks_plainly(signed_in):
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = signed_in.get("/accounts/2fa/webauthn/add/").content.decode()
    assert 'value="My passkey"' in page
    assert "Sign in with this key alone" in page
    assert "Passwordless" not in page
    assert "mfa/js/webauthn.js" in page


def test_the_page_of_sessions_lists_browsers_and_ends_the_others(signed_in, browser, member):
    another = browser()
    another.post("/accounts/login/", {"login": member.email, "password": PASSWORD}, HTTP_USER_AGENT="Safari on a telephone")
    page = signed_in.get("/accounts/sessions/").content.decode()
    assert page.count("Firefox on Linux") == 1
    assert page.count("Safari on a telephone") == 1
    assert page.count("this browser") == 1
    signed_in.post("/accounts/sessions/")
    assert not is_in(another)
    assert is_in(signed_in)
    assert UserSession.objects.get().user == member


def test_an_invited_person_signs_in_with_a_code_and_sets_a_password(browser, code_for, program, director, at):
    workflow.invite(program, email="new@example.org", name="New Person", role="reviewer", by=director, at=at)
    client = browser()
    client.post("/accounts/login/code/", {"email": "new@example.org", "next": "/reviews/"})
    answer = client.post("/accounts/login/code/confirm/", {"code": code_for("new@example.org"), "next": "/reviews/"})
    assert answer["Location"] == "/reviews/"
    page = client.get("/reviews/").content.decode()
    assert "New Person" in page
    assert "no longer valid" not in page
    client.post("/accounts/password/set/", {"password1": "my-own-password-3", "password2": "my-own-password-3"})
    cache.clear()
    later = browser()
    later.post("/accounts/login/", {"login": "new@example.org", "password": "my-own-password-3"})
    assert is_in(later)


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_request_login_code", "account_email", "mfa_index"],
)
def test_the_pages_use_the_words_of_the_house(name, signed_in, browser):
    client = signed_in if name in ("account_email", "mfa_index") else browser()
    text = re.sub(r"<[^>]*>", " ", client.get(reverse(name)).content.decode())
    assert not re.search(r"\bEmail\b|\bemail\b|Master key|Passwordless|Too many failed|!", text)
