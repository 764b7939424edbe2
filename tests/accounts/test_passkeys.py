"""Passkeys: added, used alone, told by e-mail, removed; what no key answered is refused in words, at every door for keys."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from lhs_k12 import settings as house
from lhs_k12.sign_in import NO_ANSWER, NOT_KNOWN, NOT_TAKEN
from programs.models import Email
from tests.accounts.conftest import PASSWORD, is_in
from tests.accounts.soft_key import SoftKey

ADD, SIGN_IN, SECOND_STEP = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/", "/accounts/2fa/authenticate/"
REAUTHENTICATE = "/accounts/2fa/webauthn/reauthenticate/"


@pytest.fixture
def browser(settings, db):
    """Return a function that opens another browser at an address."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "portal.example.org"]
    return lambda host="localhost": Client(SERVER_NAME=host)


@pytest.fixture
def signed_in(member, browser):
    """The member, who has proved a moment ago to know the password."""
    client = browser()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def asked_by(client):
    """Return the question of the page that adds a key."""
    return client.get(ADD).context["js_data"]["creation_options"]


def question(client):
    """Return the question of a sign-in with a key alone."""
    return client.get(SIGN_IN, HTTP_ACCEPT="application/json").json()["request_options"]


def add(client, key, name="Blue key", **more):
    return client.post(ADD, {"name": name, "credential": key.register(asked_by(client)), "passwordless": "on"}, **more)


def use(client, key, person, **more):
    return client.post(SIGN_IN, {"credential": key.sign_in(question(client), person), **more})


def said(answer):
    return answer.content.decode().replace("&#x27;", "'")


def test_a_key_is_added_signs_in_alone_is_listed_and_removed(signed_in, browser, member, django_capture_on_commit_callbacks):
    key = SoftKey()
    assert asked_by(signed_in)["publicKey"]["rp"] == {"id": "localhost", "name": "LHS K12 Portal"}
    assert add(signed_in, key)["Location"] == "/accounts/2fa/recovery-codes/"
    [told] = Email.objects.filter(kind="webauthn_added")
    assert (told.to, told.subject) == (member.email, "A passkey or security key was added")
    assert "A passkey or security key was added to your account." in told.text

    another = browser()
    answer = use(another, key, member, next="/accounts/profile/")
    assert answer["Location"] == "/accounts/profile/"
    assert is_in(another)
    listed = said(another.get("/accounts/2fa/webauthn/"))
    assert "Blue key" in listed
    assert "last used" in listed

    pk = Authenticator.objects.get(type="webauthn").pk
    signed_in.post(f"/accounts/2fa/webauthn/keys/{pk}/edit/", {"name": "Red key"})
    assert "Red key" in said(signed_in.get("/accounts/2fa/webauthn/"))
    answer = signed_in.post(f"/accounts/2fa/webauthn/keys/{pk}/remove/", follow=True)
    assert "The key was removed." in said(answer)
    [told] = Email.objects.filter(kind="webauthn_removed")
    assert (told.to, told.subject) == (member.email, "A passkey or security key was removed")
    assert not Authenticator.objects.exists()  # its recovery codes went with the last second step

    later = browser()
    answer = later.get(use(later, key, member)["Location"])
    assert NOT_KNOWN in said(answer)
    assert not is_in(later)


@pytest.mark.parametrize(
    ("host", "scheme"),
    [("evil.example.org", "https"), ("portal.example.org", "https"), ("localhost", "ftp"), ("127.0.0.1", "http")],
)
def test_a_key_that_answers_at_another_address_is_not_taken(signed_in, host, scheme):
    answer = add(signed_in, SoftKey(host, scheme))
    assert (answer.status_code, NOT_TAKEN in said(answer)) == (200, True)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(("scheme", "taken"), [("https", True), ("http", False)])
def test_a_deployment_takes_keys_over_https_only(member, browser, scheme, taken):
    assert house.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is False
    client = browser("portal.example.org")
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add(client, SoftKey("portal.example.org", scheme))
    assert Authenticator.objects.filter(type="webauthn").exists() == taken


def test_a_key_opens_only_the_account_it_was_added_to_and_an_answer_opens_it_once(signed_in, browser, member, director):
    key = SoftKey()
    add(signed_in, key)
    for wrong, person in ((SoftKey(), member), (key, director)):
        client = browser()
        answer = client.get(use(client, wrong, person)["Location"])
        assert (NOT_KNOWN in said(answer), is_in(client)) == (True, False)
    forged = SoftKey()
    forged.name = key.name  # claims to be the key, and cannot sign as it
    client = browser()
    use(client, forged, member)
    assert not is_in(client)
    once = key.sign_in(question(client), member)
    client.post(SIGN_IN, {"credential": once})
    assert is_in(client)
    for reader in (client, browser()):
        reader.post("/accounts/logout/")
        reader.post(SIGN_IN, {"credential": once})
        assert not is_in(reader)


def test_a_key_is_a_second_step_and_a_proof(signed_in, browser, member):
    key = SoftKey()
    add(signed_in, key)
    client = browser()
    assert client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})["Location"] == SECOND_STEP
    options = client.get(SECOND_STEP).context["js_data"]["request_options"]
    answer = client.post(SECOND_STEP, {"credential": SoftKey().sign_in(options, member)})
    assert (NOT_KNOWN in said(answer), is_in(client)) == (True, False)
    options = client.get(SECOND_STEP).context["js_data"]["request_options"]
    client.post(SECOND_STEP, {"credential": key.sign_in(options, member)})
    assert is_in(client)
    options = client.get(REAUTHENTICATE).context["js_data"]["request_options"]
    answer = client.post(REAUTHENTICATE, {"credential": key.sign_in(options, member), "next": ADD})
    assert answer["Location"] == ADD


def of(**response):
    """Return an answer in the shape of a key's, with these parts."""
    return json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response})


FORGED = [
    "x", "7", '"x"', '{"id": 1}', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}', of(clientDataJSON="!!"),
    of(clientDataJSON="e30", attestationObject="oA", authenticatorData="YQ", signature="YQ", userHandle="MQ"),
    of(clientDataJSON="e30", authenticatorData="YQ", signature="YQ", userHandle="ÿ"),
]  # fmt: skip


def test_what_no_key_answered_is_refused_in_words_at_every_door(signed_in, browser, member):
    add(signed_in, SoftKey())
    waiting = browser()
    waiting.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    held = Authenticator.objects.count()
    for credential, words in [*((forged, None) for forged in FORGED), ("", NO_ANSWER), ("[]", NO_ANSWER)]:
        cache.clear()  # the limits of attempts are held elsewhere
        stranger = browser()
        question(stranger)
        answers = [
            (stranger.post(SIGN_IN, {"credential": credential}, follow=True), NOT_KNOWN),
            (waiting.post(SECOND_STEP, {"credential": credential}), NOT_KNOWN),
            (signed_in.post(REAUTHENTICATE, {"credential": credential}, follow=True), NOT_KNOWN),
            (signed_in.post(ADD, {"name": "x", "credential": credential}), NOT_TAKEN),
        ]
        assert [(answer.status_code, (words or usual) in said(answer)) for answer, usual in answers] == [(200, True)] * 4, (
            credential
        )
        assert not is_in(stranger)
        assert not is_in(waiting)
    assert Authenticator.objects.count() == held
