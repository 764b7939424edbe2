"""A call's public page: what is asked, who promises what, how it is judged and when, and the one way in."""

import os
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mentors.models import MentorAgreement
from programs.models import Call, Cohort
from sponsors.models import SponsorCommitment
from tests.chromium import CHROMIUM
from tests.factories.accounts import UserFactory
from tests.factories.promises import ChairCommitmentFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/calls/harbor-leap/2027/"


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_visitor_reads_all_of_it(client, call):
    Call.objects.update(guidance="Aims of the call.\n\nWho may apply.")
    text = text_of(client.get(ADDRESS))
    for words in (
        "Aims of the call.", "Specific aims", "500 words", "1,500 words", "Biosketch", "5 pages", "Candidate", "$90,000", "$25,000",
        "75 per cent", "1 July 2027", "30 June 2029", "Applications close", "Sponsors and mentors answer until", "Pacific",
    ):  # fmt: skip
        assert words in text
    assert "<p>Who may apply.</p>" in text


def test_the_promises_are_word_for_word_those_that_are_asked(client, call):
    text = text_of(client.get(ADDRESS))
    for duty in (*SponsorCommitment.DUTIES, *MentorAgreement.DUTIES):
        assert duty in text


def test_a_call_that_asks_for_a_chair_says_so_and_no_other_does(client, call):
    duties = (
        "Accept the award’s funds for the department, on the terms of the programme.",
        "Protect 80 per cent of the applicant’s full-time professional effort for the programme.",
        "List the duties that remain beside it, and add none to them while the award runs.",
        "Pay the part of the salary that the award’s contribution of up to $85,000 a year does not cover.",
    )
    Cohort.objects.update(effort_percent=80, salary_per_year=85000)
    text = text_of(client.get(ADDRESS))
    assert "You name two people." in text
    assert not [words for words in ("chair", *duties) if words in text]
    Call.objects.update(asks_chair=True)
    text = text_of(client.get(ADDRESS))
    for words in ("You name three people.", "Sponsors, mentors and chairs answer until", "The chair of your department", *duties):
        assert words in text
    made = ChairCommitmentFactory(call=Call.objects.get(), applicant=UserFactory())
    assert made.duties == duties


def test_dates_carry_their_moment_for_the_readers_own_zone(client, call):
    text = text_of(client.get(ADDRESS))
    assert f'<time datetime="{call.closes_at.isoformat()}">' in text
    assert "js/localtime.js" in text
    assert 'data-local-times=""' in text


def test_the_zone_of_the_profile_is_the_one_on_the_whole_page(client_of, call, applicant):
    applicant.time_zone = "America/New_York"
    applicant.save()
    text = text_of(client_of(applicant).get(ADDRESS))
    assert 'data-local-times="America/New_York"' in text
    assert re.search(r'class="deadline-own">\([^)]* Eastern\)', text)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not os.path.exists(CHROMIUM), reason="no Chromium")
def test_the_browsers_zone_is_for_people_without_one(browser, live_server, client_of, call):
    """One browser in Berlin shows the page to three people: with a zone of their own, without one, and with the call's."""
    told = {"America/New_York": "(America/New York)", "": "(Europe/Berlin)", "America/Los_Angeles": None}
    sessions = {}
    for chosen in told:
        person = UserFactory(time_zone=chosen)
        sessions[chosen] = {
            "name": settings.SESSION_COOKIE_NAME, "value": client_of(person).session.session_key, "url": live_server.url,
        }  # fmt: skip
    for chosen, said in told.items():
        context = browser.new_context(base_url=live_server.url, timezone_id="Europe/Berlin")
        context.add_cookies([sessions[chosen]])
        page = context.new_page()
        page.goto(ADDRESS)
        lines = page.locator("[data-local-times] .second-line").all_inner_texts()
        head = page.locator(".deadline").first.inner_text()
        context.close()
        assert bool(lines) == bool(said), chosen
        # In the head too: by the browser's clock below the deadline, by the profile's beside it.
        assert ("your time (Europe/Berlin)" in head, "Eastern" in head) == (chosen == "", chosen == "America/New_York"), head
        assert all(line.endswith(f"your time {said}") for line in lines), chosen


def test_the_way_in_keeps_the_call_through_sign_up(client, client_of, call, applicant):
    start = reverse("applications:start", args=[call.pk])
    text = text_of(client.get(ADDRESS))
    assert f"{reverse('account_signup')}?next=%2Fapplications%2Fstart%2F{call.pk}%2F" in text
    assert f'action="{start}"' not in text
    signed_in = text_of(client_of(applicant).get(ADDRESS))
    assert f'<form method="post" action="{start}">' in signed_in
    assert signed_in.count('class="btn btn-primary"') == 1


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(5, 20, "Applications are not taken yet"), (-50, -1, "Applications are not taken any more")],
)
def test_before_and_after_there_is_no_way_in(client_of, applicant, call, opens, closes, words):
    now = timezone.now()
    Call.objects.update(opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))
    text = text_of(client_of(applicant).get(ADDRESS))
    assert words in text
    assert "Start an application" not in text


def test_a_draft_is_for_the_office_only(client, client_of, call, coordinator, applicant, other_director):
    Call.objects.update(published_at=None)
    for seen in (client, client_of(applicant), client_of(other_director)):
        assert seen.get(ADDRESS).status_code == 404
    assert "Visitors cannot see this page yet" in text_of(client_of(coordinator).get(ADDRESS))


def test_a_call_is_found_under_its_own_programme_only(client, call, other_call):
    assert client.get("/calls/harbor-leap/lakeshore-2027/").status_code == 404
    assert client.get("/calls/lakeshore/lakeshore-2027/").status_code == 200


def test_words_of_the_office_are_not_markup(client, call):
    Call.objects.update(guidance="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(client.get(ADDRESS))


def test_addresses_in_the_words_of_the_office_lead_there_and_only_on_the_web(client, call):
    Call.objects.update(
        guidance="Read https://example.org/guide?a=1&b=2.\n\nNot javascript:alert(1) and not <a href=x onclick=y>this</a>."
    )
    page = text_of(client.get(ADDRESS))
    assert '<a href="https://example.org/guide?a=1&amp;b=2" rel="nofollow">https://example.org/guide?a=1&amp;b=2</a>.' in page
    assert "<p>Not javascript:alert(1) and not &lt;a href=x onclick=y&gt;this&lt;/a&gt;.</p>" in page


def test_queries(client, call, django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get(ADDRESS)


def test_who_directs_publishes_a_draft_from_its_own_page(client_of, call, coordinator, director):
    Call.objects.filter(pk=call.pk).update(published_at=None)
    publish, change = (reverse(f"programs:{name}", args=[call.pk]) for name in ("call_publish", "call_edit"))
    page = text_of(client_of(director).get(ADDRESS))
    assert page.count(f'href="{publish}"') == page.count(f'href="{change}"') == page.count("btn-primary") == 1
    page = text_of(client_of(coordinator).get(ADDRESS))
    assert "A director publishes it" in page
    assert publish not in page
    assert change not in page
