"""Forms that are saved by a button, in a real browser: what was typed comes back after the session ended, to its writer only."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from programs.models import Call, Criterion
from sponsors.models import SponsorCommitment
from tests.chromium import NEEDED

PASSWORD = "a long enough phrase"
OFFER = "[data-autosave-offer]"

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(10000)
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    return page


def leave(page):
    """Go to another window, as whoever signs in there does: a page without a window of its own is never told."""
    page.evaluate("window.dispatchEvent(new Event('blur'))")


@pytest.fixture
def be(page, live_server, client_of):
    """Return a function that gives the browser a new session of a person, as a sign-in in another tab does."""

    def signed_in(person):
        page.context.clear_cookies()
        key = client_of(person).session.session_key
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])

    return signed_in


def with_password(*people):
    for person in people:
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def end_session():
    Session.objects.all().delete()


def sign_in_where_it_led(page, person):
    """Sign in at the page to which the button of a form has led."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        press(page, "Sign in")


def is_told(page, sentence):
    """Wait for the page to which a button leads, and for its scripts."""
    expect(page.locator(".messages")).to_contain_text(sentence)
    page.wait_for_load_state()


def take(page):
    press(page, "Show that text in the form")
    expect(page.locator(OFFER)).to_be_hidden()


def store(page):
    """Return everything that the browser keeps of forms."""
    return page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('form:'))")


@pytest.fixture
def draft(call):
    """The call, not published and not open yet."""
    Call.objects.update(opens_at=timezone.now() + timedelta(days=2), published_at=None)
    return call


def test_a_call_comes_back_with_its_rows(page, be, draft, director, director2):
    with_password(director, director2)
    be(director)
    page.goto(reverse("programs:call_edit", args=[draft.pk]))
    expect(page.locator(OFFER)).to_be_hidden()
    loses_nothing_when_the_session_ends(page, draft, director, director2)
    shows_the_words_that_a_call_has_no_place_for_once_it_has_opened(page, draft)
    assert page.faults == []


def loses_nothing_when_the_session_ends(page, draft, director, director2):
    address = page.url
    ours, gone = draft.criteria.get(title="Candidate"), draft.criteria.get(title="Mentors")
    page.fill("#id_guidance", "Aims.\n<b>Who</b> may apply.")
    page.check("#id_asks_chair")
    page.fill("#id_criteria-0-help", "Will they lead?")
    page.fill("#id_criteria-3-help", "Do they meet?")
    page.check("#id_criteria-1-DELETE")
    page.fill("#id_criteria-6-title", "In a spare row")
    press(page, "Add a criterion")
    page.fill("#id_criteria-8-title", "In an added row")
    page.fill("#id_criteria-8-help", "Its help.")
    page.fill("#id_sections-2-title", "A third section")
    page.fill("#id_sections-2-word_limit", "300")
    # Meanwhile another director takes a row away and adds one before all others.
    gone.delete()
    Criterion.objects.create(call=draft, position=0, title="From elsewhere")
    seen = page.input_value("input[name=seen]")
    assert seen not in str(store(page))
    assert "csrf" not in str(store(page))
    end_session()
    press(page, "Save the call")
    sign_in_where_it_led(page, director2)
    expect(page.locator("#id_guidance")).to_have_value("")
    expect(page.locator(OFFER)).to_be_hidden()
    assert len(store(page)) == 1
    end_session()
    page.goto(address)
    sign_in_where_it_led(page, director)
    expect(page.locator("[data-autosave-offer-time]")).to_contain_text("by your clock")
    expect(page.locator("#id_guidance")).to_have_value("")
    take(page)
    expect(page.locator("#id_guidance")).to_have_value("Aims.\n<b>Who</b> may apply.")
    expect(page.locator("#id_asks_chair")).to_be_checked()
    titles = {row["name"]: row["value"] for row in page.evaluate(
        "[...document.querySelectorAll('[name^=criteria-][name$=-title]')].map(({name, value}) => ({name, value}))")}  # fmt: skip
    assert list(titles.values()) == [
        "From elsewhere", "Candidate", "Career development plan", "Research plan", "Environment",
        "Health-system alignment and sponsor commitment", "In a spare row", "", "In an added row", "",
    ]  # fmt: skip
    expect(page.locator("#id_criteria-0-help")).to_have_value("")
    expect(page.locator("#id_criteria-1-help")).to_have_value("Will they lead?")
    expect(page.locator("#id_criteria-2-DELETE")).to_be_checked()
    expect(page.locator("#id_criteria-8-help")).to_have_value("Its help.")
    expect(page.locator("#id_criteria-9-help")).to_have_value("Do they meet?")  # of the row that was taken away
    page.fill("#id_criteria-9-title", "Mentors once more")
    assert page.input_value("input[name=seen]") != seen
    press(page, "Save the call")
    is_told(page, "Call 2027 is saved.")
    assert store(page) == []
    draft.refresh_from_db()
    assert (draft.asks_chair, draft.guidance.replace("\r\n", "\n")) == (True, "Aims.\n<b>Who</b> may apply.")
    assert [part.title for part in draft.sections.all()] == ["Specific aims", "Research plan", "A third section"]
    kept = list(draft.criteria.order_by("position").values_list("title", "help"))
    assert kept == [
        ("From elsewhere", ""), ("Candidate", "Will they lead?"), ("Research plan", ""), ("Environment", ""),
        ("Health-system alignment and sponsor commitment", ""), ("In a spare row", ""), ("In an added row", "Its help."),
        ("Mentors once more", "Do they meet?"),
    ]  # fmt: skip
    assert draft.criteria.get(title="Candidate").pk == ours.pk
    page.goto(address)
    expect(page.locator(OFFER)).to_be_hidden()


def shows_the_words_that_a_call_has_no_place_for_once_it_has_opened(page, draft):
    address = reverse("programs:call_edit", args=[draft.pk])
    page.goto(address)
    page.fill("#id_guidance", "Still good.")
    press(page, "Add a criterion")
    added = page.locator("[name^=criteria-][name$=-title]").last
    added.fill("A criterion that comes too late")
    Call.objects.update(published_at=timezone.now() - timedelta(days=1), opens_at=timezone.now() - timedelta(hours=1))
    page.goto(address)
    expect(page.locator("[data-keep-homeless]")).to_be_hidden()
    take(page)
    expect(page.locator("#id_guidance")).to_have_value("Still good.")
    expect(page.locator("[data-keep-homeless] li")).to_have_text(["A criterion that comes too late"])
    page.fill("#id_title", "")
    press(page, "Save the call")
    expect(page.locator("#id_title.is-invalid")).to_be_visible()  # refused: the words are shown still
    expect(page.locator("[data-keep-homeless] li")).to_have_text(["A criterion that comes too late"])
    press(page, "Forget them")
    expect(page.locator("[data-keep-homeless]")).to_be_hidden()
    assert "too late" not in str(store(page))
    assert "Still good." in str(store(page))


def test_the_other_forms_of_the_office(page, be, cohort, director, director2):
    """One browser for four stories: starting one takes longer than all of them."""
    be(director)
    keeps_what_was_refused(page, cohort)
    begins_the_next_new_cohort_afresh(page, cohort)
    saves_after_a_new_sign_in_in_another_tab(page, be, cohort.program, director)
    sends_nothing_in_the_name_of_another(page, be, cohort.program, director, director2)
    assert page.faults == []


def keeps_what_was_refused(page, cohort):
    """What the portal did not take stays, also when the page is left; what is forgotten does not come back."""
    address = reverse("scholars:cohort_edit", args=[cohort.pk])
    page.goto(address)
    page.fill("#id_name", "")
    page.fill("#id_months", "36")
    press(page, "Save the cohort")
    expect(page.locator("#id_name.is-invalid")).to_be_visible()
    page.wait_for_load_state()
    expect(page.locator(OFFER)).to_be_hidden()
    page.fill("#id_places", "3")
    page.goto(address)
    expect(page.locator(OFFER)).to_be_visible()
    page.fill("#id_effort_percent", "80")  # before the offer is answered: both are kept
    page.goto(address)
    take(page)
    for name, words in (("name", ""), ("months", "36"), ("places", "3"), ("effort_percent", "80")):
        expect(page.locator(f"#id_{name}")).to_have_value(words)
    page.goto(address)
    press(page, "Forget it")
    assert store(page) == []
    page.reload()
    expect(page.locator(OFFER)).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("Cohort 2027")


def begins_the_next_new_cohort_afresh(page, cohort):
    address = reverse("programs:cohort_new", args=[cohort.program.slug])
    page.goto(address)
    page.fill("#id_name", "Cohort 2028")
    page.reload()
    take(page)
    press(page, "Save the cohort")
    is_told(page, "Cohort 2028 is saved.")
    page.goto(address)
    expect(page.locator(OFFER)).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("")
    assert store(page) == []


def saves_after_a_new_sign_in_in_another_tab(page, be, program, director):
    address = reverse("scholars:letter_template", args=[program.slug])
    page.goto(address)
    page.fill("#id_letter_template", "Dear {awardee_name}, saved with the new token.")
    be(director)
    leave(page)
    page.context.request.get(address)
    press(page, "Save the letter")
    is_told(page, "The award letter is saved.")
    expect(page.locator(OFFER)).to_be_hidden()
    assert store(page) == []
    program.refresh_from_db()
    assert program.letter_template == "Dear {awardee_name}, saved with the new token."


def sends_nothing_in_the_name_of_another(page, be, program, director, director2):
    address = reverse("programs:describe", args=[program.slug])
    page.goto(address)
    page.fill("#id_about", "Written by the first.")
    be(director2)
    leave(page)
    page.context.request.get(address)
    press(page, "Save the description")
    expect(page.get_by_role("heading", level=1)).to_have_text("This form has expired")
    page.goto(address)
    expect(page.locator(OFFER)).to_be_hidden()
    program.refresh_from_db()
    assert program.about == ""
    be(director)
    page.goto(address)
    take(page)
    expect(page.locator("#id_about")).to_have_value("Written by the first.")
    press(page, "Save the description")
    is_told(page, "The programme's description is saved.")
    assert store(page) == []


def test_a_sponsor_is_asked_after_the_session_ended(page, be, application, applicant, health_system):
    with_password(applicant)
    be(applicant)
    page.goto(reverse("applications:sponsor", args=[application.pk]))
    page.get_by_label("Full name").fill("Dana Whitfield")
    page.get_by_label("E-mail address").fill("dana@county.example")
    page.get_by_label("Health system").select_option("County General")
    page.get_by_label("Two sentences").fill("We titrate at home.\nIt spares visits.")
    end_session()
    leave(page)
    press(page, "Ask this person")
    sign_in_where_it_led(page, applicant)
    take(page)
    expect(page.get_by_label("Full name")).to_be_focused()
    expect(page.get_by_label("Two sentences")).to_have_value("We titrate at home.\nIt spares visits.")
    press(page, "Ask this person")
    is_told(page, "We have asked Dana Whitfield by e-mail.")
    asked = SponsorCommitment.objects.get()
    assert (asked.name, asked.email, asked.health_system) == ("Dana Whitfield", "dana@county.example", health_system)
    assert store(page) == []
    page.goto(reverse("applications:mentor", args=[application.pk]))
    expect(page.locator(OFFER)).to_be_hidden()
    reasons_come_back_too(page, applicant, application)
    assert page.faults == []


def reasons_come_back_too(page, applicant, application):
    """A title and a reason, of forms with one field."""
    forms = (
        ("applications:title", "#id_title", "A title typed late", "Save the title", "The title of your project is saved."),
        (
            "applications:withdraw",
            "#id_why",
            "Another post.",
            "Withdraw my application",
            "Your application is withdrawn.",
        ),
    )
    for name, field, words, button, said in forms:
        page.goto(reverse(name, args=[application.pk]))
        page.fill(field, words)
        end_session()
        press(page, button)
        sign_in_where_it_led(page, applicant)
        take(page)
        expect(page.locator(field)).to_have_value(words)
        press(page, button)
        is_told(page, said)
        assert store(page) == []
    application.refresh_from_db()
    assert (application.title, application.state) == ("A title typed late", "withdrawn")
