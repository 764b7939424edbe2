"""Every write about health systems and sponsors' commitments: ask, ask again, replace, commit, decline, remind."""

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from programs import mail, promises
from programs.models import Call
from programs.transitions import NotPossible, record
from sponsors.emails import WORDS
from sponsors.models import NAME_TAKEN, HealthSystem, SponsorCommitment
from sponsors.permissions import may_keep_systems

# The table and the verbs are those of all promises: asked → committed | declined, and → replaced from any of them.
TABLE = promises.TABLE
PURPOSE = WORDS.purpose
REMINDER = promises.reminder(SponsorCommitment.objects.awaiting, WORDS)
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
    health_system: HealthSystem,
    project_title: str,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> SponsorCommitment:
    """Ask a person to sponsor the applicant's project and mail the sealed link; one who declined gives way.

    Raises NotPossible while another request stands, when the call takes no answers, or when the applicant names themselves.
    """
    if health_system.program_id != call.program.pk:
        raise NotPossible("This health system does not belong to the programme.")
    commitment = SponsorCommitment(
        call=call, applicant=applicant, name=mail.one_line(name)[:120], email=email, title=mail.one_line(title)[:120],
        health_system=health_system, project_title=mail.one_line(project_title)[:200], note=note,
        summary=" ".join(summary.split())[:600],
    )  # fmt: skip
    promises.ask(commitment, words=WORDS, rivals=SponsorCommitment.objects.of_applicant(call.pk, applicant.pk), by=by, at=at)
    return commitment


def keep_system(system: HealthSystem, *, by: User, at: datetime) -> HealthSystem:
    """Add a health system to the programme, or change its name, kind or city.

    Raises NotPossible when another was given this name at the same moment.
    """
    if not may_keep_systems(by, system.program):
        raise PermissionDenied
    verb = "change" if system.pk else "add"
    try:
        with transaction.atomic():
            system.save()
            record(system, verb, at=at, by=by, why=system.name, office_only=True)
    except IntegrityError:
        raise NotPossible(NAME_TAKEN) from None
    return system
