"""Writing in a real browser: saved by itself, two windows, a lost connection, a lost session, and a button pressed meanwhile."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from accounts.texts import tidy
from applications.models import SectionText, count_words
from tests.applications.test_models import PAIRS
from tests.chromium import NEEDED, open_with_clock

AGAIN = 11  # a page that reached nobody tries again after ten seconds
SAVED = re.compile(r"^Saved at \d+ \w+ \d{4}, \d\d:\d\d:\d\d Pacific$")

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(live_server, client_of, applicant, application, call):
    """Return the cookie of the applicant's session."""
    call.first_section = call.sections.get(title="Specific aims").pk
    return {"name": settings.SESSION_COOKIE_NAME, "value": client_of(applicant).session.session_key, "url": live_server.url}


@pytest.fixture
def context(browser, live_server, session):
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([session])
    return context


@pytest.fixture
def window(context, application, call):
    """Open one more window with the section to write."""

    return lambda: open_with_clock(context, f"/applications/{application.pk}/sections/{call.first_section}/")


def kept():
    """Return (section, text, words, version) of every text, read outside of the browser's loop."""

    def read():
        try:
            return list(SectionText.objects.order_by("section__position").values_list("section__title", "text", "words", "version"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()


def field(page):
    return page.locator("textarea[name=text]")


def pause(page, seconds=3):
    """Let the seconds pass after which a page saves by itself."""
    page.clock.fast_forward(seconds * 1000)


def said(page):
    return page.locator(".saved-at")


def test_writing_with_scripts(window, context, session):
    """Ten stories at one portal."""
    counts_and_tidies_as_the_portal_does(window())
    saves_while_writing_and_counts(window())
    waits_without_a_connection_and_saves_when_it_is_back(window(), context)
    offers_a_text_that_never_arrived(window())
    shows_both_texts_of_two_windows(window(), window())
    says_that_the_session_is_lost_and_brings_the_text_back(window, context)
    goes_on_after_a_new_sign_in_in_another_tab(window, context, session)
    sends_what_was_typed_when_the_sign_in_changed_the_token(window, context, session)
    keeps_a_copy_of_what_was_refused(window())
    keeps_a_copy_after_two_windows_met(window(), window())


def counts_and_tidies_as_the_portal_does(page):
    signs = [chr(code) for code in (*range(1, 0x300), *range(0x1FF0, 0x2100), 0x3000, 0xFEFF, 0x1F9D1)]
    texts = [f"a{sign}b" for sign in signs if sign != "\r"]
    assert page.evaluate("texts => texts.map(window.portalText.tidied)", texts) == [tidy(text) for text in texts]
    pairs = [*PAIRS, *((tidy(text), count_words(tidy(text))) for text in texts)]
    assert page.evaluate("texts => texts.map(window.portalText.countWords)", [text for text, _ in pairs]) == [n for _, n in pairs]


def saves_while_writing_and_counts(page):
    field(page).press_sequentially("Well-chosen aims, three")
    expect(page.locator("[data-word-counter]")).to_have_text("3 of 500 words")
    missing = page.get_by_role("region", name="What is missing")
    line = missing.get_by_role("listitem").filter(has_text="Specific aims")
    expect(line).not_to_have_class("is-done")
    before = missing.locator(".badge").inner_text()
    line.get_by_role("link").focus()
    pause(page)
    expect(said(page)).to_have_text(SAVED)
    expect(line).to_have_class("is-done")
    expect(missing.locator(".badge")).not_to_have_text(before)
    expect(line.get_by_role("link")).to_be_focused()
    with page.expect_response("**/autosave/"):
        field(page).press_sequentially(" of them")
        pause(page)
    expect(said(page)).to_have_text(SAVED)
    assert kept() == [("Specific aims", "Well-chosen aims, three of them", 5, 2)]
    page.get_by_role("button", name="Research plan →").click()  # no conflict with its own autosave
    expect(page.get_by_role("heading", name="Research plan")).to_be_visible()
    assert kept()[0][3] == 3
    page.close()


def waits_without_a_connection_and_saves_when_it_is_back(page, context):
    context.set_offline(True)
    field(page).fill("Written on a train.")
    pause(page)
    expect(said(page)).to_contain_text("Your text is kept in this browser")
    context.set_offline(False)
    pause(page, seconds=AGAIN)
    expect(said(page)).to_have_text(SAVED)
    assert kept()[0][1] == "Written on a train."
    page.close()


def offers_a_text_that_never_arrived(page):
    page.route("**/autosave/", lambda route: route.abort())
    field(page).fill("The lid was closed too soon.")
    pause(page)
    expect(said(page)).to_contain_text("Your text is kept in this browser")
    page.reload()
    page.unroute("**/autosave/")  # not before: a page that is left tries once more
    expect(field(page)).to_have_value("Written on a train.")
    when = page.locator("[data-autosave-offer-time]")
    expect(when).to_have_text(re.compile(r"^\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d by your clock$"))
    with page.expect_response("**/autosave/"):
        page.get_by_role("button", name="Show that text in the field").click()
        expect(field(page)).to_have_value("The lid was closed too soon.")
        pause(page)
    expect(said(page)).to_have_text(SAVED)
    page.reload()
    expect(field(page)).to_have_value("The lid was closed too soon.")
    expect(page.locator("[data-autosave-offer]")).to_be_hidden()
    page.close()


def shows_both_texts_of_two_windows(first, second):
    """F22 with scripts."""
    with first.expect_response("**/autosave/"):
        field(first).fill("Window one.")
        pause(first)
    expect(said(first)).to_have_text(SAVED)
    field(second).fill("Window two.")
    pause(second)
    conflict = second.locator("[data-autosave-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict.locator("[data-autosave-other]")).to_have_value("Window one.")
    expect(field(second)).to_have_value("Window two.")
    assert kept()[0][1] == "Window one."
    second.get_by_role("button", name="Keep my text").click()
    expect(said(second)).to_have_text(SAVED)
    expect(conflict).to_be_hidden()
    assert kept()[0][1] == "Window two."
    first.close()
    second.close()


def says_that_the_session_is_lost_and_brings_the_text_back(window, context):
    """F24."""
    page, cookies = window(), context.cookies()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    field(page).fill("After the session ended.")
    pause(page)
    expect(said(page)).to_contain_text("you are signed out")
    assert kept()[0][1] == "Window two."
    page.route("**/autosave/", lambda route: route.abort())  # it tries again, now and when it is closed
    context.add_cookies(cookies)
    again = window()
    with again.expect_response("**/autosave/"):
        again.get_by_role("button", name="Show that text in the field").click()
        pause(again)
    expect(said(again)).to_have_text(SAVED)
    assert kept()[0][1] == "After the session ended."
    again.close()
    page.close()


def sign_in_again(page, context, session):
    """Do in another tab what a sign-in does: a new session, and a new token for every form."""
    context.clear_cookies()
    context.add_cookies([session])
    tab = context.new_page()
    tab.goto(page.url)
    tab.close()


def goes_on_after_a_new_sign_in_in_another_tab(window, context, session):
    page = window()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    field(page).fill("While signed out.")
    pause(page)
    expect(said(page)).to_contain_text("Please sign in again in another tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page)).to_contain_text("Please sign in again in another tab")
    expect(field(page)).to_have_value("While signed out.")
    sign_in_again(page, context, session)
    pause(page, seconds=AGAIN)
    pause(page)
    expect(said(page)).to_have_text(SAVED)
    assert kept()[0][1] == "While signed out."
    page.close()


def sends_what_was_typed_when_the_sign_in_changed_the_token(window, context, session):
    page = window()
    context.clear_cookies()
    field(page).fill("After the session ended.")
    pause(page)
    expect(said(page)).to_contain_text("Please sign in again in another tab")
    sign_in_again(page, context, session)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page)).to_have_text(SAVED)
    assert kept()[0][1] == "After the session ended."
    page.close()


def keeps_a_copy_of_what_was_refused(page):
    """A text too long to keep comes back on the page; leaving that page does not lose it."""
    address, long = page.url, "word " * 5000 + "end"
    page.route("**/autosave/", lambda route: route.abort())
    field(page).evaluate("(area, text) => { area.value = text; area.dispatchEvent(new Event('input')); }", long)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(said(page)).to_have_text(re.compile("^Not saved; last saved at .* Pacific$"))
    assert kept()[0][1] == "After the session ended."
    page.goto(address)
    expect(field(page)).to_have_value("After the session ended.")
    page.get_by_role("button", name="Show that text in the field").click()
    expect(field(page)).to_have_value(long)
    field(page).fill("After the session ended.")
    page.unroute("**/autosave/")
    page.reload()
    # Once a shorter text is saved, nothing speaks of the one that was refused.
    field(page).evaluate("(area, text) => { area.value = text; area.dispatchEvent(new Event('input')); }", long)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    field(page).fill("After the session ended.")
    pause(page)
    expect(said(page)).to_have_text(re.compile("^Saved at"))
    expect(page.locator("[data-error-summary], .invalid-feedback")).to_have_count(0)
    page.close()


def keeps_a_copy_after_two_windows_met(first, second):
    address = first.url
    second.route("**/autosave/", lambda route: route.abort())
    with first.expect_response("**/autosave/"):
        field(first).fill("Window three.")
        pause(first)
    expect(said(first)).to_have_text(SAVED)
    field(second).fill("Window four.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("This section was changed in another window")).to_be_visible()
    expect(said(second)).to_contain_text("Not saved; last saved at")
    second.goto(address)
    expect(field(second)).to_have_value("Window three.")
    second.get_by_role("button", name="Show that text in the field").click()
    expect(field(second)).to_have_value("Window four.")
    first.close()
    second.close()


def test_the_page_works_without_scripts(browser, live_server, session, application, call):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([session])
    page = context.new_page()
    page.goto(f"/applications/{application.pk}/sections/{call.first_section}/")
    field(page).fill("Plain.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page)).to_contain_text("Saved at ")
    assert kept()[0][1] == "Plain."
