"""Every page in a real browser: no serious finding of axe, nothing scrolls sideways on a phone, no fault in the console."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.attacks import world as worlds
from tests.attacks.matrix import ROWS
from tests.journeys.test_story import CHROMIUM, FLAGS

SIGN_IN_PAGES = ["account_login", "account_signup", "account_reset_password", "account_request_login_code"]
OWN_PAGES = ["account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]
SERIOUS = ("serious", "critical")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.path.exists(CHROMIUM), reason="no Chromium"),
    pytest.mark.skipif(os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="pages look the same on both databases"),
]


def visits(world):
    """Return (who, name, path) for every page of the matrix that somebody can read, each as its first reader."""
    found = [("anonymous", name, reverse(name)) for name in SIGN_IN_PAGES]
    found += [("applicant", name, reverse(name)) for name in OWN_PAGES]
    for name, row in ROWS.items():
        reader = next((member for member in reversed(worlds.CAST) if row.get[member] == 200), None)
        if reader:
            found.append((reader, name, reverse(name, args=row.args(world))))
    return found


@pytest.fixture
def window(monkeypatch):
    # The browser's loop runs in this thread, where Django would refuse the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        browser.close()


def as_member(page, world, member, base):
    """Give the browser the session of a member of the cast."""
    page.context.clear_cookies()
    if member == "anonymous":
        return
    client = Client()
    client.force_login(world.people[member], backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": base}]
    )


def test_every_page_is_accessible_and_fits_a_phone(live_server, window, transactional_db, settings):
    settings.SITE_URL = live_server.url
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    world = worlds.build()
    faults, said, who, seen = [], [], None, 0
    window.on("console", lambda m: said.append(f"{window.url}: {m.text}") if m.type == "error" else None)
    window.on("pageerror", lambda fault: said.append(f"{window.url}: {fault}"))
    for reader, name, path in sorted(visits(world)):
        if reader != who:
            as_member(window, world, reader, live_server.url)
            who = reader
        window.emulate_media(color_scheme="dark" if seen % 2 else "light")
        answer = window.request.get(live_server.url + path, max_redirects=0)
        if "text/html" not in answer.headers.get("content-type", "") or "<html" not in answer.text():
            continue  # a file, or a piece of a page
        window.goto(live_server.url + path)
        seen += 1
        faults += said
        for finding in Axe().run(window).response["violations"]:
            if finding["impact"] in SERIOUS:
                faults.append(f"{name} as {reader}: {finding['id']}: {finding['nodes'][0]['html'][:160]}")
        said.clear()  # axe measures with inline styles, which the policy rightly refuses
        window.set_viewport_size({"width": 390, "height": 844})
        if window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{name} as {reader} scrolls sideways at 390 px")
        if window.evaluate("[...document.querySelectorAll('.places, .sub-places')].some(row => row.scrollWidth > row.clientWidth)"):
            faults.append(f"{name} as {reader} hides places at 390 px")
        window.set_viewport_size({"width": 1280, "height": 900})
    assert seen > 60
    assert faults == [], "\n".join(faults)
