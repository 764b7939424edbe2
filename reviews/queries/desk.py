"""The lines of a reviewer's desk and of the past reviews: facts only, for there are fifty of them.

Written out, because Django takes longer to put the joins together than the database to answer them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from programs.moments import as_utc

_LINES = """/* ready */
    SELECT task.id, task.state, task.due_at, review.submitted_at, review.state,
           application.title, person.name, call.title, call.time_zone
    FROM reviews_assignment task
    JOIN applications_application application ON application.id = task.application_id
    JOIN accounts_user person ON person.id = application.applicant_id
    JOIN programs_call call ON call.id = application.call_id
    LEFT JOIN reviews_review review ON review.assignment_id = task.id
    WHERE task.id IN ({})
"""


class Line(NamedTuple):
    """One assignment as the desk prints it; what the review says is None as long as none is begun, moments are in UTC."""

    pk: int
    state: str
    due_at: datetime
    submitted_at: datetime | None
    review_state: str | None
    title: str
    applicant: str
    call: str
    zone: str


def lines_of(pks: Sequence[int]) -> list[Line]:
    """Return the lines of these assignments, in this order."""
    if not pks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(", ".join(["%s"] * len(pks))), list(pks))
        found = {row[0]: Line(*row[:2], *map(as_utc, row[2:4]), *row[4:]) for row in cursor.fetchall()}
    return [found[pk] for pk in pks if pk in found]
