"""The frame of every page: whose page it says it is, and deadlines in the reader's own zone."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from tests.factories.programs import MembershipFactory

pytestmark = pytest.mark.django_db


def brand(page):
    return page.content.decode().split('class="brand"')[1].split("<span>")[1].split("</span>")[0]


@pytest.fixture
def reviewer_elsewhere(applicant, other_program):
    """The applicant to Harbor, who reviews for Lakeshore."""
    MembershipFactory(program=other_program, user=applicant, role="reviewer")
    return applicant


def test_a_page_names_the_programme_it_is_about(application, reviewer_elsewhere, client_of):
    client = client_of(reviewer_elsewhere)
    call, section = application.call, application.call.sections.first()
    addresses = [
        reverse("programs:call", args=[call.program.slug, call.slug]),
        reverse("applications:application", args=[application.pk]),
        reverse("applications:title", args=[application.pk]),
        reverse("applications:section", args=[application.pk, section.pk]),
        reverse("applications:document", args=[application.pk, call.document_requests.first().pk]),
        reverse("applications:sponsor", args=[application.pk]),
        reverse("applications:mentor", args=[application.pk]),
        reverse("applications:submit", args=[application.pk]),
        reverse("applications:withdraw", args=[application.pk]),
    ]
    assert {address: brand(client.get(address)) for address in addresses} == dict.fromkeys(addresses, "Harbor LEAP K12")


def test_elsewhere_a_person_of_one_programme_is_at_home_there(reviewer_elsewhere, program, stranger, client, client_of):
    assert brand(client_of(reviewer_elsewhere).get("/desk/")) == "Lakeshore LHS K12"
    assert brand(client_of(stranger).get("/desk/")) == "LHS K12 Portal"
    assert brand(client.get("/")) == "LHS K12 Portal"
    MembershipFactory(program=program, user=reviewer_elsewhere, role="reviewer")
    assert brand(client_of(reviewer_elsewhere).get("/desk/")) == "LHS K12 Portal"


def test_naming_the_programme_asks_the_database_for_nothing(application):
    bare = Application.objects.get(pk=application.pk)
    whole = Application.objects.select_related("call__cohort__program").get(pk=application.pk)
    page = Template("{% load portal %}{% programme_here %}")
    with CaptureQueriesContext(connection) as queries:
        assert page.render(Context({"application": bare, "portal_name": "Home"})) == "Home"
        assert page.render(Context({"application": whole, "portal_name": "Home"})) == "Harbor LEAP K12"
        assert page.render(Context({"call": "not a row", "program": None})) == "LHS K12 Portal"
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ("America/New_York", '17:00 Pacific</time> <span class="deadline-own">(1 December 2026, 20:00 Eastern)</span>, '),
        ("Europe/Berlin", '17:00 Pacific</time> <span class="deadline-own">(2 December 2026, 02:00 Europe/Berlin)</span>, '),
        ("America/Los_Angeles", "17:00 Pacific</time>, "),
        ("", "17:00 Pacific</time>, "),
    ],
)
def test_a_deadline_is_shown_in_the_readers_zone_too(own, shown, application, applicant, client_of):
    call = application.call
    call.closes_at = datetime(2026, 12, 2, 1, tzinfo=UTC)
    deadline = Template('{% include "components/deadline.html" with at=call.closes_at zone=call.time_zone %}')
    assert f"1 December 2026, {shown}" in deadline.render(Context({"call": call, "own_zone": own, "now": call.opens_at}))


def test_the_zone_of_the_profile_reaches_the_pages_with_deadlines(application, applicant, client, client_of):
    call = application.call
    pages = [
        reverse("programs:call", args=[call.program.slug, call.slug]),
        reverse("applications:application", args=[application.pk]),
        reverse("applications:section", args=[application.pk, call.sections.first().pk]),
    ]
    assert not any("deadline-own" in client_of(applicant).get(page).content.decode() for page in pages)
    applicant.time_zone = "Pacific/Honolulu"
    applicant.save()
    mine = client_of(applicant)
    for page in pages:
        text = mine.get(page).content.decode()
        assert "Pacific/Honolulu)</span>" in text, page
    assert "deadline-own" not in client.get(pages[0]).content.decode()


def marked(page):
    """Return the places of the top bar that the page says it belongs to."""
    bar = page.content.decode().split('aria-label="Main"')[1].split("</nav>")[0]
    return [piece.split(">")[1].split("<")[0] for piece in bar.split('aria-current="page"')[1:]]


def test_the_top_bar_marks_the_one_place_a_page_belongs_to(application, call, director, applicant, client_of):
    office = client_of(director)
    slug, cohort = call.program.slug, call.cohort
    found = {
        address: marked(office.get(address))
        for address in [
            reverse("reports:desk"),
            reverse("sponsors:systems", args=[slug]),
            reverse("scholars:letter_template", args=[slug]),
            reverse("scholars:cohort_edit", args=[cohort.pk]),
            reverse("programs:call_new", args=[cohort.pk]),
            reverse("scholars:list"),
            reverse("applications:application", args=[application.pk]),
            reverse("reports:decide", args=[call.pk]),
            reverse("scholars:awards", args=[call.pk]),
        ]
    }
    assert list(found.values()) == [
        ["My desk"], *[["Programme"]] * 4, ["Scholars"], ["Applications"], *[["Calls"]] * 2,
    ]  # fmt: skip
    assert marked(client_of(applicant).get(reverse("applications:application", args=[application.pk]))) == ["My desk"]
    assert marked(office.get(reverse("accounts:profile"))) == []
