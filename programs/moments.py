"""A date and time of day in a zone as one moment: or why there is none, or why there are two."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

FIRST_YEAR, LAST_YEAR = 1960, 2100  # of anything that a programme dates; grants may be old, and stay as they are


class NoSuchMoment(ValueError):
    """The clocks of the zone are put forward over this time of day."""


class TwoMoments(ValueError):
    """The clocks of the zone are put back over this time of day; `earlier` and `later` are its moments in UTC."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        super().__init__(f"{earlier:%H:%M} or {later:%H:%M} UTC")
        self.earlier, self.later = earlier, later


def moment_of(local: datetime, zone: str, *, which: str = "") -> datetime:
    """Return the UTC moment of a naive local time in an IANA zone.

    `which` ("earlier" or "later") chooses when the time of day happens twice. Raises NoSuchMoment in the gap when the
    clocks go forward, TwoMoments in the fold when they go back and `which` is not given (PEP 495).
    """
    tz = ZoneInfo(zone)
    earlier, later = (local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier.astimezone(tz).replace(tzinfo=None) != local:
        raise NoSuchMoment(f"{local:%H:%M} is skipped in {zone}")
    if earlier == later:
        return earlier
    if which not in ("earlier", "later"):
        raise TwoMoments(earlier, later)
    return earlier if which == "earlier" else later


def likely_year(value: date) -> None:
    """Raise ValidationError for a day, or a day and time, whose year can only be a slip; the calendar ends in 9999 at that."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(f"Please check the year: it lies between {FIRST_YEAR} and {LAST_YEAR}.")


def as_utc(stored: datetime | str | None) -> datetime | None:
    """Return a moment that a written-out statement read: SQLite keeps it in UTC without saying so, sometimes as text."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def local_time(moment: datetime, zone: str) -> datetime:
    """Return the naive local time of a moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def offset_name(moment: datetime, zone: str) -> str:
    """Write how the clock of the zone stands at a moment: `EDT, UTC−04:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z").replace("-", "−")
    return f"{local.tzname()}, UTC{offset[:3]}:{offset[3:]}"


def clock_name(local: datetime) -> str:
    """Return what the clock of an aware local time is called, `PDT`, where its time of day happens twice; "" on all other hours."""
    return (local.tzname() or "") if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() else ""


def next_july(day: date) -> date:
    """Return the first 1 July after a day: the federal academic year, in which cohorts start."""
    return date(day.year + (day >= date(day.year, 7, 1)), 7, 1)
