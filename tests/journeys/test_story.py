"""The whole story in a real browser, over real mail, a real worker and a real broker: from the call to the signed award."""

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from lhs_k12.demo.pages import small_pdf
from tests.chromium import NEEDED
from tests.journeys.portal import SET_UP, Portal, code_in, link_in, text_of
from tests.paper import words_of

PEOPLE = {
    "director": ("Rosa Alvarez", "rosa@harbor.example"),
    "coordinator": ("Casey Lin", "casey@harbor.example"),
    "applicant": ("Samuel Ng", "samuel@harbor.example"),
    "sponsor": ("Dana Whitfield", "dana@county.example"),
    "mentor": ("Maya Okafor", "maya@harbor.example"),
    "chair": ("Grace Lindqvist", "grace@harbor.example"),
    "reviewer": ("Ivan Petrov", "ivan@harbor.example"),
    "reviewer2": ("Amina Diallo", "amina@county.example"),
}
# What whoever keeps the server types, once.
NAME, EMAIL = PEOPLE["director"]
FOUNDED = f"do('found_program', 'Harbor LEAP K12', '--director-name', {NAME!r}, '--director-email', {EMAIL!r})"
TITLE = "Telehealth titration for heart failure in a safety-net clinic"
PASSWORD = "a-long-walk-by-the-harbor"

pytestmark = [*NEEDED, *([pytest.mark.redis] if os.environ.get("REDIS_URL") else [])]


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser, portal, part):
        self.name, self.email = PEOPLE[part]
        self.portal = portal
        self.page = browser.new_context(base_url=portal.url, locale="en-GB", timezone_id="America/New_York").new_page()
        self.page.set_default_timeout(15000)
        self.faults = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)

    def sign_in_by_code(self):
        self.page.goto("/accounts/login/")
        self.page.get_by_role("link", name="Send me a sign-in code").click()
        self.page.locator("input[type=email]").fill(self.email)
        self.page.get_by_role("button", name="Send the code").click()
        self.enter_code("sign-in code")
        self.heading("My desk")

    def enter_code(self, subject):
        code = code_in(self.portal.post.wait_for(self.email, subject))
        self.page.locator("input[name=code]").fill(code)
        self.page.get_by_role("button", name="Confirm").click()

    def heading(self, text):
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, *names):
        """Press one link after the other, as somebody does who knows no address."""
        for name in names:
            self.page.get_by_role("link", name=name).first.click()

    def go_to(self, place, *names):
        """Go by the top bar, and on from there."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()
        self.follow(*names)


def test_from_the_call_to_the_signed_award(browser, tmp_path):
    kind = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    with Portal(tmp_path, kind, set_up=f"{SET_UP}; {FOUNDED}") as portal:
        story = Story(browser, portal, tmp_path)
        story.tell()
        assert [person.faults for person in story.cast.values() if person.faults] == []


class Story:
    """The steps, in order; each leaves what the next needs."""

    def __init__(self, browser, portal, folder):
        self.portal = portal
        self.browser = browser
        self.folder = folder
        self.cast = {}

    def tell(self):
        """Tell all of it; where it breaks off, say what each person saw last."""
        try:
            self.steps()
        except BaseException:
            for part, person in self.cast.items():
                print(f"--- {part} at {person.page.url}\n{person.page.inner_text('body')[:1500]}")
                person.page.screenshot(path=self.folder / f"{part}.png", full_page=True)
            raise

    def steps(self):
        self.a_director_sets_up_a_call()
        self.an_applicant_writes()
        self.those_who_are_asked_confirm()
        self.the_applicant_submits()
        self.the_office_screens_and_assigns()
        self.two_reviewers_judge()
        self.the_deadline_passes()
        self.the_director_decides()
        self.the_awardee_accepts()

    def __getattr__(self, part):
        if part not in PEOPLE:
            raise AttributeError(part)
        if part not in self.cast:
            self.cast[part] = Person(self.browser, self.portal, part)
        return self.cast[part]

    def a_director_sets_up_a_call(self):
        director, page = self.director, self.director.page
        director.sign_in_by_code()
        director.go_to("Programme", "People")
        for part, role, kind in [
            ("coordinator", "coordinator", ""),
            ("reviewer", "reviewer", "internal"),
            ("reviewer2", "reviewer", "operations"),
        ]:
            page.get_by_label("E-mail address").fill(PEOPLE[part][1])
            page.get_by_label("Full name").fill(PEOPLE[part][0])
            page.locator("select[name=role]").select_option(role)
            page.locator("select[name=reviewer_kind]").select_option(kind)
            director.press(re.compile("Grant"))
            expect(page.get_by_text(PEOPLE[part][0]).first).to_be_visible()
        director.follow("Health systems")
        page.get_by_label("Name").fill("County General")
        page.locator("select[name=kind]").select_option("safety_net")
        director.press(re.compile("Add"))
        expect(page.get_by_text("County General").first).to_be_visible()
        director.follow("Cohorts and calls", "Set up a cohort")
        page.locator("input[name=name]").fill("Cohort 2027")
        page.locator("input[name=starts_on]").fill("2027-07-01")
        page.locator("input[name=places]").fill("1")
        page.locator("input[name=budget]").fill("230000")
        director.press(re.compile("Save|Set up"))
        director.go_to("Programme", "Write a call for Cohort 2027")
        now = datetime.now(UTC)
        page.locator("input[name=title]").fill("Call 2027")
        page.locator("select[name=time_zone]").select_option("America/Los_Angeles")
        for field, moment in [
            ("opens_at", now - timedelta(days=2)),
            ("closes_at", now + timedelta(days=9)),
            ("review_due_at", now + timedelta(days=30)),
        ]:
            page.locator(f"input[name={field}]").fill(f"{moment:%Y-%m-%dT12:00}")
        page.locator("input[name=decision_on]").fill(f"{now + timedelta(days=40):%Y-%m-%d}")
        page.get_by_label("Applicants also name the chair of their department").check()
        director.press("Save the call")
        director.go_to("Programme", re.compile("^Publish"))
        director.press("Publish the call")
        assert "You are now coordinator" in self.portal.post.wait_for(PEOPLE["coordinator"][1], "coordinator")["Subject"]

    def an_applicant_writes(self):
        applicant, page = self.applicant, self.applicant.page
        page.goto("/")  # the one address that is typed, beside the links in e-mails
        applicant.follow("Call 2027")
        applicant.heading("Call 2027")
        applicant.follow("Start an application")
        page.locator("input[name=name]").fill(applicant.name)
        page.locator("input[type=email]").fill(applicant.email)
        page.locator("input[type=password]").fill(PASSWORD)
        applicant.press("Create the account")
        applicant.enter_code("")
        applicant.press("Start")  # the sign-up did not lose the call
        page.locator("input[name=title]").first.fill(TITLE)
        applicant.press(re.compile("Save"))
        applicant.heading(TITLE)
        titles = page.get_by_role("rowheader").get_by_role("link").all_inner_texts()[1:]  # the first is the project's title
        assert len(titles) > 1
        for place, title in enumerate(titles):
            applicant.go_to("My desk", TITLE, title)
            words = "The clinic asked us why it takes so long. " * 2
            if place == 0:  # typed, key by key, and autosaved without a button
                page.locator("textarea[name=text]").press_sequentially(words, delay=0)
                expect(page.get_by_text(re.compile(r"Saved at .*\d\d:\d\d:\d\d \w+"))).to_be_visible()
                expect(page.get_by_text(re.compile(r"18 of \d+ words"))).to_be_visible()
                page.reload()
                expect(page.locator("textarea[name=text]")).to_have_value(re.compile("The clinic asked us why"))
            else:
                page.locator("textarea[name=text]").fill(words)
                applicant.press(re.compile("Save"))
        applicant.go_to("My desk", TITLE, "Name the sponsor")
        page.locator("input[name=name]").fill(PEOPLE["sponsor"][0])
        page.locator("input[name=email]").fill(PEOPLE["sponsor"][1])
        page.locator("input[name=title]").fill("Chief of Ambulatory Care")
        page.locator("textarea[name=summary]").fill("We will titrate by telephone. Your beds empty sooner.")
        page.locator("select[name=health_system]").select_option(label=re.compile("County General").pattern)
        applicant.press(re.compile("Ask|Send"))
        applicant.go_to("My desk", TITLE, "Name the primary mentor")
        page.locator("input[name=name]").fill(PEOPLE["mentor"][0])
        page.locator("input[name=email]").fill(PEOPLE["mentor"][1])
        page.locator("input[name=title]").fill("Professor of Medicine")
        page.locator("textarea[name=summary]").fill("We will titrate by telephone. You know the method.")
        applicant.press(re.compile("Ask|Send"))
        applicant.go_to("My desk", TITLE, "Name the department chair")
        page.locator("input[name=name]").fill(PEOPLE["chair"][0])
        page.locator("input[name=email]").fill(PEOPLE["chair"][1])
        page.locator("input[name=title]").fill("Chair of Medicine")
        page.locator("input[name=department]").fill("Department of Medicine")
        page.locator("textarea[name=summary]").fill("We will titrate by telephone. Your clinics have fewer return visits.")
        applicant.press(re.compile("Ask|Send"))

    def those_who_are_asked_confirm(self):
        for part in ("sponsor", "mentor", "chair"):
            person = getattr(self, part)
            message = self.portal.post.wait_for(person.email, "[Action required]")
            address = link_in(message)
            assert address.startswith(self.portal.url + "/links/")
            person.page.goto(address)
            assert "/links/" not in person.page.url  # the token does not stay in the address
            expect(person.page.get_by_text(TITLE).first).to_be_visible()
            for box in person.page.locator("input[type=checkbox]").all():
                expect(box).not_to_be_checked()
                box.check()
            person.press("Send my answer")  # a choice and a name are missing
            expect(person.page.locator("[role=alert]").first).to_contain_text("choose whether you commit")
            person.page.locator("input[value=commit]").check()
            person.page.locator("input[name=signed_name]").fill(person.name)
            person.page.locator("input[name=signed_title]").fill("Chief of Ambulatory Care")
            if part == "chair":
                person.page.locator("textarea[name=note]").fill("Two half-days of clinic a week.")
            person.press("Send my answer")
            expect(person.page.get_by_text("You have committed")).to_be_visible()
            person.page.goto(address)  # later the link shows what was answered
            expect(person.page.get_by_text("You have committed")).to_be_visible()
        self.portal.post.wait_for(self.applicant.email, "", count=4)

    def the_applicant_submits(self):
        applicant, page = self.applicant, self.applicant.page
        for title in ("Biosketch", "Budget justification"):
            applicant.go_to("My desk", TITLE)
            chooser = page.get_by_label(f"{title} as PDF")
            chooser.set_input_files(
                {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": small_pdf(title, ["Samuel Ng"])}
            )
            page.locator("form", has=page.get_by_label(f"{title} as PDF")).locator("button[type=submit]").click()
            expect(page.get_by_text(f"{title}.pdf").first).to_be_visible()
        applicant.go_to("My desk", TITLE, "Check and submit")
        applicant.press(re.compile("^Submit"))
        expect(page.get_by_text(re.compile(r"[A-Z0-9]{2,4}-[A-Z0-9]{4}-[A-Z0-9]{2}")).first).to_be_visible()
        self.number = re.search(r"[A-Z0-9]{2,4}-[A-Z0-9]{4}-[A-Z0-9]{2}", page.inner_text("main")).group(0)
        receipt = self.portal.post.wait_for(applicant.email, "received")
        assert self.number in text_of(receipt)
        assert re.search(r"\d\d:\d\d:\d\d UTC", text_of(receipt))
        packet = page.get_by_role("link", name=re.compile("packet", re.I)).first
        expect(packet).to_be_visible(timeout=30000)

    def the_office_screens_and_assigns(self):
        coordinator, page = self.coordinator, self.coordinator.page
        coordinator.sign_in_by_code()
        coordinator.go_to("Applications", "Call 2027", TITLE, "Mark complete")
        coordinator.press("Mark complete")
        coordinator.follow("Reviewers")
        for part in ("reviewer", "reviewer2"):
            page.get_by_label(re.compile(PEOPLE[part][0])).check()
            coordinator.press("Assign")
            self.portal.post.wait_for(PEOPLE[part][1], "[Action required]")
        coordinator.follow("Open the application")
        expect(page.get_by_text("Under review").first).to_be_visible()

    def two_reviewers_judge(self):
        for part, score in [("reviewer", "2"), ("reviewer2", "3")]:
            person, page = getattr(self, part), getattr(self, part).page
            person.sign_in_by_code()
            person.follow(re.compile(TITLE))  # the desk says what to do first
            person.heading("conflict of interest")
            page.locator("input[value=none]").check()
            person.press("Declare")
            person.heading(TITLE)
            expect(page.get_by_text("The clinic asked us why").first).to_be_visible()
            for box in page.locator("input[data-score]").all():
                box.fill(score)
            box.fill("10")
            person.press("Submit review")
            expect(page.locator("[role=alert]").first).to_be_visible()  # 10 is not on the scale; what was typed stays
            expect(page.locator("input[data-score]").first).to_have_value(score)
            page.locator("input[data-score]").last.fill(score)
            page.locator("textarea[name=strengths]").fill("A question the system asked itself.")
            page.locator("textarea[name=weaknesses]").fill("The sample is small.")
            page.locator("textarea[name=summary]").fill("Strong fit and feasible.")
            person.press("Submit review")
            expect(page.get_by_text("Your review is in").first).to_be_visible()

    def the_deadline_passes(self):
        """Decisions open after it; a call that has opened can be given no earlier deadline on any page, so the row is changed."""
        page = self.director.page
        page.goto("/calls/1/decide/")  # no page leads there yet
        expect(page.get_by_text("Decisions open after the deadline").first).to_be_visible()
        expect(page.get_by_role("button", name="Stage from the line")).to_have_count(0)
        self.portal.write("UPDATE programs_call SET closes_at = {}", datetime.now(UTC) - timedelta(minutes=1))

    def the_director_decides(self):
        director, page = self.director, self.director.page
        director.go_to("Programme", "Ranked list of Call 2027")
        expect(page.get_by_text(TITLE).first).to_be_visible()
        expect(page.get_by_text("25", exact=True).first).to_be_visible()  # (2 + 3) / 2 = 2.5, × 10
        director.press(re.compile("Stage from the line"))
        director.follow("Review and release")
        assert not self.portal.post.to(self.applicant.email, "decided")
        director.press(re.compile("Release 1 decision"))

    def the_awardee_accepts(self):
        applicant, page = self.applicant, self.applicant.page
        message = self.portal.post.wait_for(applicant.email, "decided", seconds=60)
        page.goto(link_in(message))
        applicant.heading("You are offered an award")
        letter = page.get_by_role("link", name=re.compile("letter", re.I)).first.get_attribute("href")
        pdf = page.request.get(letter)
        assert pdf.ok
        words = words_of(pdf.body())
        assert "Samuel Ng" in words
        assert TITLE in words
        assert "$90,000" in words
        page.locator("input[value=accept]").check()
        page.locator("input[name=signed_name]").fill(applicant.name)
        applicant.press("Send my answer")
        applicant.heading("You have accepted this award")
        self.director.go_to("Scholars")
        expect(self.director.page.get_by_text("Samuel Ng").first).to_be_visible()
        for part in ("sponsor", "mentor", "chair"):
            self.portal.post.wait_for(PEOPLE[part][1], "", count=2)
