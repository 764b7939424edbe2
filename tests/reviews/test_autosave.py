"""The review form in a real browser: the word of a score, a draft that saves itself, two windows, a button pressed meanwhile."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from applications.models import Application
from reviews.models import Review
from tests.chromium import NEEDED, open_with_clock

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(live_server, client_of, reviewer, clear):
    """Return the cookie of the reviewer's session."""
    return {"name": settings.SESSION_COOKIE_NAME, "value": client_of(reviewer).session.session_key, "url": live_server.url}


@pytest.fixture
def window(browser, live_server, session, clear):
    """Open one more window with the review to write."""
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([session])

    return lambda: open_with_clock(context, f"/reviews/{clear.pk}/")


def kept():
    """Return the review as the database has it, read outside the browser's event loop."""

    def read():
        try:
            return Review.objects.get()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()


def pause(page):
    """Let the seconds pass after which a page saves by itself."""
    page.clock.fast_forward(3000)


def save_draft(page):
    page.get_by_role("button", name="Save draft").click()


def saved(page):
    return page.locator("[data-saved]")


def test_the_form_keeps_itself(window, session, clear):
    """Eight stories at one portal."""
    saves_itself_and_says_when(window())
    tells_the_second_window_and_shows_both_texts(window(), window())
    loses_nothing_when_a_button_is_pressed_while_it_saves(window())
    enter_in_a_score_keeps_the_draft_and_sends_nothing(window())
    brings_back_what_was_written_after_the_session_ended(window)
    goes_on_after_a_new_sign_in_in_another_tab(window, session)
    sends_what_was_typed_when_the_sign_in_changed_the_token(window, session)
    says_that_the_application_was_withdrawn(window, clear)


def saves_itself_and_says_when(page):
    page.fill("#id_overall_impact", "2")
    expect(page.locator(".score-row-overall [data-score-word]")).to_have_text("Outstanding")
    page.fill("#id_strengths", "Asked by the system.")
    pause(page)
    expect(saved(page)).to_have_text(re.compile(r"saved .*Pacific$"), timeout=10000)
    expect(page.locator("input[name=version]")).to_have_value("1")
    page.fill("#id_overall_impact", "2.5")
    pause(page)
    expect(saved(page)).to_have_text(re.compile("1 field needs mending"), timeout=10000)
    page.close()
    assert (kept().overall_impact, kept().strengths) == (2, "Asked by the system.")


def tells_the_second_window_and_shows_both_texts(first, second):
    first.fill("#id_strengths", "FIRST WINDOW")
    pause(first)
    expect(first.locator("input[name=version]")).to_have_value("3", timeout=10000)
    second.fill("#id_strengths", "SECOND WINDOW")
    pause(second)
    expect(saved(second)).to_have_text(re.compile("Not saved: .*another tab"), timeout=10000)
    save_draft(second)
    expect(second.locator(".alert-warning[role=alert]")).to_contain_text("saved in another tab meanwhile")
    expect(second.locator("#id_strengths")).to_have_value("SECOND WINDOW")
    expect(second.locator(".review-shown")).to_contain_text("FIRST WINDOW")
    first.close()
    second.close()
    assert kept().strengths == "FIRST WINDOW"


def loses_nothing_when_a_button_is_pressed_while_it_saves(page):
    page.route("**/autosave/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.fill("#id_weaknesses", "Small sample.")
    pause(page)
    page.fill("#id_weaknesses", "Small sample, one site.")
    save_draft(page)
    expect(page.locator(".messages")).to_contain_text("Your draft is saved")
    assert kept().weaknesses == "Small sample, one site."


def enter_in_a_score_keeps_the_draft_and_sends_nothing(page):
    page.fill("#id_summary", "All is written.")
    for score in page.locator("input[name^=score_]").all():
        score.fill("3")
    page.press("#id_overall_impact", "Enter")
    expect(page.locator(".messages")).to_contain_text("Your draft is saved")
    assert (kept().submitted_at, kept().summary) == (None, "All is written.")
    page.fill("#id_summary", "")
    save_draft(page)
    expect(page.locator(".messages")).to_contain_text("Your draft is saved")
    page.close()


def brings_back_what_was_written_after_the_session_ended(window):
    page = window()
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.fill("#id_summary", "Written after the session ended.")
    pause(page)
    expect(saved(page)).to_have_text(re.compile("sign in again.*kept in this browser"), timeout=10000)
    page.close(run_before_unload=False)
    page = window()  # the way to sign in
    expect(page.locator("[data-review-form]")).to_have_count(0)
    page.context.add_cookies(cookies)
    page.close()
    again = window()
    expect(again.locator("#id_summary")).to_have_value("")
    with again.expect_response("**/autosave/"):
        again.get_by_role("button", name="Show that text in the form").click()
        expect(again.locator("#id_summary")).to_have_value("Written after the session ended.")
        pause(again)
    expect(saved(again)).to_have_text(re.compile(r"saved .*Pacific$"), timeout=10000)
    assert kept().summary == "Written after the session ended."
    again.reload()
    expect(again.locator("[data-autosave-offer]")).to_be_hidden()


def sign_in_again(page, session):
    """Do in another tab what a sign-in does: a new session, and a new token for every form."""
    page.context.clear_cookies()
    page.context.add_cookies([session])
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.close()


def goes_on_after_a_new_sign_in_in_another_tab(window, session):
    page = window()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.fill("#id_summary", "Written while signed out.")
    pause(page)
    expect(saved(page)).to_have_text(re.compile("sign in again"), timeout=10000)
    save_draft(page)
    expect(saved(page)).to_have_text(re.compile("sign in again"), timeout=10000)
    expect(page.locator("#id_summary")).to_have_value("Written while signed out.")
    sign_in_again(page, session)
    pause(page)
    pause(page)
    expect(saved(page)).to_have_text(re.compile(r"saved .*Pacific$"), timeout=10000)
    assert kept().summary == "Written while signed out."
    save_draft(page)
    expect(page.locator(".messages")).to_contain_text("Your draft is saved")
    page.close()


def sends_what_was_typed_when_the_sign_in_changed_the_token(window, session):
    page = window()
    page.context.clear_cookies()
    page.fill("#id_summary", "Sent by the button.")
    pause(page)
    expect(saved(page)).to_have_text(re.compile("sign in again"), timeout=10000)
    sign_in_again(page, session)
    save_draft(page)
    expect(page.locator(".messages")).to_contain_text("Your draft is saved")
    assert kept().summary == "Sent by the button."
    page.close()


def says_that_the_application_was_withdrawn(window, clear):
    page = window()

    def withdraw():
        try:
            Application.objects.filter(pk=clear.application_id).update(state="withdrawn")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(withdraw).result()
    page.fill("#id_summary", "Written too late.")
    pause(page)
    expect(saved(page)).to_have_text(re.compile("^Not saved: The applicant has withdrawn this application"), timeout=10000)
    page.get_by_role("button", name="Submit review").click()
    expect(page.get_by_text("The applicant has withdrawn this application")).to_be_visible()
    expect(page.get_by_text("Written too late.")).to_be_visible()
    page.close()
