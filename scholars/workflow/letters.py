"""Letters: their words merged at the offer, their PDF built by whichever worker claims it, built again as a new version."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.models import User
from mentors.models import MentorAgreement
from programs import mail
from programs.models import Program, PromiseState, WorkState
from programs.templatetags.portal import day, in_zone, money
from programs.transitions import NotPossible, record
from programs.workflow import describe_program
from scholars import emails, letters, pdfs
from scholars.models import Award, AwardLetter, Decision
from scholars.models.award import letter_path
from scholars.permissions import may_build_letter, may_write_letter
from sponsors.models import SponsorCommitment

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=45)  # longer than a task may run, so that two workers never hold one letter
MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=30)


def merged(award: Award, *, at: datetime, template: str | None = None) -> str:
    """Return the words of an award's letter at `at`; the award may be one that is not offered yet (a preview)."""
    program, person = award.cohort.program, award.awardee
    address = "\n".join([person.styled_name or person.email, person.title, person.division, person.institution])
    words = program.letter_template if template is None else template
    return letters.merge(words, _facts(award, at), address=address, short_name=program.short_name)


def write(award: Award, *, at: datetime, version: int = 1) -> AwardLetter:
    """Keep one version of the letter of an award, for a worker to build; call it inside a transaction."""
    letter = AwardLetter.objects.create(award=award, version=version, text=merged(award, at=at), due_at=at)
    mail.wake("scholars.tasks.sweep_letters")
    return letter


def word_letter(program: Program, *, template: str, by: User, at: datetime) -> None:
    """Keep the programme's own words for its award letters; letters already written stay as they are."""
    if not may_write_letter(by, program):
        raise PermissionDenied
    if faults := letters.faults(template):
        raise NotPossible(" ".join(faults))
    program.letter_template = template
    describe_program(program, by=by, at=at, fields=["letter_template"])


def build_again(award: Award, *, by: User, at: datetime) -> AwardLetter:
    """Write a new version of an award's letter from today's words and facts; the versions before it are kept."""
    if not may_build_letter(by, award):
        raise PermissionDenied
    if award.state not in (Award.State.OFFERED, Award.State.ACCEPTED):
        raise NotPossible("A letter is built for an award that stands. This one does not any more.")
    last = AwardLetter.objects.of_award(award.pk).first()
    if last and last.state in (WorkState.QUEUED, WorkState.WORKING):
        raise NotPossible("The letter is being built. Please wait until it is there.")
    version = last.version + 1 if last else 1
    try:
        with transaction.atomic():
            letter = write(award, at=at, version=version)
            record(award, "build the letter again", at=at, by=by, from_state=award.state, to_state=award.state, office_only=True)
    except IntegrityError:
        raise NotPossible(f"Version {version} of the letter has just been asked for.") from None
    return letter


def build_letter(letter_id: int, *, at: datetime, read: AwardLetter | None = None) -> bool:
    """Claim one due letter and make its PDF; True when this call made it. `read` is its row, where it was read just now.

    The press runs outside of any transaction. The file is named by its content, so a worker that was killed after
    storing it leaves nothing twice; the row and the awardee's e-mail become true together or not at all.
    """
    if not AwardLetter.objects.claim(letter_id, at, LEASE):
        return False
    letter = read or AwardLetter.objects.for_build().get(pk=letter_id)
    if read:  # as the claim left it
        letter.attempts, letter.lease_until = letter.attempts + 1, at + LEASE
    application, program, awardee = letter.award.application, letter.award.cohort.program, letter.award.awardee
    # The same rows, reached by two ways: read once, since a thousand letters are built in a row.
    application.call.cohort, application.applicant = letter.award.cohort, awardee
    try:
        pdf = pdfs.letter(program, text=letter.text, version=letter.version, name=awardee.styled_name)
        letter.sha256 = hashlib.sha256(pdf).hexdigest()
        name = _store(letter, pdf)
    except Exception as fault:  # whatever is wrong with one letter, the others must be built
        _put_off(letter, fault, at)
        return False
    return _close(letter, name, at)


def _store(letter: AwardLetter, pdf: bytes) -> str:
    """Keep the PDF under the name of its content; half a file of a killed worker is written anew."""
    storage, name = AwardLetter._meta.get_field("file").storage, letter_path(letter, "")
    if storage.exists(name):
        with storage.open(name) as kept:
            if hashlib.sha256(kept.read()).hexdigest() == letter.sha256:
                return name
        storage.delete(name)
    stored: str = storage.save(name, ContentFile(pdf))
    return stored


def _close(letter: AwardLetter, name: str, at: datetime) -> bool:
    """Mark the letter done and write to the awardee in one transaction, if this worker still holds it."""
    with transaction.atomic():
        kept = AwardLetter.objects.held_by(letter).update(
            state=WorkState.DONE, file=name, sha256=letter.sha256, done_at=at, lease_until=None, last_error=""
        )
        if kept:
            _announce(letter, at)
    return bool(kept)


def _announce(letter: AwardLetter, at: datetime) -> None:
    award = letter.award
    award.refresh_from_db(fields=["state"])
    waited = Decision.objects.of_application(award.application_id).filter(outcome=Decision.Outcome.ALTERNATE).exists()
    offer = emails.offered(award, to_alternate=waited)
    if award.state == Award.State.OFFERED and mail.enqueue(offer, key=f"award offered:{award.pk}", at=at):
        return
    if award.state in (Award.State.OFFERED, Award.State.ACCEPTED):
        mail.enqueue(emails.letter_renewed(letter), key=f"letter renewed:{letter.pk}", at=at)


def _put_off(letter: AwardLetter, fault: Exception, at: datetime) -> None:
    """Try again later, or, after the last attempt, tell the office."""
    failed = letter.attempts >= MAX_ATTEMPTS
    with transaction.atomic():
        kept = AwardLetter.objects.held_by(letter).update(
            state=WorkState.FAILED if failed else WorkState.QUEUED, due_at=at + PAUSE * letter.attempts, lease_until=None,
            last_error=f"{type(fault).__name__}: {fault}"[:500],
        )  # fmt: skip
        if kept and failed:
            mail.enqueue(emails.letter_failed(letter), key=f"letter failed:{letter.pk}", at=at)
    logger.warning("letter %s was not built: %s: %s", letter.pk, type(fault).__name__, fault)


def _facts(award: Award, at: datetime) -> dict[str, str]:
    """Return one text for each placeholder; those of a promise that nobody made in writing are ""."""
    application, call, program = award.application, award.application.call, award.cohort.program
    made = {"state": PromiseState.COMMITTED}
    sponsor = SponsorCommitment.objects.of_applicant(call.pk, award.awardee_id).filter(**made).first()
    mentor = MentorAgreement.objects.of_applicant(call.pk, award.awardee_id).filter(**made, role="primary").first()
    return {
        "awardee_name": award.awardee.styled_name,
        # A name is one string: which part of it would follow a title is not known.
        "awardee_salutation": award.awardee.name,
        "project_title": application.title,
        "cohort_name": award.cohort.name,
        "starts_on": day(award.starts_on),
        "ends_on": day(award.ends_on),
        "effort_percent": f"{award.effort_percent}%",
        "salary_per_year": money(award.salary_per_year),
        "research_per_year": money(award.research_per_year),
        "total_amount": money(award.total),
        "accept_by": in_zone(award.accept_by, call.time_zone),
        "sponsor_name": sponsor.name if sponsor else "",
        "sponsor_system": sponsor.health_system.name if sponsor else "",
        "mentor_name": mentor.name if mentor else "",
        "programme_name": program.name,
        "signatory_name": program.signatory_name or award.offered_by.styled_name,
        "signatory_title": program.signatory_title or "Programme Director",
        "today": day(at.astimezone(call.zone).date()),
    }
