"""Lists as files: the applications of a call as CSV, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from applications.models import Application
from applications.queries import ORDERS
from programs.models import Call, PromiseState
from reports import queries
from reviews.models import Assignment, Review
from reviews.scoring import overall_impact
from scholars.impartiality import closed_to

HEADINGS = [
    "Tracking number", "Project title", "Applicant", "E-mail", "Institution", "Division", "State", "Started (UTC)",
    "Submitted (UTC)", "Sponsor", "Health system", "Sponsor’s answer", "Primary mentor", "Mentor’s answer", "Reviews in",
    "Overall impact",
]  # fmt: skip
CHAIR_HEADINGS = ["Department chair", "Department", "Chair’s answer"]
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
STATES, ANSWERS = dict(Application.State.choices), dict(PromiseState.choices)


class _Echo:
    """A file that hands every line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def defused(value: Any) -> str:
    """Return a cell's text; one that a spreadsheet would take for a formula begins with an apostrophe (CWE-1236)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def headings(call: Call) -> list[str]:
    """Return the headings of a call's export: those of a chair come last, where it asks for one."""
    return [*HEADINGS, *(CHAIR_HEADINGS if call.asks_chair else [])]


def applications_csv(call: Call, user: Any, *, words: str, state: str, order: str) -> Iterator[str]:
    """Yield the lines of the export: what the list of the call shows for these filters, in its order, all pages.

    Scores the person must not see (a conflict, an own review that is not in, the own application, one that names them) stay out.
    """
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(headings(call))
    for cells in _cells(call, user, words, state, order):
        yield writer.writerow([defused(cell) for cell in cells])


def _cells(call: Call, user: Any, words: str, state: str, order: str) -> Iterator[Iterable[Any]]:
    scores, closed = Review.objects.scores_of_call(call.pk), Assignment.objects.blinding(user) | closed_to(user, call.pk)
    for row in queries.export_rows(call, words, state, ORDERS[order]).iterator(chunk_size=2000):
        pk, number, title, name, email, place, division, in_state, started, submitted, *promises = row
        sponsor, system, sponsor_state, mentor, mentor_state, *chair = promises
        given = [] if pk in closed else scores.get(pk, [])
        yield [
            number, title, name, email, place, division, STATES[in_state], _moment(started), _moment(submitted),
            sponsor, system, ANSWERS.get(sponsor_state, ""), mentor, ANSWERS.get(mentor_state, ""), len(given) or "",
            overall_impact(given), *chair[:2], *(ANSWERS.get(state, "") for state in chair[2:]),
        ]  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""
