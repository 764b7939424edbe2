"""Arithmetic of awards: years, money to the cent, what a cohort can still give, until when an offer stands."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programs.appointments import add_months, cost, years
from programs.models import Cohort
from scholars.appointments import Room, answer_until

FULL = {"salary": Decimal("90000"), "research": Decimal("25000")}


def test_leap_award_is_two_years_of_115000():
    found = years(date(2027, 7, 1), date(2029, 6, 30), **FULL)
    assert [(year.number, year.starts_on, year.ends_on, year.salary, year.research) for year in found] == [
        (1, date(2027, 7, 1), date(2028, 6, 30), Decimal("90000.00"), Decimal("25000.00")),
        (2, date(2028, 7, 1), date(2029, 6, 30), Decimal("90000.00"), Decimal("25000.00")),
    ]
    assert cost(date(2027, 7, 1), date(2029, 6, 30), **FULL) == Decimal("230000")


def test_a_short_last_year_gets_its_share_by_months():
    found = years(date(2027, 7, 1), date(2029, 12, 31), **FULL)
    assert [(year.months, year.salary, year.research) for year in found] == [
        (12, Decimal("90000.00"), Decimal("25000.00")),
        (12, Decimal("90000.00"), Decimal("25000.00")),
        (6, Decimal("45000.00"), Decimal("12500.00")),
    ]


def test_a_month_of_research_money_is_rounded_half_up_to_the_cent():
    (only,) = years(date(2027, 7, 1), date(2027, 7, 31), **FULL)
    assert (only.salary, only.research, only.total) == (Decimal("7500.00"), Decimal("2083.33"), Decimal("9583.33"))


def test_half_a_cent_goes_up():
    (only,) = years(date(2027, 7, 1), date(2027, 7, 31), salary=Decimal("0.06"), research=Decimal("0.30"))
    assert (only.salary, only.research) == (Decimal("0.01"), Decimal("0.03"))  # 0.005 and 0.025


def test_a_cohort_says_what_an_award_of_it_costs_to_the_same_cent():
    """$80,000 + $20,000 over 28 months: each share of the last four months is rounded by itself."""
    cohort = Cohort(starts_on=date(2027, 7, 1), months=28, salary_per_year=Decimal(80000), research_per_year=Decimal(20000))
    assert cohort.award_cost == Decimal("233333.34")
    assert cohort.award_cost == cost(cohort.starts_on, cohort.ends_on, salary=Decimal(80000), research=Decimal(20000))


def test_a_part_of_a_month_counts_by_its_days():
    (only,) = years(date(2027, 9, 1), date(2027, 9, 15), **FULL)
    assert only.salary == Decimal("3750.00")  # half of September


def test_an_award_that_starts_on_the_last_of_a_month_keeps_whole_years():
    found = years(date(2027, 8, 31), date(2029, 8, 30), **FULL)
    assert [(year.starts_on, year.ends_on) for year in found] == [
        (date(2027, 8, 31), date(2028, 8, 30)),
        (date(2028, 8, 31), date(2029, 8, 30)),
    ]


@example(start=date(2020, 2, 29), months=13, salary=Decimal(0), research=Decimal("3.90"))
@given(
    start=st.dates(date(2018, 1, 1), date(2040, 1, 1)),
    months=st.integers(1, 72),
    salary=st.decimals(0, 300000, places=2),
    research=st.decimals(0, 100000, places=2),
)
def test_years_join_without_gap_and_cost_what_the_months_cost(start, months, salary, research):
    end = add_months(start, months) - timedelta(days=1)
    found = years(start, end, salary=salary, research=research)
    assert found[0].starts_on == start
    assert found[-1].ends_on == end
    assert all(later.starts_on - earlier.ends_on == timedelta(days=1) for earlier, later in pairwise(found))
    assert len(found) == -(-months // 12)
    exact = (salary + research) * months / 12
    assert abs(sum(year.total for year in found) - exact) <= Decimal("0.01")


def room(**changes):
    facts = {"places": 4, "budget": Decimal("920000"), "taken": 0, "spent": Decimal(0), "each": Decimal("230000")}
    return Room(**{**facts, **changes})


def test_four_awards_fit_four_places_and_the_budget():
    assert room().hindrance(4) == ""
    assert room().fits == 4


def test_five_awards_for_four_places_name_both_numbers():
    assert room().hindrance(5) == ("5 awards staged, 4 places left. The awards of the cohort would come to $1,150,000 of $920,000.")


def test_places_and_money_say_what_is_awarded_staged_and_left():
    cohort = room(taken=1, spent=Decimal("230000"))
    assert cohort.places_words(2) == "4 places: 1 awarded, 2 staged, 1 left"
    assert cohort.money_words(2) == "$920,000: $230,000 awarded, $460,000 staged, $230,000 left"
    assert (cohort.hindrance(3), cohort.places_words(3)) == ("", "4 places: 1 awarded, 3 staged, 0 left")


def test_what_is_too_much_is_said_where_the_release_would_refuse():
    assert room(places=1, budget=Decimal("230000")).places_words(2) == "1 place: 0 awarded, 2 staged, 1 too many"
    assert room(budget=Decimal("230000")).money_words(2) == "$230,000: $0 awarded, $460,000 staged, $230,000 too much"


def test_money_alone_can_be_over():
    assert room(places=9).hindrance(5) == "The awards of the cohort would come to $1,150,000 of $920,000."
    assert room(places=9).fits == 4


def test_one_place_left_is_in_the_singular():
    tight = room(taken=3, spent=Decimal("690000"), budget=Decimal("5000000"))
    assert tight.hindrance(2) == "2 awards staged, 1 place left."
    assert tight.fits == 1


def test_a_cohort_that_costs_nothing_is_bounded_by_places():
    assert room(each=Decimal(0), budget=Decimal(0)).fits == 4


def test_a_cohort_overdrawn_by_a_smaller_budget_offers_nothing():
    overdrawn = room(taken=2, spent=Decimal("460000"), budget=Decimal("400000"))
    assert (overdrawn.fits, overdrawn.money_left) == (0, Decimal(0))


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2027, 5, 15, 18, 0, tzinfo=UTC), datetime(2027, 5, 30, 0, 0, tzinfo=UTC)),
        # The clocks of the zone go back between the offer and the answer: 17:00 stays 17:00.
        (datetime(2027, 11, 1, 18, 0, tzinfo=UTC), datetime(2027, 11, 16, 1, 0, tzinfo=UTC)),
        # Late in the evening of the zone it is the next day in UTC already.
        (datetime(2027, 5, 16, 5, 0, tzinfo=UTC), datetime(2027, 5, 30, 0, 0, tzinfo=UTC)),
    ],
)
def test_an_offer_stands_until_five_in_the_calls_zone(at, until):
    assert answer_until(at, days=14, zone=ZoneInfo("America/Los_Angeles")) == until
