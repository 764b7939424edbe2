"""Letters: their words merged at the offer, their PDF built by whichever worker claims it, built again as a new version."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from mentors.models import ChairCommitment, MentorAgreement
from programs import mail
from programs.models import PromiseState, WorkState
from programs.templatetags.portal import day, in_zone, money
from programs.transitions import NotPossible, record
from scholars import emails, letters, pdfs
from scholars.appointments import answer_until
from scholars.models import Award, AwardLetter, Decision
from scholars.models.award import letter_path
from scholars.permissions import may_build_letter
from sponsors.models import SponsorCommitment

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=45)  # longer than a task may run, so that two workers never hold one letter
MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=30)
LONG = timedelta(hours=12)  # that a letter waits, before it is dated anew
TOGETHER = 10  # letters claimed and closed in one go: about half a second


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


def is_signed(award: Award, last: AwardLetter | None) -> bool:
    """Whether the award was accepted by this letter, its last: no other takes its place any more."""
    return award.state == Award.State.ACCEPTED and bool(award.letter_id or (last and last.state == WorkState.DONE))


def require_none_on_its_way(last: AwardLetter | None) -> None:
    """Refuse another version while the newest waits for a worker or is being built."""
    if last and last.is_on_its_way:
        raise NotPossible("The letter is being built. Please wait until it is there.")


def build_again(award: Award, *, by: User, at: datetime) -> AwardLetter:
    """Write a new version of an award's letter from today's words and facts; the versions before it are kept.

    Where the last one could not be built, the offer stands as long as if it were made now: nobody could accept it meanwhile.
    """
    if not may_build_letter(by, award):
        raise PermissionDenied
    with transaction.atomic():
        locked: Award = Award.objects.locked(award.pk)
        if locked.state not in (Award.State.OFFERED, Award.State.ACCEPTED):
            raise NotPossible("A letter is built for an award that stands. This one does not any more.")
        last: AwardLetter | None = AwardLetter.objects.of_award(locked.pk).first()
        if is_signed(locked, last):
            raise NotPossible("The award was accepted by the letter that stands here. What was signed stays as it is.")
        require_none_on_its_way(last)
        if last is None or last.state == WorkState.FAILED:
            _begin_time(locked, at)
        letter = write(locked, at=at, version=last.version + 1 if last else 1)
        record(locked, "build the letter again", at=at, by=by, from_state=locked.state, to_state=locked.state, office_only=True)
    return letter


def _begin_time(award: Award, at: datetime, *, days: int = 0) -> None:
    """Let an offer stand for `days` from `at` (as one made now), or longer if it does already; call it under the award's lock."""
    if award.state == Award.State.OFFERED:
        call = award.application.call
        award.accept_by = max(award.accept_by, answer_until(at, days=days or call.accept_days, zone=call.zone))
        award.save(update_fields=["accept_by"])


def _renew(letter: AwardLetter, at: datetime) -> None:
    """Date a letter anew that waited for long or comes on the last day, and give its reader time to answer: all of it, or a day."""
    with transaction.atomic():
        award = Award.objects.locked(letter.award_id)
        _begin_time(award, at, days=0 if at - letter.due_at >= LONG else 1)
        letter.award, letter.text = award, merged(award, at=at)
        AwardLetter.objects.held_by(letter).update(text=letter.text)


def build_letter(letter_id: int, *, at: datetime) -> bool:
    """Claim one due letter and make its PDF; True when this call made it."""
    return build_letters(list(AwardLetter.objects.for_build().filter(pk=letter_id)), at=at) == 1


def build_letters(read: Sequence[AwardLetter], *, at: datetime) -> int:
    """Claim those of these letters that are due and make their PDFs; returns how many this call made.

    They are claimed together and closed together, since a thousand are built in a row; the press runs outside of any
    transaction. A file is named by its content, so a worker that was killed after storing it leaves nothing twice; the row
    and the awardee's e-mail become true together or not at all.
    """
    claimed, made = AwardLetter.objects.claim_all([letter.pk for letter in read], at, LEASE), []
    for letter in read:
        if letter.pk not in claimed:
            continue
        letter.attempts, letter.lease_until = letter.attempts + 1, at + LEASE
        if letter.attempts > MAX_ATTEMPTS:  # every worker that took it died of it
            _put_off(letter, RuntimeError("no worker finished it"), at)
            continue
        try:
            if at - letter.due_at >= LONG or letter.award.accept_by < at + timedelta(days=1):
                _renew(letter, at)
            letter.file.name = _press(letter)
        except Exception as fault:  # whatever is wrong with one letter, the others must be built
            _put_off(letter, fault, at)
        else:
            made.append(letter)
    return _close(made, at) if made else 0


def batches(read: Iterable[AwardLetter]) -> Iterator[list[AwardLetter]]:
    """Yield the letters in the groups to be built together: those tried before alone, as one may kill its worker."""
    fresh = []
    for letter in read:
        if letter.attempts:
            yield [letter]
        else:
            fresh.append(letter)
    yield from (fresh[first : first + TOGETHER] for first in range(0, len(fresh), TOGETHER))


def _press(letter: AwardLetter) -> str:
    """Make and keep the PDF; returns the name of its file."""
    award = letter.award
    pdf = pdfs.letter(award.cohort.program, text=letter.text, version=letter.version, name=award.awardee.styled_name)
    letter.sha256 = hashlib.sha256(pdf).hexdigest()
    return _store(letter, pdf)


def _store(letter: AwardLetter, pdf: bytes) -> str:
    """Keep the PDF under the name of its content; half a file of a killed worker is written anew."""
    storage, name = AwardLetter._meta.get_field("file").storage, letter_path(letter, "")
    if storage.exists(name):
        with storage.open(name) as kept:
            if hashlib.sha256(kept.read()).hexdigest() == letter.sha256:
                return name
        storage.delete(name)
    return str(storage.save(name, ContentFile(pdf)))


def _close(made: list[AwardLetter], at: datetime) -> int:
    """Mark letters done and write to their awardees, in one transaction where that can be; returns how many were closed.

    When one of several cannot be closed, each is closed by itself, and that one is tried again later.
    """
    try:
        with transaction.atomic():
            alternates = Decision.objects.alternates_of([letter.award.application_id for letter in made])
            kept = _keep(made, at)
            _announce(kept, alternates, at)
            return len(kept)
    except Exception as fault:
        if len(made) > 1:
            return sum(_close([letter], at) for letter in made)
        _put_off(made[0], fault, at)
        return 0


def _keep(made: list[AwardLetter], at: datetime) -> list[AwardLetter]:
    """Mark done those of the letters that this worker still holds, and return them; their awards' states are today's."""
    states, held = Award.objects.states([letter.award_id for letter in made]), AwardLetter.objects.held_of(made)
    kept = [letter for letter in made if letter.pk in held]
    for letter in kept:
        letter.award.state = states[letter.award_id]
    AwardLetter.objects.bulk_update(kept, ["file", "sha256"])
    AwardLetter.objects.with_ids(held).update(state=WorkState.DONE, done_at=at, lease_until=None, last_error="")
    return kept


def _announce(made: Iterable[AwardLetter], alternates: set[int], at: datetime) -> None:
    """Write to the awardees: of the offer, or of a newer version to whoever has read of it."""
    fresh = []
    for letter in made:
        award = letter.award
        # The same rows, reached by two ways: read once.
        award.application.call.cohort, award.application.applicant = award.cohort, award.awardee
        if award.state == Award.State.OFFERED:
            offer, key = emails.offered(award, to_alternate=award.application_id in alternates), f"award offered:{award.pk}"
            if letter.version == letter.attempts == 1:  # nobody can have written to the awardee before
                fresh.append((offer, key))
                continue
            if mail.enqueue(offer, key=key, at=at):
                continue
        if award.state in (Award.State.OFFERED, Award.State.ACCEPTED):
            mail.enqueue(emails.letter_renewed(letter), key=f"letter renewed:{letter.pk}", at=at)
    mail.enqueue_new(fresh, at=at)


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
    chairs = ChairCommitment.objects.of_applicant(call.pk, award.awardee_id).filter(**made)
    chair = chairs.first() if call.asks_chair else None
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
        "chair_name": chair.name if chair else "",
        "chair_department": chair.department if chair else "",
        "programme_name": program.name,
        "signatory_name": program.signatory_name or award.offered_by.styled_name,
        "signatory_title": program.signatory_title or "Programme Director",
        "today": day(at.astimezone(call.zone).date()),
    }
