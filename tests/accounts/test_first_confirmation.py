"""Who signs up with somebody else's address gains nothing: the account belongs to whoever confirms the address."""

import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection

from accounts.models import User
from accounts.workflow import open_account
from programs import workflow
from programs.models import Email, Membership
from tests.accounts.conftest import PASSWORD, is_in

COLLEAGUE = "colleague@example.org"
SQUATTERS = "squatters-password-1"


@pytest.fixture
def squatter(browser, sign_up):
    """A browser in which somebody has signed up with the colleague's address and waits at the page for the code."""
    squatting = browser()
    answer = sign_up(squatting, COLLEAGUE, password=SQUATTERS, name="Somebody Else")
    assert answer["Location"].startswith("/accounts/confirm-email/")
    assert User.objects.get(email=COLLEAGUE).check_password(SQUATTERS)
    return squatting


@pytest.fixture
def connected(squatter):
    """The squatter's own ORCID, connected with the account."""
    return SocialAccount.objects.create(user=User.objects.get(email=COLLEAGUE), provider="orcid", uid="0000-0002-1825-0097")


def sign_in_by_code(browser, code_for, address=COLLEAGUE):
    cache.clear()  # of the limits on how often a code may be asked for
    browser.post("/accounts/login/code/", {"email": address})
    return browser.post("/accounts/login/code/confirm/", {"code": code_for(address)}, follow=True)


def sign_in_by_password(browser, password, address=COLLEAGUE):
    browser.post("/accounts/login/", {"login": address, "password": password})
    return is_in(browser)


def invite(program, director, at):
    return workflow.invite(program, email=COLLEAGUE, name="Colleen League", role="reviewer", by=director, at=at)


def test_whoever_signs_up_and_enters_the_code_there_keeps_the_password(browser, sign_up, code_for):
    mine = browser()
    sign_up(mine, COLLEAGUE)
    mine.post("/accounts/confirm-email/", {"code": code_for(COLLEAGUE)})
    assert is_in(mine)
    assert EmailAddress.objects.get(email=COLLEAGUE).verified
    assert sign_in_by_password(browser(), PASSWORD)


def test_whoever_enters_the_password_in_another_browser_and_then_the_code_keeps_it(browser, sign_up, code_for, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up(browser(), COLLEAGUE)
    another = browser()
    assert not sign_in_by_password(another, PASSWORD)
    another.post("/accounts/confirm-email/", {"code": code_for(COLLEAGUE)})
    assert is_in(another)
    assert sign_in_by_password(browser(), PASSWORD)


def test_a_sign_in_by_code_drops_the_password_of_another_browser(squatter, connected, browser, code_for):
    owner = browser()
    page = sign_in_by_code(owner, code_for)
    assert is_in(owner)
    assert "It is no longer valid" in page.content.decode()
    user = User.objects.get(email=COLLEAGUE)
    assert not user.has_usable_password()
    assert not SocialAccount.objects.exists()
    assert not sign_in_by_password(browser(), SQUATTERS)
    assert not sign_in_by_password(squatter, SQUATTERS)


def test_a_second_sign_in_by_code_leaves_the_own_password(browser, member, code_for):
    sign_in_by_code(browser(), code_for, member.email)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_a_reset_drops_the_password_and_the_services_of_another_browser(squatter, connected, browser, code_for, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    owner = browser()
    owner.post("/accounts/password/reset/", {"email": COLLEAGUE})
    text = Email.objects.filter(to=COLLEAGUE, kind="password_reset_key").get().text
    [link] = [line for line in text.split() if "/password/reset/key/" in line]
    form = owner.get(link[link.index("/accounts/") :])["Location"]
    owner.post(form, {"password1": "the-owners-own-one-7", "password2": "the-owners-own-one-7"})
    # The browser that signed up is out before anybody has signed in.
    assert (
        squatter.post("/accounts/confirm-email/", {"action": "change", "email": "mine@example.org"})["Location"]
        == "/accounts/login/"
    )
    owner.post("/accounts/login/", {"login": COLLEAGUE, "password": "the-owners-own-one-7"})
    owner.post("/accounts/confirm-email/", {"code": code_for(COLLEAGUE)})
    assert is_in(owner)
    assert User.objects.get().check_password("the-owners-own-one-7")
    assert not SocialAccount.objects.exists()
    assert not sign_in_by_password(browser(), SQUATTERS)


def test_an_invitation_drops_what_a_stranger_set_up(squatter, connected, browser, code_for, program, director, at):
    stale = browser()
    stale.force_login(User.objects.get(email=COLLEAGUE))
    assert is_in(stale)
    membership = invite(program, director, at)
    user = membership.user
    assert User.objects.get(email=COLLEAGUE) == user
    assert user.name == "Colleen League"
    assert not user.has_usable_password()
    assert not SocialAccount.objects.exists()
    assert not is_in(stale)
    assert not sign_in_by_password(browser(), SQUATTERS)
    owner = browser()
    sign_in_by_code(owner, code_for)
    assert is_in(owner)
    assert not sign_in_by_password(squatter, SQUATTERS)
    assert [(role.user, role.role) for role in Membership.objects.filter(user=user)] == [(user, "reviewer")]


@pytest.mark.parametrize("form", [{"action": "change", "email": "mine@example.org"}, {"action": "resend"}, {"code": "AAA-AAA"}])
def test_a_sign_up_that_waits_for_its_code_ends_with_the_invitation(form, squatter, program, director, at):
    invite(program, director, at)
    before = Email.objects.count()
    answer = squatter.post("/accounts/confirm-email/", form, follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/"
    assert "This account has changed" in answer.content.decode()
    assert User.objects.filter(email=COLLEAGUE).count() == 1
    assert not EmailAddress.objects.filter(email="mine@example.org").exists()
    assert Email.objects.count() == before


def test_an_invitation_while_the_owner_types_a_code_asks_for_another_one(squatter, program, director, browser, code_for, at):
    owner = browser()
    owner.post("/accounts/login/code/", {"email": COLLEAGUE})
    code = code_for(COLLEAGUE)
    invite(program, director, at)
    assert owner.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/accounts/login/code/"
    assert not is_in(owner)
    sign_in_by_code(owner, code_for)
    assert is_in(owner)


def test_an_invitation_leaves_a_confirmed_account_as_it_is(member, browser, program, director, at):
    mine = browser()
    assert sign_in_by_password(mine, PASSWORD, member.email)
    membership = workflow.invite(program, email=member.email.upper(), name="Another Name", role="reviewer", by=director, at=at)
    assert membership.user == member
    assert membership.user.name == member.name
    assert is_in(mine)
    assert UserSession.objects.filter(user=member).count() == 1


def test_a_name_that_another_programme_knows_is_not_overwritten(program, other_program, director, other_director, stranger, at):
    """Unconfirmed as it is: the other programme's lists and letters name the person so."""
    workflow.invite(other_program, email="new@example.org", name="Nadia Brown", role="reviewer", by=other_director, at=at)
    membership = workflow.invite(program, email="New@example.org", name="Nobody", role="reviewer", by=director, at=at)
    assert membership.user.name == User.objects.get(email="new@example.org").name == "Nadia Brown"
    own = workflow.invite(program, email="new@example.org", name="Nobody", role="committee", by=director, at=at)
    assert own.user.name == "Nadia Brown"
    unknown = workflow.invite(program, email=stranger.email, name="Sam Stranger", role="reviewer", by=director, at=at)
    assert unknown.user.name == "Sam Stranger"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_who_invite_a_new_address_at_once_get_one_account():
    for number in range(10):
        meet, found = threading.Barrier(2), []

        def invite(name, number=number, meet=meet, found=found):
            meet.wait(timeout=20)
            try:
                found.append(open_account(email=f"new{number}@example.org", name=name).pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=invite, args=[name]) for name in ("Nadia", "Nadia Brown")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert len(found) == 2
        assert len(set(found)) == 1
    assert User.objects.count() == EmailAddress.objects.count() == 10


def test_an_address_confirmed_as_a_second_one_leads_to_its_account(member, at):
    EmailAddress.objects.create(user=member, email="second@example.org", verified=True)
    assert open_account(email="Second@example.org ", name="Another Name") == member
    assert User.objects.count() == 1


def test_an_unconfirmed_account_loses_its_second_factor_and_its_sessions(stranger, client):
    Authenticator.objects.create(user=stranger, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(stranger)
    UserSession.objects.create(user=stranger, ip="127.0.0.1", session_key=client.session.session_key, user_agent="x")
    open_account(email=stranger.email, name="Sam")
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()
    assert not is_in(client)
