"""Arithmetic of an award: its years, twelve months at a time, and what each of them costs; no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from programs.models.call import add_months
from programs.templatetags.portal import money

CENT = Decimal("0.01")
ANSWER_UNTIL = time(17)  # the day ends with office hours in the call's zone


@dataclass(frozen=True)
class Year:
    """One appointment: its number from 1, its first and last day, and its money in dollars."""

    number: int
    starts_on: date
    ends_on: date
    months: int
    salary: Decimal
    research: Decimal

    @property
    def total(self) -> Decimal:
        return self.salary + self.research


@dataclass(frozen=True)
class Room:
    """What a cohort can still give: its places and budget, what is taken of them, and what one award costs (dollars)."""

    places: int
    budget: Decimal
    taken: int
    spent: Decimal
    each: Decimal

    @property
    def places_left(self) -> int:
        return max(self.places - self.taken, 0)

    @property
    def money_left(self) -> Decimal:
        return max(self.budget - self.spent, Decimal(0))

    @property
    def fits(self) -> int:
        """How many more awards find both a place and their money."""
        if self.each <= 0:
            return self.places_left
        return min(self.places_left, int(self.money_left // self.each))

    def spent_with(self, awards: int) -> Decimal:
        """Return the dollars spent when so many awards are added."""
        return self.spent + awards * self.each

    def places_words(self, staged: int) -> str:
        """Say where the places are when so many awards are staged: `4 places: 1 awarded, 2 staged, 1 left`."""
        left = self.places - self.taken - staged
        noun = "place" if self.places == 1 else "places"
        return f"{self.places} {noun}: {self.taken} awarded, {staged} staged, {abs(left)} {'left' if left >= 0 else 'too many'}"

    def money_words(self, staged: int) -> str:
        """Say where the money is when so many awards are staged: `$920,000: $230,000 awarded, $460,000 staged, $230,000 left`."""
        left = self.budget - self.spent_with(staged)
        rest = f"{money(abs(left))} {'left' if left >= 0 else 'too much'}"
        return f"{money(self.budget)}: {money(self.spent)} awarded, {money(staged * self.each)} staged, {rest}"

    def hindrance(self, awards: int) -> str:
        """Return "" when so many more awards fit, otherwise the sentence that says what is over."""
        said = []
        if awards > self.places_left:
            noun = "award" if awards == 1 else "awards"
            places = "place" if self.places_left == 1 else "places"
            said.append(f"{awards} {noun} staged, {self.places_left} {places} left.")
        if self.spent_with(awards) > self.budget:
            said.append(f"The awards of the cohort would come to {money(self.spent_with(awards))} of {money(self.budget)}.")
        return " ".join(said)


def years(starts_on: date, ends_on: date, *, salary: Decimal, research: Decimal) -> list[Year]:
    """Split an award into appointments of twelve months; `salary` and `research` are dollars of a full year.

    Years are counted from the first day, so that 1 July to 30 June is one of them. A last year that is shorter gets its share
    by months, rounded half up to the cent; a part of a month counts as that part of its days (LEAP: 2 × $90,000 + 2 × $25,000).
    """
    return [
        Year(number, first, last, int(months), _share(salary, months), _share(research, months))
        for number, first, last, months in _spans(starts_on, ends_on)
    ]


def cost(starts_on: date, ends_on: date, *, salary: Decimal, research: Decimal) -> Decimal:
    """Return what one award costs in dollars over its whole time: the sum of its years, to the cent."""
    return sum((year.total for year in years(starts_on, ends_on, salary=salary, research=research)), Decimal(0))


def answer_until(at: datetime, *, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) until which an offer of `at` stands: `days` days later at 17:00 in the call's zone."""
    local = datetime.combine(at.astimezone(zone).date() + timedelta(days=days), ANSWER_UNTIL, tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))


def _spans(starts_on: date, ends_on: date) -> Iterator[tuple[int, date, date, Decimal]]:
    """Yield (number, first day, last day, months) of each appointment."""
    after, number = ends_on + timedelta(days=1), 1
    while (first := add_months(starts_on, 12 * (number - 1))) < after:
        full = add_months(starts_on, 12 * number)
        yield number, first, min(full, after) - timedelta(days=1), Decimal(12) if full <= after else _months(first, after)
        number += 1


def _months(first: date, after: date) -> Decimal:
    """Return the months from `first` up to, not including, `after`; the rest of a month as a part of its days."""
    whole = 0
    while add_months(first, whole + 1) <= after:
        whole += 1
    begun = add_months(first, whole)
    days = (add_months(first, whole + 1) - begun).days
    return whole + Decimal((after - begun).days) / days


def _share(amount: Decimal, months: Decimal) -> Decimal:
    return (amount * months / 12).quantize(CENT, ROUND_HALF_UP)
