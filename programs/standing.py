"""Where a call stands at a moment, in the words and colours of the pages."""

from dataclasses import dataclass
from datetime import datetime

from programs.models import Call


@dataclass(frozen=True)
class Standing:
    """A call with its word, its tone and the moment that counts next (`verb` says what happens then)."""

    call: Call
    word: str
    tone: str
    verb: str
    moment: datetime | None
    is_open: bool = False
    is_draft: bool = False
    is_upcoming: bool = False
    is_closed: bool = False


def standing(call: Call, at: datetime) -> Standing:
    """Return where the call stands at `at`."""
    if not call.is_published(at):
        return Standing(call, "Draft", "neutral", "opens", call.opens_at, is_draft=True)
    if at < call.opens_at:
        return Standing(call, "Opens soon", "primary", "opens", call.opens_at, is_upcoming=True)
    if at < call.closes_at:
        return Standing(call, "Open", "ok", "closes", call.closes_at, is_open=True)
    return Standing(call, "Closed", "neutral", "closed", call.closes_at, is_closed=True)


@dataclass(frozen=True)
class Milestone:
    """One dated line of a call: a moment in the call's zone, or a day."""

    label: str
    moment: datetime | None = None
    day: object = None
    note: str = ""
    is_past: bool = False
    is_next: bool = False


def timeline(call: Call, at: datetime) -> list[Milestone]:
    """Return the dates of a call in order; the first that is still to come is marked."""
    moments = [
        ("Opens", call.opens_at, ""),
        ("Letters of intent due", call.letter_of_intent_due_at, ""),
        ("Applications close", call.closes_at, "An application received at this very second is too late."),
        (f"Sponsors{', mentors and chairs' if call.asks_chair else ' and mentors'} answer until", call.letters_until, ""),
        ("Reviews due", call.review_due_at, ""),
    ]
    rows: list[Milestone] = []
    coming = False
    for label, moment, note in moments:
        if moment is None:
            continue
        past = moment <= at
        rows.append(Milestone(label, moment=moment, note=note, is_past=past, is_next=not past and not coming))
        coming = coming or not past
    today = at.astimezone(call.zone).date()
    for label, day in (("Decisions by", call.decision_on), ("Awards start", call.cohort.starts_on)):
        past = day < today
        rows.append(Milestone(label, day=day, is_past=past, is_next=not past and not coming))
        coming = coming or not past
    return rows
