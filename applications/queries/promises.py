"""Who promises support to one application, and how that stands now.

The three kinds are rows of three tables: one statement, written out, because Django takes six times as long to put the
union together as the database to answer it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.texts import is_another_name
from programs.models import PromiseState
from programs.moments import as_utc

NOUNS = {"sponsor": "Sponsor", "mentor": "Primary mentor", "chair": "Department chair"}
_FACTS = (
    "said.id, said.name, said.email, said.title, said.project_title, said.note, said.state, said.asked_at, said.opened_at, "
    "said.answered_at, said.signed_name, said.signed_title"
)
_PROMISES = f"""/* ready */
    SELECT said.call_id, said.applicant_id, 'sponsor' AS kind, {_FACTS}, system.name AS place
    FROM sponsors_sponsorcommitment said JOIN sponsors_healthsystem system ON system.id = said.health_system_id
    WHERE said.state <> 'replaced' AND {{of_whom}}
    UNION ALL
    SELECT said.call_id, said.applicant_id, 'mentor', {_FACTS}, said.institution FROM mentors_mentoragreement said
    WHERE said.role = 'primary' AND said.state <> 'replaced' AND {{of_whom}}
    UNION ALL
    SELECT said.call_id, said.applicant_id, 'chair', {_FACTS}, said.department FROM mentors_chaircommitment said
    WHERE said.state <> 'replaced' AND {{of_whom}}
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
    def is_signed_otherwise(self) -> bool:
        """Whether the signature shares no name with who was asked: perhaps an assistant held the link."""
        return bool(self.signed_name) and is_another_name(self.name, self.signed_name)

    @property
    def state_word(self) -> str:
        """The state as pages say it."""
        return str(PromiseState(self.state).label)


def promises_of(application: Any) -> list[Standing]:
    """Return the promises that stand, in the order of NOUNS; a part for which nobody was asked is left out.

    A chair is among them only where the call asks for one.
    """
    return promises_by_application([application])[application.pk]


def promises_by_application(applications: Sequence[Any]) -> dict[int, list[Standing]]:
    """Return `promises_of` each of these applications, by id, in one query."""
    of_whom = " OR ".join(["said.call_id = %s AND said.applicant_id = %s"] * len(applications))
    keys = [key for application in applications for key in (application.call_id, application.applicant_id)]
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES.format(of_whom=f"({of_whom})"), keys * 3)
        rows = cursor.fetchall()
    standing = {(*row[:2], row[2]): Standing(*row[2:10], *map(as_utc, row[10:13]), *row[13:]) for row in rows}
    found: dict[int, list[Standing]] = {}
    for application in applications:
        asked = [
            (application.call_id, application.applicant_id, kind)
            for kind in NOUNS
            if kind != "chair" or application.call.asks_chair
        ]
        found[application.pk] = [standing[key] for key in asked if key in standing]
    return found
