"""What the sign-in e-mails say: to whom, about what, the one fact that matters, the code or the link."""

import re
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.models import User
from programs.models import Email
from tests.accounts.conftest import CODE, PASSWORD
from tests.accounts.soft_key import SoftKey
from tests.factories.accounts import totp_code

SITE = "http://127.0.0.1:8000"
FOOT = "LHS K12 Portal, 127.0.0.1:8000"


@pytest.fixture
def the_mail(db):
    """Return the one e-mail of a kind, after looking at what all of them have in common."""

    def one(kind):
        mail = Email.objects.get(kind=kind)
        assert mail.text.endswith(FOOT)
        assert "{{" not in mail.text
        assert "  " not in mail.text
        assert " ." not in mail.text
        assert mail.forget_text
        return mail

    return one


@pytest.fixture
def signed_in(member, client):
    """The member, signed in with the password a moment ago."""
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    return client


def lives(mail):
    """Return how long after it was written an e-mail is still sent."""
    return mail.expires_at and mail.expires_at - mail.created_at


def test_a_code_or_link_is_not_sent_once_it_opens_nothing(browser, sign_up, member, the_mail):
    sign_up(browser(), "new@example.org")
    browser().post("/accounts/login/code/", {"email": member.email})
    browser().post("/accounts/password/reset/", {"email": member.email})
    sign_up(browser(), member.email)
    assert lives(the_mail("email_confirmation_signup")) == timedelta(minutes=15)
    assert lives(the_mail("login_code")) == timedelta(minutes=3)
    assert lives(the_mail("password_reset_key")) == timedelta(days=3)
    assert lives(the_mail("account_already_exists")) is None


def test_the_longest_address_signs_up_and_asks_for_a_code(client, browser, sign_up, the_mail):
    address = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.org"
    assert sign_up(client, address)["Location"] == "/accounts/confirm-email/"
    assert the_mail("email_confirmation_signup").to == address
    assert browser().post("/accounts/login/code/", {"email": address}).status_code == 302
    assert the_mail("login_code").to == address


def test_a_sign_up_brings_a_code(client, sign_up, the_mail):
    sign_up(client, "new@example.org")
    mail = the_mail("email_confirmation_signup")
    assert (mail.to, mail.subject) == ("new@example.org", "Please confirm your e-mail address")
    assert "the code that confirms your e-mail address" in mail.text
    assert CODE.search(mail.text)


def test_a_sign_up_with_a_known_address_says_so_to_its_owner(client, sign_up, member, the_mail):
    sign_up(client, member.email)
    mail = the_mail("account_already_exists")
    assert (mail.to, mail.subject) == (member.email, "You have an account already")
    assert f"tried to create an account with {member.email}. You can" in mail.text
    assert "/accounts/password/reset/" in mail.text
    assert re.search(r"^http://\S+/accounts/login/code/$", mail.text, re.MULTILINE)


def test_whoever_signs_up_twice_before_confirming_is_led_to_a_code_that_confirms(client, browser, sign_up, the_mail, call):
    """The page says the same whether there is an account or not, so the e-mail must hold the way on."""
    start = f"/applications/start/{call.pk}/"
    sign_up(client, "new@example.org")
    cache.clear()  # some minutes later: an address is written to once in three
    again = browser()
    page = again.get(sign_up(again, "new@example.org", following=start)["Location"]).content.decode()
    assert "If there is an account with this address already, the e-mail says how to sign in instead." in page
    mail = the_mail("account_already_exists")
    [way] = re.findall(r"^http://[^/]+(/accounts/login/code/\S*)$", mail.text, re.MULTILINE)
    form = again.get(way).content.decode()
    assert f'value="{start}"' in form
    again.post("/accounts/login/code/", {"email": "new@example.org", "next": start})
    answer = again.post("/accounts/login/code/confirm/", {"code": CODE.search(the_mail("login_code").text)[1], "next": start})
    assert answer["Location"] == start
    assert EmailAddress.objects.get(email="new@example.org").verified


def test_a_code_for_an_unknown_address_says_so_to_whoever_reads_it(client, the_mail):
    client.post("/accounts/login/code/", {"email": "nobody@example.org"})
    mail = the_mail("unknown_account")
    assert (mail.to, mail.subject) == ("nobody@example.org", "There is no account with this address")
    assert "asked to sign in with nobody@example.org. You may" in mail.text
    assert re.search(r"^http://\S+/accounts/signup/$", mail.text, re.MULTILINE)


def test_a_sign_in_code(client, member, the_mail):
    client.post("/accounts/login/code/", {"email": member.email})
    mail = the_mail("login_code")
    assert (mail.to, mail.subject) == (member.email, "Your sign-in code")
    assert "We never ask for a code by telephone or e-mail." in mail.text
    client.post("/accounts/login/code/confirm/", {"code": CODE.search(mail.text)[1]})
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_reset_brings_a_link_that_works_once(client, member, the_mail):
    client.post("/accounts/password/reset/", {"email": member.email})
    mail = the_mail("password_reset_key")
    assert (mail.to, mail.subject) == (member.email, "Choose a new password")
    [link] = re.findall(r"^http://[^/]+(/accounts/password/reset/key/\S+)$", mail.text, re.MULTILINE)
    form = client.get(link)["Location"]
    client.post(form, {"password1": "another-password-7", "password2": "another-password-7"})
    assert User.objects.get(pk=member.pk).check_password("another-password-7")
    assert client.get(link).status_code == 200  # the page that says that the link was used


def test_a_second_address_is_confirmed_by_a_code(signed_in, the_mail):
    signed_in.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    mail = the_mail("email_confirmation")
    assert (mail.to, mail.subject) == ("second@example.org", "Please confirm your e-mail address")
    signed_in.post("/accounts/confirm-email/", {"code": CODE.search(mail.text)[1]})
    assert EmailAddress.objects.get(email="second@example.org").verified


def test_a_change_of_the_password_is_told_with_where_it_came_from(signed_in, member, the_mail):
    new = "another-password-7"
    signed_in.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, HTTP_USER_AGENT="Firefox"
    )
    mail = the_mail("password_changed")
    assert (mail.to, mail.subject) == (member.email, "Your password was changed")
    assert "- Internet address: 127.0.0.1\n- Browser: Firefox\n- Time: " in mail.text
    assert "please reset your password at once and write to the programme office" in mail.text


def test_another_primary_address_is_told_to_the_old_one(signed_in, member, the_mail):
    EmailAddress.objects.create(user=member, email="second@example.org", verified=True)
    signed_in.post("/accounts/email/", {"action_primary": "", "email": "second@example.org"})
    mail = the_mail("email_changed")
    assert (mail.to, mail.subject) == (member.email, "Your e-mail address was changed")
    assert f"was changed from {member.email} to second@example.org." in mail.text


def test_a_removed_address_is_told(signed_in, member, the_mail):
    EmailAddress.objects.create(user=member, email="second@example.org", verified=True)
    signed_in.post("/accounts/email/", {"action_remove": "", "email": "second@example.org"})
    mail = the_mail("email_deleted")
    assert (mail.to, mail.subject) == (member.email, "An e-mail address was removed")
    assert "The e-mail address second@example.org was removed from your account." in mail.text


def test_a_reset_password_is_told(client, member, the_mail):
    client.post("/accounts/password/reset/", {"email": member.email})
    [link] = re.findall(r"^http://[^/]+(/accounts/password/reset/key/\S+)$", the_mail("password_reset_key").text, re.MULTILINE)
    client.post(client.get(link)["Location"], {"password1": "another-password-7", "password2": "another-password-7"})
    mail = the_mail("password_reset")
    assert (mail.to, mail.subject) == (member.email, "Your password was reset")


def test_an_app_for_codes_that_is_set_up_and_taken_off_is_told(signed_in, member, the_mail, django_capture_on_commit_callbacks):
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = signed_in.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = totp_code(secret)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post("/accounts/2fa/totp/activate/", {"code": code})
    assert the_mail("totp_activated").to == member.email
    signed_in.post("/accounts/2fa/totp/deactivate/")
    assert the_mail("totp_deactivated").to == member.email
    assert "An authenticator app was added to your account." in the_mail("totp_activated").text
    assert "The authenticator app was removed from your account." in the_mail("totp_deactivated").text


def test_a_first_password_is_told(client, member, the_mail):
    member.set_unusable_password()
    member.save()
    client.post("/accounts/login/code/", {"email": member.email})
    client.post("/accounts/login/code/confirm/", {"code": CODE.search(the_mail("login_code").text)[1]})
    client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)
    mail = the_mail("password_set")
    assert (mail.to, mail.subject) == (member.email, "A password was set")
    assert "A password was set for your account." in mail.text


def test_keys_and_new_recovery_codes_are_told(client, member, the_mail, django_capture_on_commit_callbacks):
    for path, form in (("login", {"login": member.email, "password": PASSWORD}), ("reauthenticate", {"password": PASSWORD})):
        client.post(f"/accounts/{path}/", form, SERVER_NAME="localhost")
    options = client.get("/accounts/2fa/webauthn/add/", SERVER_NAME="localhost").context["js_data"]["creation_options"]
    client.post(
        "/accounts/2fa/webauthn/add/", {"name": "Key", "credential": SoftKey().register(options)},
        SERVER_NAME="localhost", HTTP_USER_AGENT="Firefox",
    )  # fmt: skip
    mail = the_mail("webauthn_added")
    assert (mail.to, mail.subject) == (member.email, "A passkey or security key was added")
    assert "- Internet address: 127.0.0.1\n- Browser: Firefox\n- Time: " in mail.text
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    mail = the_mail("recovery_codes_generated")
    assert (mail.to, mail.subject) == (member.email, "New recovery codes were made")
    assert "The old ones do not work any more." in mail.text
    client.post(f"/accounts/2fa/webauthn/keys/{Authenticator.objects.get(type='webauthn').pk}/remove/")
    mail = the_mail("webauthn_removed")
    assert (mail.to, mail.subject) == (member.email, "A passkey or security key was removed")
    assert "A passkey or security key was removed from your account." in mail.text


@pytest.mark.parametrize("what", ["connected", "disconnected"])
def test_a_service_that_may_sign_in_is_told(rf, member, the_mail, what):
    with request_context(rf.get("/", HTTP_USER_AGENT="Firefox")):
        get_adapter().send_notification_mail(
            f"socialaccount/email/account_{what}", member, context={"provider": "Harbor University"}
        )
    mail = the_mail(f"account_{what}")
    assert (mail.to, mail.subject) == (member.email, f"A way to sign in was {what}")
    assert f"Signing in with Harbor University was {what}" in mail.text
