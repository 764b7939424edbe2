"""Every write about chairs' commitments: ask, ask again, replace, commit, decline, remind."""

from datetime import datetime
from functools import partial

from accounts.models import User
from mentors.emails import CHAIR_WORDS
from mentors.models import ChairCommitment
from programs import mail, promises
from programs.models import Call

# The table and the verbs are those of all promises: asked → committed | declined, and → replaced from any of them.
TABLE = promises.TABLE
PURPOSE = CHAIR_WORDS.purpose
REMINDER = promises.reminder(ChairCommitment.objects.awaiting, CHAIR_WORDS)
ask_again = partial(promises.ask_again, words=CHAIR_WORDS)
replace = promises.replace
commit = partial(promises.commit, words=CHAIR_WORDS)
decline = partial(promises.decline, words=CHAIR_WORDS)


def ask(
    *,
    call: Call,
    applicant: User,
    name: str,
    email: str,
    title: str,
    department: str,
    project_title: str,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> ChairCommitment:
    """Ask the chair of the applicant's department to commit and mail the sealed link; one who declined gives way.

    Effort (per cent) and salary (dollars a year) are those of the cohort at this moment: what a chair signs does not change
    afterwards. Raises NotPossible while another request stands, when the call asks for no chair or takes no answers, or
    when the applicant names themselves.
    """
    commitment = ChairCommitment(
        call=call, applicant=applicant, name=mail.one_line(name)[:120], email=email, title=mail.one_line(title)[:120],
        department=mail.one_line(department)[:160], effort_percent=call.cohort.effort_percent,
        salary_per_year=call.cohort.salary_per_year, project_title=mail.one_line(project_title)[:200], note=note,
        summary=" ".join(summary.split())[:600],
    )  # fmt: skip
    rivals = ChairCommitment.objects.of_applicant(call.pk, applicant.pk)
    promises.ask(commitment, words=CHAIR_WORDS, rivals=rivals, by=by, at=at)
    return commitment
