"""Arithmetic of a cohort's room: places and money that are left, and until when an offer stands; no database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from programs.templatetags.portal import money

ANSWER_UNTIL = time(17)  # the day ends with office hours in the call's zone


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


def answer_until(at: datetime, *, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) until which an offer of `at` stands: `days` days later at 17:00 in the call's zone."""
    local = datetime.combine(at.astimezone(zone).date() + timedelta(days=days), ANSWER_UNTIL, tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))
