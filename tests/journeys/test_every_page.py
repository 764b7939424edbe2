"""Every page in a real browser: no serious finding of axe, nothing scrolls sideways on a phone, no fault in the console.

Where the matrix leads somebody goes by address. Pages that nobody goes to (what a form says of mistakes, every refusal, the steps
of signing in, the demo's doors) are answered to a request of the tests, which is taken back, and shown as they are, policy and all.
"""

import re
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.models import Application, Submission
from lhs_k12.demo import mailbox
from programs import links
from programs.models import Email, SealedLink
from scholars.models import Decision
from tests.attacks import world as worlds
from tests.attacks.asking import ask, signed_in
from tests.attacks.matrix import ROWS
from tests.attacks.matrix_of_libraries import SIGN_IN
from tests.chromium import NEEDED
from tests.factories.accounts import UserFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.journeys.looking import faults_of, readers
from tests.journeys.state_urls import ANSWERS

pytestmark = NEEDED
TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
PASSWORD = "a-long-walk-by-the-harbor"
WITH_A_KEY = {"mfa/webauthn/reauthenticate.html"}  # tests/journeys/test_pages.py looks at it, with a key
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.journeys.state_urls"


@pytest.fixture
def shown(window, live_server):
    """A function that shows an answer in the browser and keeps what is wrong with it; `faults` and `names` say what it saw."""
    return Shown(window, live_server.url)


class Shown:
    def __init__(self, window, base):
        self.window, self.base, self.faults, self.names, self.templates = window, base, [], [], set()
        window.on("pageerror", lambda fault: self.faults.append(f"{self.names[-1]}: {fault}"))

    def __call__(self, name, answer, code):
        """Show an answer, which must be a page with this status."""
        assert answer.status_code == code, f"{name} is {answer.status_code} {answer.headers.get('Location', '')}"
        assert is_page(answer), name
        self.names.append(name)
        self.templates |= {template.name for template in answer.templates}
        ANSWERS.append(answer)
        again = self.window.goto(f"{self.base}/shown/{len(ANSWERS) - 1}/")
        assert again.status == code
        assert again.headers["content-security-policy"] == answer.headers["Content-Security-Policy"]
        # In one of the two: what is coloured otherwise than on the pages of the matrix, such as mistakes, is on many of these.
        self.faults += faults_of(self.window, name, dark=in_the_dark(name))


def as_member(page, world, member, base):
    """Give the browser the session of a member of the cast."""
    page.context.clear_cookies()
    if member == "anonymous":
        return
    client = Client()
    client.force_login(world.people[member])
    page.context.add_cookies(
        [
            {
                "name": django_settings.SESSION_COOKIE_NAME,
                "value": client.cookies[django_settings.SESSION_COOKIE_NAME].value,
                "url": base,
            }
        ]
    )


def is_page(answer):
    return "text/html" in answer.headers.get("Content-Type", "") and b"<html" in answer.content


def mistakes(world):
    """Yield (name, answer) for every form of the portal that answers an empty one, or one that comes too late, with a page."""
    for name, row in {**ROWS, **SIGN_IN}.items():
        member = next((who for code in (200, 409) for who in reversed(worlds.CAST) if row.post[who] == code), None)
        if member is not None:
            cache.clear()
            answer, _ = ask(signed_in(world, member), "post", row.address(name, world), row.form(world))
            if is_page(answer):
                yield f"{name} sent by {member}", answer


def of_sealed_links(world):
    """Yield (name, answer, status) for what the holder of a sealed link may meet."""
    at = timezone.now()
    unknown = Client()
    yield "a mistyped link", unknown.get("/links/mistyped/"), 404
    for _ in range(21):
        slow = unknown.get("/links/guessed/")
    yield "too many wrong links", slow, 429
    for purpose, link in (("sponsors:answer", world.link), ("mentors:chair_answer", world.chair_link)):
        holder, address = holds(link, at), reverse(purpose, args=[link.public_id])
        Email.objects.filter(pk=world.email.pk).update(link=link)  # an e-mail has carried it
        yield f"{purpose} empty", holder.post(address), 200
        SealedLink.objects.filter(pk=link.pk).update(expires_at=at - timedelta(days=1))
        yield f"{purpose} expired", holder.get(address), 410
        yield f"{purpose} sent when it had expired", holder.post(address, {"choice": "decline", "reason": "No time."}), 410
        yield f"{purpose} renewed", holder.post(reverse("programs:link_renew", args=[link.public_id])), 200
    revoked = holds(world.revoked, at)
    yield "a revoked link", revoked.get(reverse("mentors:answer", args=[world.revoked.public_id])), 410
    SealedLink.objects.filter(pk=world.revoked.pk).update(revoked_at=None)
    answer = reverse("mentors:answer", args=[world.revoked.public_id])
    yield "mentors:answer empty", revoked.post(answer), 200
    decline = {"choice": "decline", "reason": "On leave.", "signed_name": "Ruth Adler", "signed_title": "Professor"}
    yield "mentors:answer declined", revoked.post(answer, decline, follow=True), 200


def holds(link, at):
    """Return a browser that has followed a link."""
    browser = Client()
    browser.get(links.mint(link, at=at))
    return browser


def of_signing_in(world):
    """Yield (name, answer, status) for the steps of signing in and of protecting an account."""
    person = UserFactory(email="new.person@example.org", name="New Person")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/signup/", {"name": "Nadia Brown", "email": "nadia@example.org", "password1": PASSWORD})
    yield "the code of the sign-up", browser.get("/accounts/confirm-email/"), 200
    yield "a wrong code of the sign-up", browser.post("/accounts/confirm-email/", {"code": "AAAA-AAAA"}), 200
    yield "another address", browser.post("/accounts/confirm-email/", {"action": "change", "email": "nobody"}), 200
    browser = Client()
    browser.post("/accounts/login/code/", {"email": person.email})
    yield "the code to sign in", browser.get("/accounts/login/code/confirm/"), 200
    yield "a wrong code to sign in", browser.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"}), 200
    browser.post("/accounts/password/reset/", {"email": person.email})
    key = re.search(r"/accounts/password/reset/key/\S+", Email.objects.filter(to=person.email).last().text)[0]
    form = browser.get(key, follow=True)
    yield "a new password", form, 200
    yield "a new password that is none", browser.post(form.request["PATH_INFO"], {"password1": "short"}), 200
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    yield "the password once more", browser.get(reverse("mfa_activate_totp"), follow=True), 200
    yield "a wrong password once more", browser.post(reverse("account_reauthenticate"), {"password": "x"}), 200
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        yield name, browser.get(reverse(name)), 200
    yield "mfa_activate_totp wrong", browser.post(reverse("mfa_activate_totp"), {"code": "1"}), 200
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    RecoveryCodes.activate(person)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        yield f"{name} of somebody with an app", browser.get(reverse(name)), 200
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Blue key", "credential": {}})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield name, browser.get(reverse(name, args=[key.pk])), 200
    key.delete()
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    yield "the second step", browser.get("/accounts/2fa/authenticate/"), 200
    yield "a wrong second step", browser.post("/accounts/2fa/authenticate/", {"code": "000000"}), 200
    world.people["stranger"].set_unusable_password()  # as whoever was granted a role and has not signed in yet
    world.people["stranger"].save()
    invited = signed_in(world, "stranger")
    yield "a first password", invited.get(reverse("account_set_password"), follow=True), 200
    nobody = Client()
    for _ in range(30):
        slow = nobody.post("/accounts/signup/", {})
    yield "too many sign-ups", slow, 429


def of_other_services(world, settings):
    """Yield (name, answer, status) for the pages on the way to another service and back."""
    settings.SOCIALACCOUNT_PROVIDERS = {"orcid": {"APPS": [{"client_id": "APP-1", "secret": "secret"}]}}
    browser = Client()
    yield "the way to ORCID", browser.get(reverse("orcid_login")), 200
    yield "ORCID did not answer", browser.get(reverse("orcid_callback"), {"code": "x", "state": "forged"}), 401
    session = browser.session
    account = SocialAccount(provider="orcid", uid="0000-0002-1825-0097")
    orcid = get_adapter().get_provider(RequestFactory().get("/"), "orcid")
    known = SocialLogin(user=User(name="Nadia Brown"), account=account, provider=orcid)
    session["socialaccount_sociallogin"] = known.serialize()
    session.save()
    yield "what ORCID does not know", browser.get(reverse("socialaccount_signup")), 200
    yield "no address", browser.post(reverse("socialaccount_signup"), {"email": "nobody"}), 200


def of_what_has_moved_on(world):
    """Yield (name, answer, status) for pages of work that is not done yet, is done, or is not asked any more."""
    done = AssignmentFactory(application=world.reviewed, reviewer=world.people["unassigned"], assigned_by=world.people["director"])
    ReviewFactory(assignment=done)
    director = signed_in(world, "director")
    Decision.objects.filter(pk=world.decision.pk).update(outcome="not_awarded")
    line = director.post(reverse("scholars:stage_line", args=[world.closed.pk]), {"application": world.reviewed.pk})
    yield "a line that replaces a decision", line, 200
    Submission.objects.filter(application=world.reviewed).update(state="queued", done_at=None, packet="")
    for member in ("applicant", "director"):
        yield (
            f"a packet on its way to the {member}",
            signed_in(world, member).get(reverse("applications:packet", args=[world.reviewed.pk])),
            200,
        )
    yield "a review that is in", signed_in(world, "unassigned").get(reverse("reviews:review", args=[done.pk])), 200
    Application.objects.filter(pk=world.reviewed.pk).update(state="withdrawn")
    yield (
        "a review that is not asked any more",
        signed_in(world, "reviewer").get(reverse("reviews:review", args=[world.assignment.pk])),
        410,
    )


def of_refusals(world, settings):
    """Yield (name, answer, status) for each page that says no."""
    coordinator, stranger = signed_in(world, "coordinator"), signed_in(world, "stranger")
    yield "nowhere", Client().get("/nowhere/"), 404
    yield "of somebody else", stranger.get(reverse("applications:application", args=[world.draft.pk])), 404
    yield "closed to a role", coordinator.get(reverse("programs:call_edit", args=[world.call.pk])), 403
    yield "without its token", signed_in(world, "director", enforce_csrf_checks=True).post(reverse("accounts:profile")), 403
    yield "a forged host", Client().get("/", HTTP_HOST="evil.example"), 400
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    yield "too much text", coordinator.post(reverse("accounts:profile"), {"name": "x" * 1024**2}), 413
    yield "a fault of ours", signed_in(world, "director").get("/broken/"), 500


def of_the_demo(world, settings, tmp_path):
    """Yield (name, answer, status) for what stands in the demo only."""
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    message = EmailMultiAlternatives("Canary", "Canary", to=["sponsor@example.org"])
    message.attach_alternative("<p>Canary <a href='/'>here</a></p>", "text/html")
    yield "an empty mail box", Client().get(reverse("demo:mailbox")), 200
    mailbox.Backend().send_messages([message])
    yield "the mail box", Client().get(reverse("demo:mailbox")), 200
    yield "an e-mail", Client().get(reverse("demo:mail", args=mailbox.names())), 200
    yield "the sign-in page with its buttons", Client().get("/accounts/login/"), 200


def states(world, settings, tmp_path):
    for some in (
        of_sealed_links(world),
        of_signing_in(world),
        of_other_services(world, settings),
        of_what_has_moved_on(world),
        of_refusals(world, settings),
        of_the_demo(world, settings, tmp_path),
    ):
        cache.clear()
        yield from some


def visited(window, base, world, visits):
    """Return what is wrong with the pages to which the addresses of the matrix lead, each opened by its reader."""
    faults, said, who = [], [], None
    window.on("console", lambda m: said.append(f"{window.url}: {m.text}") if m.type == "error" else None)
    window.on("pageerror", lambda fault: said.append(f"{window.url}: {fault}"))
    for reader, name, path, _ in sorted(visits, key=lambda visit: visit[:3]):
        if reader != who:
            as_member(window, world, reader, base)
            who = reader
        assert window.goto(base + path).status == 200, path
        faults += said
        # Pages of the libraries in one of the two: their parts are those of all other pages, or Django's.
        faults += faults_of(window, f"{name} as {reader}", dark=None if name in ROWS else in_the_dark(name))
        said.clear()  # axe measures with inline styles, which the policy rightly refuses
    return faults


def in_the_dark(name):
    """Return for which half of some pages the dark is chosen, the same ones each time."""
    return bool(zlib.crc32(name.encode()) % 2)


def test_every_page_and_every_state_is_accessible_and_none_is_left_out(transactional_db, shown, settings, tmp_path):
    """Pages of the matrix, mistakes, refusals and steps, which together are all templates that are pages."""
    world = worlds.build()
    visits = readers(world)
    assert len(visits) > 85
    faults = visited(shown.window, shown.base, world, visits)
    shown.window.context.clear_cookies()
    for name, answer in mistakes(world):
        shown(name, answer, answer.status_code)
    assert len(shown.names) > 40
    for name, answer, code in states(world, settings, tmp_path):
        shown(name, answer, code)
    faults += shown.faults
    assert faults == [], "\n".join(faults)
    pages = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if extends(path.read_text())}
    looked_at = shown.templates.union(*(templates for *_, templates in visits))
    assert " ".join(sorted(pages - looked_at - WITH_A_KEY)) == ""


def extends(text):
    return "{% extends " in text and "base_print.html" not in text
