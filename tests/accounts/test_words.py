"""What the pages of an account say after an act, in the portal's own words."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages

from tests.accounts.conftest import PASSWORD

SECOND = "o'second@example.org"


@pytest.fixture
def act(member, client):
    """Return a function that sends a form of the signed-in member and returns what was said."""
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    def sent(path, **form):
        answer = client.post(path, form)
        return [str(note) for note in get_messages(answer.wsgi_request)][-1:]

    return sent


def test_addresses(act, member, code_for):
    assert act("/accounts/email/", action_add="", email=SECOND) == [f"We have sent a code to {SECOND}."]
    assert act("/accounts/confirm-email/", code=code_for(SECOND)) == [f"{SECOND} is verified."]
    assert act("/accounts/email/", action_remove="", email=member.email) == [
        f"{member.email} is your primary address and cannot be removed. Please make another address the primary one first."
    ]
    assert act("/accounts/email/", action_primary="", email=SECOND) == [
        "Your primary address is changed. The portal writes to it from now on."
    ]
    assert act("/accounts/email/", action_remove="", email=member.email) == [f"{member.email} is removed from your account."]
    assert set(EmailAddress.objects.filter(user=member).values_list("email", "primary")) == {(SECOND, True)}


def test_an_address_that_is_not_verified_does_not_become_the_primary_one(act, member):
    EmailAddress.objects.create(user=member, email=SECOND)
    assert act("/accounts/email/", action_primary="", email=SECOND) == [
        "Only a verified address can be the primary one. Please verify it first."
    ]
    assert not EmailAddress.objects.get(email=SECOND).primary


def test_passwords_codes_and_sessions(act, member, client, browser):
    new = "another-password-7"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert act("/accounts/password/change/", **form) == ["Your password is changed."]
    assert act("/accounts/sessions/") == ["All your other sessions are signed out."]
    answer = client.post("/accounts/logout/", follow=True)
    assert "You are signed out." in answer.content.decode()
    answer = client.post("/accounts/login/", {"login": member.email, "password": new}, follow=True)
    assert f"You are signed in as {member.name}." in answer.content.decode()
    answer = browser().post("/accounts/login/code/", {"email": member.email}, follow=True)
    assert f"We have sent a sign-in code to {member.email}." in answer.content.decode()
