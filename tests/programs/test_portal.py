"""How pages write distances, what is close, and money."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from programs.templatetags.portal import (
    at_place,
    browser,
    clock,
    distance,
    in_utc_and,
    in_zone,
    is_close,
    joined,
    money,
    to_the_second,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("words", "sentence"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")])
def test_words_are_joined_as_in_a_sentence(words, sentence):
    assert joined(words) == sentence


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=59), "now"), (timedelta(seconds=60), "in 1 minute"), (timedelta(hours=23, minutes=59), "in 23 hours"),
        (timedelta(days=1), "in 1 day"), (timedelta(days=44), "in 44 days"), (timedelta(days=60, hours=23), "in 60 days"),
        (timedelta(days=61), "in 2 months"), (timedelta(days=91), "in 3 months"), (timedelta(days=365), "in 12 months"),
        (timedelta(days=700), "in 23 months"), (timedelta(days=731), "in 2 years"), (timedelta(days=-2, hours=-1), "2 days ago"),
        (timedelta(days=-90), "3 months ago"), (timedelta(days=-1729), "5 years ago"),
    ],
)  # fmt: skip
def test_a_distance_is_counted_in_the_unit_people_would_use(gap, words):
    assert distance(NOW + gap, NOW) == words


@pytest.mark.parametrize(
    ("hour", "minute", "zone", "words"),
    [
        (8, 30, "America/Los_Angeles", "01:30 Pacific (PDT)"), (9, 30, "America/Los_Angeles", "01:30 Pacific (PST)"),
        (7, 59, "America/Los_Angeles", "00:59 Pacific"), (10, 0, "America/Los_Angeles", "02:00 Pacific"),
        (8, 30, "America/Phoenix", "01:30 America/Phoenix"), (8, 30, "UTC", "08:30 UTC"),
    ],
)  # fmt: skip
def test_an_hour_that_happens_twice_says_which(hour, minute, zone, words):
    moment = datetime(2026, 11, 1, hour, minute, tzinfo=UTC)
    assert (clock(moment, zone), in_zone(moment, zone)) == (words, f"1 November 2026, {words}")
    assert to_the_second(moment, zone) == f"1 November 2026, {words.replace(' ', ':00 ', 1)}"


def test_a_receipt_gives_utc_and_the_zone_and_in_a_call_of_utc_one_time():
    moment = datetime(2026, 12, 1, 1, 0, 3, tzinfo=UTC)
    assert in_utc_and(moment, "America/Los_Angeles") == ["1 December 2026, 01:00:03 UTC", "30 November 2026, 17:00:03 Pacific"]
    assert in_utc_and(moment, "UTC") == ["1 December 2026, 01:00:03 UTC"]
    assert in_utc_and(None, "UTC") == []


@pytest.mark.parametrize(
    ("position", "place", "words"),
    [
        ("Chief of Medicine", "County General", "Chief of Medicine, County General"),
        ("Vice President, Ambulatory Operations, County General", "County General",
         "Vice President, Ambulatory Operations, County General"),
        ("", "County General", "County General"), ("Chief of Medicine", "", "Chief of Medicine"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_place_stands_once_beside_a_position(position, place, words):
    assert at_place(position, place) == words


@pytest.mark.parametrize(
    ("gap", "close"),
    [
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
        (timedelta(0), True),
        (timedelta(seconds=-1), False),
        (timedelta(days=44), False),
    ],
)
def test_only_the_last_week_is_coloured(gap, close):
    assert is_close(NOW + gap, NOW) is close
    printed = render_to_string("components/deadline.html", {"at": NOW + gap, "zone": "UTC", "now": NOW})
    assert ("is-close" in printed) is close


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (90000, "$90,000"), (Decimal("0.5"), "$0.50"), (Decimal("-230000"), "−$230,000"), (Decimal("-1.50"), "−$1.50"), (0, "$0"),
        (None, ""),
    ],
)  # fmt: skip
def test_money_has_its_sign_in_front(amount, words):
    assert money(amount) == words


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(user_agent, words):
    assert browser(user_agent) == words
