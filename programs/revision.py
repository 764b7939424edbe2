"""What a changed row is held against: what its form showed when it was opened, and what an open call has promised."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from programs.models import Call, Cohort, Criterion, DocumentRequest, Program, Section
from programs.templatetags.portal import day
from programs.transitions import NotPossible

PART = ("title", "help")
EDITABLE: dict[Any, tuple[str, ...]] = {
    Program: (
        "name", "short_name", "about", "mechanism", "funders", "grant_number", "grant_starts_on", "grant_ends_on",
        "no_cost_extension_ends_on", "institution", "address", "time_zone", "reply_to", "signatory_name", "signatory_title",
    ),
    Cohort: ("name", "starts_on", "months", "places", "salary_per_year", "research_per_year", "effort_percent", "budget"),
    Call: (
        "title", "guidance", "time_zone", "opens_at", "letter_of_intent_due_at", "closes_at", "review_due_at",
        "letters_grace_hours", "decision_on", "accept_days", "asks_chair",
    ),
    Section: (*PART, "word_limit", "required", "position"),
    DocumentRequest: (*PART, "page_limit", "required", "position"),
    Criterion: (*PART, "position"),
}  # fmt: skip
EARLIEST_START, YEARS_AHEAD = 2000, 10  # of a cohort, in years
LIMITS = {Section: ("word_limit", "words"), DocumentRequest: ("page_limit", "pages")}


class Overtaken(NotPossible):
    """Somebody else has saved the row since its form was opened."""


@dataclass(frozen=True)
class Refusal:
    """Why one field of a row may not take its new value; `part` is None for the row itself, `field` "" for all of it."""

    field: str
    sentence: str
    part: Any = None


class Refused(NotPossible):
    """Some fields may not take their new values; `refusals` says which and why."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(" ".join(dict.fromkeys(refusal.sentence for refusal in refusals)))
        self.refusals = refusals


def fingerprint(row: Any) -> str:
    """Return a short digest of what the form of a row shows, or "" for a row not stored yet: one mark a field, so that it tells
    which fields somebody else has changed; of a call with its parts, which are many, one for all."""
    if row.pk is None:
        return ""
    if not isinstance(row, Call):
        return "-".join(_marks(row))
    shown = [_values(row), *([type(part).__name__, str(part.pk), *_values(part)] for part in parts_of(row))]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:24]


def meanwhile(seen: str, stored: Any, row: Any) -> tuple[list[str], list[str]] | None:
    """Return the fields that only others have changed since a form showed `seen`, and those that `row` would change otherwise.

    None when `seen` does not tell fields: nobody knows then what the form began with.
    """
    names, before = EDITABLE[type(row)], seen.split("-")
    if len(before) != len(names):
        return None
    theirs: list[str] = []
    both: list[str] = []
    for name, shown, saved, typed in zip(names, before, _marks(stored), _marks(row), strict=True):
        if saved not in (shown, typed):
            (theirs if typed == shown else both).append(name)
    return theirs, both


def require_seen(stored: Any, seen: str | None) -> None:
    """Raise Overtaken unless the stored row is as the form showed it; None stands for a caller without a form."""
    if seen is not None and seen != fingerprint(stored):
        raise Overtaken("Somebody else has saved this since you opened it. Please compare the two, then save again.")


def require_sound_start(stored: Cohort | None, cohort: Cohort, *, at: datetime) -> None:
    """Raise Refused for a first day that can only be a slip, or comes before a call of the cohort has decided.

    Cohorts of the past are entered too, as alumni are followed on.
    """
    if stored is not None and stored.starts_on == cohort.starts_on:
        return
    latest = at.year + YEARS_AHEAD
    if not EARLIEST_START <= cohort.starts_on.year <= latest:
        sentence = f"The first day must lie between {EARLIEST_START} and {latest}. Please check the year."
        raise Refused([Refusal("starts_on", sentence)])
    last = stored.calls.order_by("decision_on").last() if stored is not None else None
    if last is not None and last.decision_on >= cohort.starts_on:
        sentence = f"{last.title} decides by {day(last.decision_on)}: the cohort must start after that."
        raise Refused([Refusal("starts_on", sentence)])


def changed(stored: Any, row: Any) -> list[str]:
    """Return the names of the fields of the form in which a row differs from what is stored."""
    return [name for name in EDITABLE[type(row)] if getattr(row, name) != getattr(stored, name)]


def parts_of(call: Call) -> list[Any]:
    """Return the stored sections, documents and criteria of a call."""
    return [*call.sections.all(), *call.document_requests.all(), *call.criteria.all()]


def refusals(stored: Call, call: Call, parts: Iterable[Any], *, has_submission: bool, at: datetime) -> list[Refusal]:
    """Return what a call that has opened may not become: stricter, shorter, or other than what people were judged by.

    `stored` is the call as it is kept, `call` and `parts` are as they would be kept. Before the opening a published call is
    refused to be without sections or rubric, which nobody could add any more, and to ask for one person more: whoever has read
    it has begun to look for those it names.
    """
    if not stored.has_opened(at):
        return [*_chair(stored, call, False, at), *_whole(stored, parts)]
    is_judged = has_submission and at >= stored.closes_at
    kept = {(type(part), part.pk): part for part in parts_of(stored)}
    found = [*_dates(stored, call, is_judged, at), *_chair(stored, call, is_judged, at)]
    for part in parts:
        before = kept.get((type(part), part.pk))
        if before is not None:
            found += [Refusal(field, sentence, part) for field, sentence in _part(before, part, is_judged)]
    if kept.keys() != {(type(part), part.pk) for part in parts}:
        found.append(Refusal("", "The call has opened: its sections, documents and rubric cannot be added or removed any more."))
    return found


def require_whole(call: Call) -> None:
    """Raise NotPossible for a call without sections or rubric: nobody could apply to it, or review for it."""
    if not call.sections.exists() or not call.criteria.exists():
        raise NotPossible("A call needs at least one section and one criterion before it is published.")


def _whole(stored: Call, parts: Iterable[Any]) -> Iterable[Refusal]:
    if stored.published_at is not None and not {Section, Criterion} <= {type(part) for part in parts}:
        yield Refusal("", "The call is published: it needs at least one section and one criterion.")


def _dates(stored: Call, call: Call, is_judged: bool, at: datetime) -> Iterable[Refusal]:
    if call.opens_at > at:
        yield Refusal("opens_at", "The call has opened already; it cannot open again later.")
    if is_judged and call.closes_at != stored.closes_at:
        yield Refusal(
            "closes_at",
            "The deadline has passed and applications were submitted. This form cannot reopen the call or move its deadline.",
        )
    elif call.closes_at < stored.closes_at:
        yield Refusal("closes_at", "The call has opened: its deadline may move to a later time, not to an earlier one.")
    intent, before = call.letter_of_intent_due_at, stored.letter_of_intent_due_at
    if intent and (before is None or intent < before):
        yield Refusal("letter_of_intent_due_at", "The call has opened: letters of intent cannot be due earlier than announced.")
    if call.letters_grace_hours < stored.letters_grace_hours:
        asked = "sponsors, mentors and chairs" if stored.asks_chair else "sponsors and mentors"
        yield Refusal(
            "letters_grace_hours",
            f"The call has opened: {asked} were given {stored.letters_grace_hours} hours. They may get more, not fewer.",
        )


def _chair(stored: Call, call: Call, is_judged: bool, at: datetime) -> Iterable[Refusal]:
    if call.asks_chair and not stored.asks_chair and stored.is_published(at):
        yield Refusal("asks_chair", "The call is published: people were told whom they name. It cannot ask for a chair too.")
    elif is_judged and call.asks_chair != stored.asks_chair:
        yield Refusal("asks_chair", "The deadline has passed: what people had to hand in stays as it was.")


def _part(before: Any, part: Any, is_judged: bool) -> Iterable[tuple[str, str]]:
    if type(part) not in LIMITS:
        return
    limit, unit = LIMITS[type(part)]
    was, becomes = getattr(before, limit), getattr(part, limit)
    if is_judged and becomes != was:
        yield limit, f"The deadline has passed: what was submitted is judged by the limit of {was} {unit}, so it stays."
    elif becomes < was:
        yield limit, f"The call has opened: people write within {was} {unit}. The limit may rise, not fall."
    if is_judged and part.required != before.required:
        yield "required", "The deadline has passed: what people had to hand in stays as it was."
    elif part.required and not before.required:
        yield "required", "The call has opened: people were told that this is optional. It cannot become required."


def _marks(row: Any) -> list[str]:
    return [hashlib.sha256(value.encode()).hexdigest()[:10] for value in _values(row)]


def _values(row: Any) -> list[str]:
    return [_plain(getattr(row, name)) for name in EDITABLE[type(row)]]


def _plain(value: Any) -> str:
    """Write a value so that it reads the same before and after a way through either database."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value).replace("\r\n", "\n")
