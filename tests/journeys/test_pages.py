"""What only a browser can show: that the page of a sealed link waits for a person, and that a key answers the portal."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lhs_k12.sign_in import NOT_KNOWN
from programs import links
from programs.models import Email, HistoryEntry
from tests.chromium import NEEDED
from tests.factories.accounts import totp_code
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.journeys.looking import faults_of

pytestmark = NEEDED


@pytest.mark.parametrize(
    ("promise", "purpose"),
    [
        pytest.param(SponsorCommitmentFactory, "sponsors:answer", marks=pytest.mark.both, id="sponsor"),
        pytest.param(MentorAgreementFactory, "mentors:answer", id="mentor"),
        pytest.param(ChairCommitmentFactory, "mentors:chair_answer", id="chair"),
    ],
)
def test_the_page_of_a_sealed_link_waits_for_a_person(live_server, window, transactional_db, asking, applicant, promise, purpose):
    """S7: a scanner that runs scripts opens the link, waits, and looks at everything; nothing is sent and nothing answered."""
    asked, now = promise(call=asking, applicant=applicant), timezone.now()
    link = links.seal(asked, purpose=purpose, email=asked.email, at=now, expires_at=now + timedelta(days=9))
    sent, said = [], []
    window.on("request", lambda request: sent.append(f"{request.method} {request.url}") if request.method != "GET" else None)
    window.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    window.on("pageerror", lambda fault: said.append(str(fault)))
    address = links.mint(link, at=now)
    for _ in range(2):
        window.goto(address, wait_until="networkidle")
        assert window.url == live_server.url + reverse(purpose, args=[link.public_id])
        assert window.get_by_role("button", name="Send my answer").is_visible()
    window.mouse.wheel(0, 5000)
    window.keyboard.press("Tab")
    window.wait_for_timeout(300)
    assert (sent, said) == ([], [])
    assert faults_of(window, purpose) == []
    window.goto("about:blank")  # what a page sends when it is left
    assert sent == []
    asked.refresh_from_db()
    assert (asked.state, asked.opened_at is None) == ("asked", False)
    assert HistoryEntry.objects.count() == 0


PASSWORD = "a-long-walk-by-the-harbor"
# A telephone or a computer that knows its owner and keeps the key.
OWN_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def owner(window, live_server, transactional_db, stranger):
    """Somebody with a password, signed in at a browser; `faults` gathers what its console says and what is wrong with its pages."""
    stranger.set_password(PASSWORD)
    stranger.save()
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    return Owner(window, live_server.url, stranger)


class Owner:
    """What a person does with the pages that protect an account."""

    def __init__(self, page, base, user):
        self.page, self.base, self.user, self.said, self.faults = page, base, user, [], []
        page.set_default_timeout(20000)
        page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda fault: self.said.append(str(fault)))
        self.go("/accounts/login/")
        self.fill(login=user.email, password=PASSWORD)
        self.press("Sign in")
        self.sees("My desk")

    def go(self, path):
        self.page.goto(self.base + path)
        if "/reauthenticate/" in self.page.url:
            self.fill(password=PASSWORD)
            self.press("Confirm")

    def fill(self, **fields):
        for name, words in fields.items():
            self.page.locator(f"input[name={name}]:visible").fill(words)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, heading):
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def look(self):
        """Keep what is wrong with the page that is open; axe measures with inline styles, which the policy rightly refuses."""
        heard = list(self.said)
        self.faults += faults_of(self.page, self.page.url) + heard
        self.said.clear()

    def sign_out(self):
        self.go("/accounts/logout/")
        self.press("Sign out")

    def told(self, kind):
        return [(mail.to, mail.subject) for mail in Email.objects.filter(kind=kind)]


def test_a_passkey_is_added_signs_in_alone_and_is_removed(owner):
    page, mail = owner.page, owner.user.email
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": OWN_KEY})
    for name, said in (("Blue key", "The key was added."), ("Once more", "This key is one of yours already.")):
        owner.go("/accounts/2fa/webauthn/add/")
        owner.fill(name=name)
        page.get_by_label("Sign in with this key alone").check()
        owner.press("Add the key")
        expect(page.get_by_text(said)).to_be_visible()
        owner.look()
    assert owner.told("webauthn_added") == [(mail, "A passkey or security key was added")]
    owner.sign_out()
    owner.go("/accounts/login/?next=/accounts/2fa/webauthn/")
    owner.press("Sign in with a passkey")
    owner.sees("Passkeys and security keys")
    expect(page.get_by_role("row").filter(has_text="Blue key")).to_contain_text("last used")
    owner.look()
    page.get_by_role("link", name="Remove…").click()
    page.get_by_role("link", name="Use a passkey or security key").click()
    expect(page.get_by_role("button", name="Use a passkey or security key")).to_be_visible()
    owner.look()
    owner.press("Use a passkey or security key")
    owner.press("Remove the key")
    expect(page.get_by_text("The key was removed.")).to_be_visible()
    assert owner.told("webauthn_removed") == [(mail, "A passkey or security key was removed")]
    owner.sign_out()
    owner.go("/accounts/login/")
    owner.press("Sign in with a passkey")
    expect(page.get_by_text(NOT_KNOWN)).to_be_visible()
    # No browser takes a key at an address of numbers: the page says so, and where it does.
    numbers = owner.base.replace("localhost", "127.0.0.1")
    page.goto(numbers + "/accounts/login/?next=/desk/")
    owner.press("Sign in with a passkey")
    expect(page.get_by_role("alert")).to_contain_text("Passkeys do not work at this address")
    assert page.get_by_role("alert").get_by_role("link").get_attribute("href") == owner.base + "/accounts/login/?next=/desk/"
    owner.look()
    assert owner.faults == []


def test_an_app_for_codes_and_its_recovery_codes(owner):
    page, mail = owner.page, owner.user.email
    owner.go("/accounts/2fa/totp/activate/")
    secret = page.get_by_label("The secret, if the app cannot read the picture").input_value()
    owner.fill(code=totp_code(secret))
    owner.look()
    owner.press("Set up the app")
    owner.sees("Recovery codes")
    codes = page.get_by_label("Unused codes").input_value().split()
    assert len(codes) == 10
    owner.look()
    assert owner.told("totp_activated") == [(mail, "An authenticator app was added")]
    for code, heading in ((codes[0], "My desk"), (codes[0], "One more step")):
        owner.sign_out()
        owner.go("/accounts/login/")
        owner.fill(login=mail, password=PASSWORD)
        owner.press("Sign in")
        owner.sees("One more step")
        owner.fill(code=code)
        owner.press("Sign in")
        owner.sees(heading)
    expect(page.get_by_text("This code is not right.").first).to_be_visible()
    owner.look()
    assert owner.faults == []
