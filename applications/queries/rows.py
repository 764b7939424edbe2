"""The rows of the office's list: one application a line, with what it lacks and how its promises stand.

Written out, because Django takes several times as long to put the subqueries together as the database to answer them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from programs.moments import as_utc

_ROWS = """/* ready */
    SELECT one.id, one.title, one.state, one.tracking_number, one.submitted_at, person.name, person.institution,
           (SELECT COUNT(*) FROM programs_section part WHERE part.call_id = one.call_id AND part.required)
           + (SELECT COUNT(*) FROM programs_documentrequest part WHERE part.call_id = one.call_id AND part.required)
           - COALESCE((
               SELECT SUM(CASE WHEN part.required AND written.words BETWEEN 1 AND part.word_limit THEN 1
                               WHEN NOT part.required AND written.words > part.word_limit THEN -1 ELSE 0 END)
               FROM applications_sectiontext written JOIN programs_section part ON part.id = written.section_id
               WHERE written.application_id = one.id), 0)
           - COALESCE((
               SELECT SUM(CASE WHEN part.required AND attached.pages <= part.page_limit THEN 1
                               WHEN NOT part.required AND attached.pages > part.page_limit THEN -1 ELSE 0 END)
               FROM applications_document attached JOIN programs_documentrequest part ON part.id = attached.request_id
               WHERE attached.application_id = one.id), 0),
           sponsor.state, mentor.state, chair.state, sponsor.opened_at, mentor.opened_at, chair.opened_at
    FROM applications_application one
    JOIN accounts_user person ON person.id = one.applicant_id
    LEFT JOIN sponsors_sponsorcommitment sponsor
        ON sponsor.call_id = one.call_id AND sponsor.applicant_id = one.applicant_id AND sponsor.state <> 'replaced'
    LEFT JOIN mentors_mentoragreement mentor
        ON mentor.call_id = one.call_id AND mentor.applicant_id = one.applicant_id AND mentor.state <> 'replaced'
        AND mentor.role = 'primary'
    LEFT JOIN mentors_chaircommitment chair
        ON chair.call_id = one.call_id AND chair.applicant_id = one.applicant_id AND chair.state <> 'replaced'
    WHERE one.id IN ({})
"""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the office's list.

    `parts_missing` counts the required sections and documents that are not there or over their limits, and the optional ones
    that are over; `sponsor`, `mentor` and `chair` are the state of the promise that stands and when its request was
    opened (UTC), state None: nobody is asked.
    """

    pk: int
    title: str
    state: str
    tracking_number: str | None
    submitted_at: datetime | None
    applicant: str
    institution: str
    parts_missing: int
    sponsor: tuple[str | None, datetime | None]
    mentor: tuple[str | None, datetime | None]
    chair: tuple[str | None, datetime | None]


def rows_of(pks: Sequence[int]) -> list[ListRow]:
    """Return the lines of these applications, in this order."""
    if not pks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(", ".join(["%s"] * len(pks))), list(pks))
        found = {row[0]: row for row in cursor.fetchall()}
    return [_line(*found[pk]) for pk in pks if pk in found]


def _line(*told: Any) -> ListRow:
    pk, title, state, number, submitted_at, name, institution, lacking, *promised = told
    states, opened = promised[:3], map(as_utc, promised[3:])
    return ListRow(
        pk, title, state, number, as_utc(submitted_at), name, institution, int(lacking), *zip(states, opened, strict=True)
    )
