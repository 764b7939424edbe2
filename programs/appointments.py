"""Arithmetic of an award's time: its years, twelve months at a time, and what each of them costs; no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


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


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


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


def _spans(starts_on: date, ends_on: date) -> Iterator[tuple[int, date, date, Decimal]]:
    """Yield (number, first day, last day, months) of each appointment."""
    after, number = ends_on + timedelta(days=1), 1
    while (first := add_months(starts_on, 12 * (number - 1))) < after:
        full = add_months(starts_on, 12 * number)
        yield (
            number,
            first,
            min(full, after) - timedelta(days=1),
            Decimal(12) if full <= after else _months(starts_on, after, 12 * (number - 1)),
        )
        number += 1


def _months(starts_on: date, after: date, before: int) -> Decimal:
    """Return the months up to, not including, `after` that follow the first `before`; the rest of one as a part of its days.

    All are counted from the first day, so that a start on 29 February does not shorten the months of a later year.
    """
    whole = before
    while add_months(starts_on, whole + 1) <= after:
        whole += 1
    begun = add_months(starts_on, whole)
    days = (add_months(starts_on, whole + 1) - begun).days
    return whole - before + Decimal((after - begun).days) / days


def _share(amount: Decimal, months: Decimal) -> Decimal:
    return (amount * months / 12).quantize(CENT, ROUND_HALF_UP)
