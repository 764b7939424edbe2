"""The ranked list of a call: what the reviewers' scores say, where places and money end, what is staged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from programs.models import Call
from programs.templatetags.portal import money
from reports import queries
from reviews.models import Assignment
from reviews.queries import IN_REVIEW
from reviews.scoring import BEST, mean_one_decimal, overall_impact, rank
from scholars import workflow as scholars
from scholars.appointments import Room
from scholars.impartiality import closed_to
from scholars.models import Decision

HOLDING = {"awarded", "accepted"}
STILL_POSSIBLE = HOLDING | {"under_review", "alternate"}
OUTCOME_TONES = {"award": "ok", "alternate": "due", "not_awarded": "neutral"}
LEFT, STEP, AXIS, RADIUS, HIGHEST = 6, 18, 22, 4.5, 17


@dataclass(frozen=True)
class Strip:
    """The scores of one application on the line 1 to 9, in the units of a drawing 156 wide and 44 high, its axis in the middle."""

    dots: list[tuple[float, float]]
    mean: float
    words: str


@dataclass
class Row:
    """One application on the list; `rank` and `impact` are None while no review is in."""

    pk: int
    state: str
    scores: list[int]
    asked: int
    decision: Decision | None
    impact: int | None = None
    rank: int | None = None
    is_above: bool = False
    application: Any = None

    @property
    def possible(self) -> bool:
        """Whether the application holds a place or could still be given one."""
        return self.state in STILL_POSSIBLE

    @property
    def is_open(self) -> bool:
        """Whether it can still be staged: under review, nothing released."""
        return self.state in IN_REVIEW and not (self.decision and self.decision.released_at)

    @property
    def lacks(self) -> int:
        """How many of the reviews that were asked are not in."""
        return self.asked - len(self.scores)

    @property
    def strip(self) -> Strip | None:
        """The drawing of the scores, None without scores."""
        return strip(self.scores) if self.scores else None

    @property
    def outcome_words(self) -> str:
        """What is staged or released: `Award`, `Alternate 2`, `Not awarded`, or ""."""
        if self.decision is None:
            return ""
        words = str(self.decision.get_outcome_display())
        return f"{words} {self.decision.alternate_order}" if self.decision.alternate_order else words

    @property
    def outcome_tone(self) -> str:
        return OUTCOME_TONES.get(self.decision.outcome, "neutral") if self.decision else "neutral"

    @property
    def released_words(self) -> str:
        """What became of a released decision, "" while it is staged only."""
        if self.decision is None or self.decision.released_at is None:
            return ""
        offered = "Offered the place" if self.decision.outcome == Decision.Outcome.ALTERNATE else "Offered"
        words = {"awarded": offered, "accepted": "Accepted", "declined": "Declined or lapsed"}
        return words.get(self.state, "Released")


@dataclass
class Ranking:
    """The whole list: rows in order, where the line falls, what remains when the staged awards are counted."""

    rows: list[Row]
    unreviewed: int
    closed: int
    room: Room
    line_after: int
    staged: int = 0
    staged_awards: int = 0
    stands_aside: bool = False
    open_ids: list[int] = field(default_factory=list)

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
    def is_decided(self) -> bool:
        """Whether every application on the list has its released decision."""
        return bool(self.rows) and not any(row.is_open for row in self.rows)

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
    scores, decisions = queries.scores_asked(call.pk), queries.decisions_of(call.pk)
    found = queries.decidable(call.pk)
    seen = [(pk, state) for pk, state in found if pk not in closed]
    rows = [_row(pk, state, scores.get(pk, []), decisions.get(pk)) for pk, state in seen if state != "complete"]
    rows.sort(key=lambda row: (row.impact is None, row.impact or 0, mean_one_decimal(row.scores) or 0, row.pk))
    for row, place in zip(rows, rank([row.impact for row in rows]), strict=True):
        row.rank = place
    room = scholars.room(call.cohort)
    line = _line(rows, room.fits)
    for row in rows[:line]:
        row.is_above = True
    staged = [row.decision for row in rows if row.decision and row.is_open]
    return Ranking(
        rows=rows,
        unreviewed=sum(state == "complete" for _, state in seen),
        closed=len(found) - len(seen),
        room=room,
        line_after=line,
        staged=len(staged),
        stands_aside=any(pk in aside and state == "under_review" for pk, state in found),
        staged_awards=sum(decision.outcome == Decision.Outcome.AWARD for decision in staged),
        open_ids=[row.pk for row in rows if row.is_open and row.impact is not None],
    )


def dress(rows: Sequence[Row]) -> None:
    """Give the rows of one page their title, applicant and health system (one query)."""
    found = queries.with_system([row.pk for row in rows])
    for row in rows:
        row.application = found[row.pk]


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


def _row(pk: int, state: str, asked: list[int | None], decision: Decision | None) -> Row:
    scores = sorted(score for score in asked if score is not None)
    return Row(pk=pk, state=state, scores=scores, asked=len(asked), decision=decision, impact=overall_impact(scores))


def _line(rows: Sequence[Row], fits: int) -> int:
    """Return after how many rows places and money end: after the last row that holds a place or would still get one.

    Places held on this list count, and as many more as still fit; an alternate gets one of the latter only.
    """
    ranked = [row for row in rows if row.impact is not None]
    left, free, line = fits + sum(row.state in HOLDING for row in ranked), fits, 0
    for number, row in enumerate(ranked, start=1):
        if not row.possible or (row.state == "alternate" and free <= 0):
            continue
        if left == 0:
            break
        left, line = left - 1, number
        free -= row.state not in HOLDING
    return line
