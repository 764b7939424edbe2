"""Who promises support to one application, and how that stands now.

The three kinds are rows of three tables: one statement, written out, because Django takes six times as long to put the
union together as the database to answer it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from programs.models import PromiseState
from programs.moments import as_utc

NOUNS = {"sponsor": "Sponsor", "mentor": "Primary mentor", "chair": "Department chair"}
_FACTS = (
    "said.id, said.name, said.email, said.title, said.project_title, said.note, said.state, said.asked_at, said.opened_at, "
    "said.answered_at, said.signed_name, said.signed_title"
)
_STANDING = "said.call_id = %s AND said.applicant_id = %s AND said.state <> 'replaced'"
_PROMISES = f"""
    SELECT 'sponsor' AS kind, {_FACTS}, system.name AS place FROM sponsors_sponsorcommitment said
    JOIN sponsors_healthsystem system ON system.id = said.health_system_id WHERE {_STANDING}
    UNION ALL
    SELECT 'mentor', {_FACTS}, said.institution FROM mentors_mentoragreement said WHERE said.role = 'primary' AND {_STANDING}
    UNION ALL
    SELECT 'chair', {_FACTS}, said.department FROM mentors_chaircommitment said WHERE {_STANDING}
"""  # noqa: S608  nothing of it comes from outside


@dataclass(frozen=True)
class Standing:
    """One promise as it stands: who was asked as what and when (UTC), the state, and who answered when.

    `kind` is a key of NOUNS; `place` is the sponsor's health system, the mentor's institution or the chair's department.
    """

    kind: str
    pk: int
    name: str
    email: str
    title: str
    project_title: str
    note: str
    state: str
    asked_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    signed_name: str
    signed_title: str
    place: str

    @property
    def noun(self) -> str:
        """What the person is to the applicant."""
        return NOUNS[self.kind]

    @property
    def state_word(self) -> str:
        """The state as pages say it."""
        return str(PromiseState(self.state).label)


def promises_of(application: Any) -> list[Standing]:
    """Return the promises that stand, in the order of NOUNS; a part for which nobody was asked is left out.

    A chair is among them only where the call asks for one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES, [application.call_id, application.applicant_id] * 3)
        rows = cursor.fetchall()
    standing = {row[0]: Standing(*row[:8], *map(as_utc, row[8:11]), *row[11:]) for row in rows}
    asked = [kind for kind in NOUNS if kind != "chair" or application.call.asks_chair]
    return [standing[kind] for kind in asked if kind in standing]
