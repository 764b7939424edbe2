"""The ranked list of a call: what the reviewers' scores say, where places and money end, what is staged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from django.template.loader import render_to_string

from programs.models import Call
from programs.templatetags.portal import address, money
from reports import queries
from reviews.models import Assignment
from reviews.queries import IN_REVIEW
from reviews.scoring import BEST, firsts, impact_of, mean_one_decimal
from scholars import workflow as scholars
from scholars.appointments import Room
from scholars.impartiality import closed_to
from scholars.models import Decision

HOLDING = {"awarded", "accepted"}
STILL_POSSIBLE = HOLDING | {"under_review", "alternate"}
OUTCOME_TONES = {"award": "ok", "alternate": "due", "not_awarded": "neutral"}
# Id, state, reviews asked, reviews in, sum of their overall scores: as the database counts them, ten thousand at once.
Standing = tuple[int, str, int, int, int]
LEFT, STEP, AXIS, RADIUS, HIGHEST = 6, 18, 22, 4.5, 17


@dataclass(frozen=True)
class Strip:
    """The scores of one application on the line 1 to 9, in the units of a drawing 156 wide and 44 high, its axis in the middle."""

    dots: list[tuple[float, float]]
    mean: float
    words: str


@dataclass
class Row:
    """One application on the list; `rank` and `impact` are None while no review is in. `dress` gives what one page prints of it."""

    pk: int
    state: str
    asked: int
    there: int
    impact: int | None
    rank: int | None
    is_above: bool
    outcome: str = ""
    order: int | None = None
    is_released: bool = False
    application: Any = None
    score_words: str = ""
    drawing: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can still be staged: under review, nothing released."""
        return self.state in IN_REVIEW and not self.is_released

    @property
    def lacks(self) -> int:
        """How many of the reviews that were asked are not in."""
        return self.asked - self.there

    @property
    def url(self) -> str:
        return address("applications:application", self.pk)

    @property
    def reviews_url(self) -> str:
        return address("reviews:assign", self.pk)

    @property
    def stage_url(self) -> str:
        return address("scholars:stage", self.pk)

    @property
    def outcome_words(self) -> str:
        """What is staged or released: `Award`, `Alternate 2`, `Not awarded`, or ""."""
        if not self.outcome:
            return ""
        words = str(Decision.Outcome(self.outcome).label)
        return f"{words} {self.order}" if self.order else words

    @property
    def outcome_tone(self) -> str:
        return OUTCOME_TONES.get(self.outcome, "neutral")

    @property
    def released_words(self) -> str:
        """What became of a released decision, "" while it is staged only."""
        if not self.is_released:
            return ""
        words = {"awarded": "Offered", "accepted": "Accepted", "declined": "Declined or lapsed"}
        if self.outcome == Decision.Outcome.ALTERNATE:
            words |= {"awarded": "Offered the place", "alternate": "Waiting", "not_awarded": "Told that no place comes"}
        return words.get(self.state, "Released")


class Rows(Sequence[Row]):
    """The list in its order, best first; a row is made when it is looked at, because a page shows a hundred of ten thousand.

    `standings` are in order (id, state, reviews asked, reviews in, sum); `places` is the rank of each impact.
    """

    def __init__(self, standings: Sequence[Standing], places: dict[int, int], decisions: dict[int, Any]) -> None:
        self.standings, self.places, self.decisions = standings, places, decisions
        self.line_after = 0

    def __len__(self) -> int:
        return len(self.standings)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        numbers = range(len(self.standings))[place]
        return self._row(numbers) if isinstance(numbers, int) else [self._row(number) for number in numbers]

    def _row(self, number: int) -> Row:
        pk, state, asked, there, total = self.standings[number]
        impact = impact_of(total, there)
        place = None if impact is None else self.places[impact]
        return Row(pk, state, asked, there, impact, place, number < self.line_after, *self.decisions.get(pk, ()))


@dataclass
class Ranking:
    """The whole list: rows in order, where the line falls, what is counted of all, what remains with the staged awards."""

    rows: Rows
    unreviewed: int
    closed: int
    room: Room
    line_after: int
    reviewed: int = 0
    waiting: int = 0
    staged: int = 0
    staged_awards: int = 0
    stands_aside: bool = False
    open_ids: list[int] = field(default_factory=list)
    is_decided: bool = False

    @property
    def places_remaining(self) -> int:
        return self.room.places_left - self.staged_awards

    @property
    def money_remaining(self) -> Any:
        return self.room.budget - self.room.spent_with(self.staged_awards)

    @property
    def remaining_words(self) -> str:
        """What is left when the staged awards are counted, never less than nothing: `2 places, $460,000`."""
        places = max(self.places_remaining, 0)
        return f"{places} {'place' if places == 1 else 'places'}, {money(max(self.money_remaining, 0))}"

    @property
    def over_words(self) -> str:
        """By how much the staged awards are over places and money: `1 award and $230,000 over`; "" when they fit."""
        if not self.staged_awards:
            return ""
        awards, dollars = max(-self.places_remaining, 0), max(-self.money_remaining, 0)
        said = [f"{awards} {'award' if awards == 1 else 'awards'}"] if awards else []
        said += [money(dollars)] if dollars else []
        return f"{' and '.join(said)} over" if said else ""

    @property
    def tie_on_line(self) -> bool:
        """Whether the last above the line and the first below it have the same impact, while something is still to decide."""
        if self.is_decided or not 0 < self.line_after < len(self.rows):
            return False
        last, following = self.rows[self.line_after - 1], self.rows[self.line_after]
        return last.impact is not None and last.impact == following.impact


def of_call(call: Call, user: Any) -> Ranking:
    """Return the ranked list of a call as `user` may read it: applications the person must not judge are left out.

    Ordered by overall impact, best first; equal impacts share a rank and are ordered by their number only.
    """
    aside = closed_to(user, call.pk)
    closed = Assignment.objects.blinding(user) | aside
    found, decisions = queries.standings(call.pk), queries.decisions_of(call.pk)
    seen = [row for row in found if row[0] not in closed]
    listed = [row for row in seen if row[1] != "complete"]
    ordered, places = _ordered(listed)
    released = {pk for pk, (_, _, is_released) in decisions.items() if is_released}
    still_open = [row for row in ordered if row[1] in IN_REVIEW and row[0] not in released]
    staged = [decisions[row[0]][0] for row in still_open if row[0] in decisions] if decisions else []
    room, rows = scholars.room(call.cohort), Rows(ordered, places, decisions)
    rows.line_after = _line(ordered, room.fits)
    return Ranking(
        rows=rows,
        unreviewed=len(seen) - len(listed),
        closed=len(found) - len(seen),
        room=room,
        line_after=rows.line_after,
        reviewed=sum(1 for row in ordered if row[3]),
        waiting=sum(1 for row in still_open if row[3] < row[2] or not row[2]),
        staged=len(staged),
        stands_aside=bool(aside) and any(row[0] in aside and row[1] == "under_review" for row in found),
        staged_awards=staged.count(Decision.Outcome.AWARD),
        open_ids=[row[0] for row in still_open if row[3]],
        is_decided=bool(ordered) and not still_open,
    )


def dress(rows: Sequence[Row]) -> None:
    """Give the rows of one page their title, applicant, health system and the drawing of their scores (two queries)."""
    ids = [row.pk for row in rows]
    found, scores = queries.with_system(ids), queries.scores_of(ids)
    # Neighbours on a ranked list have the same few scores: each drawing is printed once a page.
    strips = {given: strip(given) for given in {tuple(given) for given in scores.values()}}
    drawn = {given: render_to_string("reports/_score_dots.html", {"strip": one}) for given, one in strips.items()}
    for row in rows:
        row.application = found[row.pk]
        if given := tuple(scores.get(row.pk, ())):
            row.drawing, row.score_words = drawn[given], strips[given].words


def strip(scores: Sequence[int]) -> Strip:
    """Return the drawing of some scores: one dot each, equal ones stacked, and the mean."""
    dots, stacked = [], {score: list(scores).count(score) for score in set(scores)}
    for score in sorted(stacked):
        count = stacked[score]
        gap = min(2 * RADIUS, HIGHEST / (count - 1)) if count > 1 else 0
        dots += [(float(_x(score)), round(AXIS - place * gap, 1)) for place in range(count)]
    mean = mean_one_decimal(scores)
    return Strip(dots, round(_x(float(mean or 0)), 1), ", ".join(str(score) for score in sorted(scores)))


def _x(score: float) -> float:
    return LEFT + (score - BEST) * STEP


def _ordered(rows: Sequence[Standing]) -> tuple[list[Standing], dict[int, int]]:
    """Return applications, given by id, best impact first and those without a review last; and the rank of each impact."""
    buckets: dict[int | None, list[Standing]] = {}
    for row in rows:
        buckets.setdefault(impact_of(row[4], row[3]), []).append(row)
    unreviewed = buckets.pop(None, [])
    reviewed = {impact: rows for impact, rows in buckets.items() if impact is not None}
    ordered = [row for impact in sorted(reviewed) for row in reviewed[impact]]
    return ordered + unreviewed, firsts({impact: len(rows) for impact, rows in reviewed.items()})


def _line(rows: Sequence[Standing], fits: int) -> int:
    """Return after how many rows places and money end: after the last row that holds a place or would still get one.

    Places held on this list count, and as many more as still fit; an alternate gets one of the latter only.
    """
    left, free, line = fits + sum(1 for row in rows if row[3] and row[1] in HOLDING), fits, 0
    for number, (_, state, _, there, _) in enumerate(rows, start=1):
        if not there:
            break
        if state not in STILL_POSSIBLE or (state == "alternate" and free <= 0):
            continue
        if left == 0:
            break
        left, line = left - 1, number
        free -= state not in HOLDING
    return line
