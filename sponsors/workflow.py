"""Every write about health systems and sponsors' commitments: ask, ask again, replace, commit, decline, remind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from programs import mail, promises
from programs.models import Call, SealedLink
from programs.reminders import Step, ladder
from programs.transitions import NotPossible, record
from sponsors import emails
from sponsors.models import HealthSystem, SponsorCommitment
from sponsors.permissions import may_keep_systems

# The table of transitions is the one of all promises: asked → committed | declined, and → replaced from any of them.
TABLE = promises.TABLE
PURPOSE = "sponsors:answer"
REMINDER = "sponsor reminder"
DAYS_BEFORE = (14, 7, 3, 1)
AT_LEAST_ASKED = timedelta(days=1)


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
    )  # fmt: skip
    with _one_at_a_time(), transaction.atomic():
        standing = SponsorCommitment.objects.of_applicant(call.pk, applicant.pk).select_for_update(of=("self",)).first()
        if standing is not None and standing.state != SponsorCommitment.State.DECLINED:
            raise NotPossible(f"{standing.name} has been asked already. Please end that request first.")
        if standing is not None:
            promises.replace(standing, by=by, at=at, why="Somebody else is asked.")
        asked: SponsorCommitment = promises.ask(commitment, purpose=PURPOSE, write=emails.asked, by=by, at=at)
    return asked


def keep_system(system: HealthSystem, *, by: User, at: datetime) -> HealthSystem:
    """Add a health system to the programme, or change its name, kind or city."""
    if not may_keep_systems(by, system.program):
        raise PermissionDenied
    verb = "change" if system.pk else "add"
    with transaction.atomic():
        system.save()
        record(system, verb, at=at, by=by, why=system.name, office_only=True)
    return system


def ask_again(commitment: SponsorCommitment, *, by: User, at: datetime) -> None:
    """Send the request once more to the same address, with a fresh token."""
    promises.ask_again(commitment, by=by, at=at)


def replace(commitment: SponsorCommitment, *, by: User, at: datetime, why: str = "") -> None:
    """End a request, because somebody else is asked or the application is withdrawn; its links are dead at once."""
    promises.replace(commitment, by=by, at=at, why=why)


def commit(
    commitment: SponsorCommitment,
    *,
    signed_name: str,
    signed_title: str,
    note: str,
    at: datetime,
    link: SealedLink | None = None,
    by: User | None = None,
) -> None:
    """Take the sponsor's yes and tell the applicant; the note is kept with the answer. The same yes twice counts once."""
    _answer(commitment, commits=True, name=signed_name, title=signed_title, words=note, at=at, link=link, by=by)


def decline(
    commitment: SponsorCommitment,
    *,
    signed_name: str,
    signed_title: str,
    reason: str,
    at: datetime,
    link: SealedLink | None = None,
    by: User | None = None,
) -> None:
    """Take the sponsor's no with its reason, and tell the applicant and the office."""
    _answer(commitment, commits=False, name=signed_name, title=signed_title, words=reason, at=at, link=link, by=by)


def remind_steps(at: datetime) -> Iterator[Step]:
    """Yield every reminder that sponsors who have not answered should get: 14, 7, 3 and 1 days before the deadline,
    and a day before the grace for letters ends; none on the day of the request itself."""
    for commitment in SponsorCommitment.objects.awaiting(at):
        call = commitment.call
        steps = ladder(call.closes_at, DAYS_BEFORE)
        last_chance = call.letters_until - timedelta(days=1)
        if last_chance > steps[-1][1]:
            steps.append(("letters", last_chance))
        for slot, due_at in steps:
            if due_at >= commitment.asked_at + AT_LEAST_ASKED:
                yield _step(commitment, slot, due_at)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Turn the database's refusal of a second standing request (two windows at once) into a sentence."""
    try:
        yield
    except IntegrityError:
        raise NotPossible("Somebody has been asked just now. Please load the page again.") from None


def _answer(
    commitment: SponsorCommitment, *, commits: bool, name: str, title: str, words: str, at: datetime,
    link: SealedLink | None, by: User | None,
) -> None:  # fmt: skip
    with transaction.atomic():
        promises.answer(commitment, commits=commits, signed_name=name, signed_title=title, reason=words, at=at, link=link, by=by)
        desk = reverse("reports:desk")
        mail.enqueue(emails.answered(commitment, path=desk), key=f"sponsor answered:{commitment.pk}", at=at)
        if not commits:
            mail.enqueue(emails.declined(commitment, path=desk), key=f"sponsor declined:{commitment.pk}", at=at)


def _step(commitment: Any, slot: str, due_at: datetime) -> Step:
    def write() -> mail.Message:
        link = SealedLink.objects.about(commitment).alive().last()
        return emails.reminder(commitment, link)

    return Step(
        kind=REMINDER,
        about=commitment,
        slot=slot,
        to=commitment.email,
        to_name=commitment.name,
        summary=f"Remind {commitment.name} to answer {commitment.applicant.name}’s request for a sponsor",
        due_at=due_at,
        expires_at=commitment.call.letters_until,
        write=write,
    )
