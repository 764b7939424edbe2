"""Every write about mentors' agreements: ask, ask again, replace, commit, decline, remind."""

from datetime import datetime
from functools import partial

from accounts.models import User
from mentors.emails import WORDS
from mentors.models import MentorAgreement
from programs import mail, promises
from programs.models import Call

# The table and the verbs are those of all promises: asked → committed | declined, and → replaced from any of them.
TABLE = promises.TABLE
PURPOSE = WORDS.purpose
REMINDER = promises.reminder(MentorAgreement.objects.awaiting, WORDS)
ask_again = partial(promises.ask_again, words=WORDS)
replace = promises.replace
commit = partial(promises.commit, words=WORDS)
decline = partial(promises.decline, words=WORDS)


def ask(
    *,
    call: Call,
    applicant: User,
    name: str,
    email: str,
    title: str,
    institution: str,
    role: str = MentorAgreement.MentorRole.PRIMARY,
    project_title: str,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> MentorAgreement:
    """Ask a person to mentor the applicant and mail the sealed link; a primary mentor who declined gives way.

    Raises NotPossible while another request to a primary mentor (or to the same person) stands, when the call takes no
    answers, or when the applicant names themselves.
    """
    agreement = MentorAgreement(
        call=call, applicant=applicant, name=mail.one_line(name)[:120], email=mail.check_address(email),
        title=mail.one_line(title)[:120], institution=mail.one_line(institution)[:160], role=role,
        project_title=mail.one_line(project_title)[:200], note=note,
        summary=" ".join(summary.split())[:600],
    )  # fmt: skip
    promises.ask(agreement, words=WORDS, rivals=MentorAgreement.objects.in_the_way_of(agreement), by=by, at=at)
    return agreement
