"""Who promises support to one application, and how that stands now.

The three kinds are rows of three tables: one statement, written out, because Django takes six times as long to put the
union together as the database to answer it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

NOUNS = ("Sponsor", "Primary mentor", "Department chair")
_STANDING = "call_id = %s AND applicant_id = %s AND state <> 'replaced'"
_PROMISES = f"""
    SELECT 0 AS place, name, title, state, answered_at FROM sponsors_sponsorcommitment WHERE {_STANDING}
    UNION ALL
    SELECT 1, name, title, state, answered_at FROM mentors_mentoragreement WHERE role = 'primary' AND {_STANDING}
    UNION ALL
    SELECT 2, name, title, state, answered_at FROM mentors_chaircommitment WHERE {_STANDING}
    ORDER BY place
"""  # noqa: S608  nothing of it comes from outside


@dataclass(frozen=True)
class Standing:
    """One promise as it stands: who was asked as what, the state, and when the answer came."""

    noun: str
    name: str
    title: str
    state: str
    answered_at: datetime | None


def promises_of(application: Any) -> list[Standing]:
    """Return the promises that stand, in the order of NOUNS; a part for which nobody was asked is left out.

    A chair is among them only where the call asks for one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES, [application.call_id, application.applicant_id] * 3)
        rows = cursor.fetchall()
    asked = len(NOUNS) if application.call.asks_chair else len(NOUNS) - 1
    return [
        Standing(NOUNS[place], name, title, state, _moment(answered_at))
        for place, name, title, state, answered_at in rows
        if place < asked
    ]


def _moment(stored: datetime | str | None) -> datetime | None:
    """Return a moment as PostgreSQL gives it, or as SQLite keeps it: in UTC, written out."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored
