"""Every write about mentors' agreements: ask, ask again, replace, commit, decline, remind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from mentors import emails
from mentors.models import MentorAgreement
from programs import mail, promises
from programs.models import Call, SealedLink
from programs.reminders import Step, ladder
from programs.transitions import NotPossible

# The table of transitions is the one of all promises: asked → committed | declined, and → replaced from any of them.
TABLE = promises.TABLE
PURPOSE = "mentors:answer"
REMINDER = "mentor reminder"
DAYS_BEFORE = (14, 7, 3, 1)
AT_LEAST_ASKED = timedelta(days=1)


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
    )  # fmt: skip
    with _one_at_a_time(), transaction.atomic():
        for standing in MentorAgreement.objects.of_applicant(call.pk, applicant.pk).select_for_update(of=("self",)):
            if standing.email != agreement.email and not (role == standing.role == MentorAgreement.MentorRole.PRIMARY):
                continue
            if standing.state != MentorAgreement.State.DECLINED:
                raise NotPossible(f"{standing.name} has been asked already. Please end that request first.")
            promises.replace(standing, by=by, at=at, why="Somebody else is asked.")
        asked: MentorAgreement = promises.ask(agreement, purpose=PURPOSE, write=emails.asked, by=by, at=at)
    return asked


def ask_again(agreement: MentorAgreement, *, by: User, at: datetime) -> None:
    """Send the request once more to the same address, with a fresh token."""
    promises.ask_again(agreement, by=by, at=at)


def replace(agreement: MentorAgreement, *, by: User, at: datetime, why: str = "") -> None:
    """End a request, because somebody else is asked or the application is withdrawn; its links are dead at once."""
    promises.replace(agreement, by=by, at=at, why=why)


def commit(
    agreement: MentorAgreement,
    *,
    signed_name: str,
    signed_title: str,
    note: str,
    at: datetime,
    link: SealedLink | None = None,
    by: User | None = None,
) -> None:
    """Take the mentor's yes and tell the applicant; the note is kept with the answer. The same yes twice counts once."""
    _answer(agreement, commits=True, name=signed_name, title=signed_title, words=note, at=at, link=link, by=by)


def decline(
    agreement: MentorAgreement,
    *,
    signed_name: str,
    signed_title: str,
    reason: str,
    at: datetime,
    link: SealedLink | None = None,
    by: User | None = None,
) -> None:
    """Take the mentor's no with its reason, and tell the applicant and the office."""
    _answer(agreement, commits=False, name=signed_name, title=signed_title, words=reason, at=at, link=link, by=by)


def remind_steps(at: datetime) -> Iterator[Step]:
    """Yield every reminder that mentors who have not answered should get: 14, 7, 3 and 1 days before the deadline,
    and a day before the grace for letters ends; none on the day of the request itself."""
    for agreement in MentorAgreement.objects.awaiting(at):
        call = agreement.call
        steps = ladder(call.closes_at, DAYS_BEFORE)
        last_chance = call.letters_until - timedelta(days=1)
        if last_chance > steps[-1][1]:
            steps.append(("letters", last_chance))
        for slot, due_at in steps:
            if due_at >= agreement.asked_at + AT_LEAST_ASKED:
                yield _step(agreement, slot, due_at)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Turn the database's refusal of a second standing request (two windows at once) into a sentence."""
    try:
        yield
    except IntegrityError:
        raise NotPossible("Somebody has been asked just now. Please load the page again.") from None


def _answer(
    agreement: MentorAgreement, *, commits: bool, name: str, title: str, words: str, at: datetime,
    link: SealedLink | None, by: User | None,
) -> None:  # fmt: skip
    with transaction.atomic():
        promises.answer(agreement, commits=commits, signed_name=name, signed_title=title, reason=words, at=at, link=link, by=by)
        desk = reverse("reports:desk")
        mail.enqueue(emails.answered(agreement, path=desk), key=f"mentor answered:{agreement.pk}", at=at)
        if not commits:
            mail.enqueue(emails.declined(agreement, path=desk), key=f"mentor declined:{agreement.pk}", at=at)


def _step(agreement: Any, slot: str, due_at: datetime) -> Step:
    def write() -> mail.Message:
        link = SealedLink.objects.about(agreement).alive().last()
        return emails.reminder(agreement, link)

    return Step(
        kind=REMINDER,
        about=agreement,
        slot=slot,
        to=agreement.email,
        to_name=agreement.name,
        summary=f"Remind {agreement.name} to answer {agreement.applicant.name}’s request for a mentor",
        due_at=due_at,
        expires_at=agreement.call.letters_until,
        write=write,
    )
