"""Awards: offered with the money and effort of their cohort, then accepted, declined or lapsed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.texts import is_name
from applications import workflow as applications
from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs import mail
from programs.appointments import years
from programs.models import Cohort, PromiseState, WorkState
from programs.transitions import ClosedToYou, NotPossible, Transition, perform, record
from scholars import emails
from scholars.appointments import Room, answer_until
from scholars.impartiality import must_stand_aside
from scholars.models import Award, AwardLetter, Scholar, ScholarYear
from scholars.permissions import may_answer, may_decide, may_judge, may_lapse
from scholars.workflow import letters
from sponsors.models import SponsorCommitment


def still_open(award: Award, at: datetime) -> str:
    """Return "" while the offer stands, otherwise the sentence that says why not."""
    if at < award.accept_by:
        return ""
    return "The date to answer this offer has passed. Please write to the programme office."


def can_be_appointed(award: Award, at: datetime) -> str:
    """Return "" when the offer stands and the person is not a scholar of the cohort yet."""
    if Scholar.objects.of_cohort(award.cohort_id).filter(user=award.awardee_id).exists():
        return f"You are a scholar of {award.cohort.name} already."
    return still_open(award, at)


def is_overdue(award: Award, at: datetime) -> str:
    """Return "" once the date to answer has passed and there is a letter to answer by."""
    if at < award.accept_by:
        return "The offer still stands."
    return "" if to_be_signed(award) else "The letter is not there, so that nobody could have answered."


OFFERED = [Award.State.OFFERED]
ACCEPT = Transition("accept", OFFERED, Award.State.ACCEPTED, may_answer, can_be_appointed, "answered", "Accept")
DECLINE = Transition("decline", OFFERED, Award.State.DECLINED, may_answer, still_open, "answered", "Decline")
LAPSE = Transition("lapse", OFFERED, Award.State.LAPSED, may_lapse, is_overdue, label="Lapse")
TABLE = [ACCEPT, DECLINE, LAPSE]


def room(cohort: Cohort) -> Room:
    """Return what the cohort can still give, over all of its calls."""
    taken, spent = Award.objects.taken(cohort.pk)
    return Room(cohort.places, cohort.budget, taken, spent, cohort.award_cost)


def terms(application: Application, *, cohort: Cohort, by: User, at: datetime) -> Award:
    """Return the award as it would be offered to the applicant at `at`, not kept yet."""
    call = application.call
    return Award(
        application=application, cohort=cohort, awardee=application.applicant, salary_per_year=cohort.salary_per_year,
        research_per_year=cohort.research_per_year, effort_percent=cohort.effort_percent, starts_on=cohort.starts_on,
        ends_on=cohort.ends_on, total=cohort.award_cost, offered_at=at, offered_by=by,
        accept_by=answer_until(at, days=call.accept_days, zone=call.zone),
    )  # fmt: skip


def offer(application: Application, *, cohort: Cohort, by: User, at: datetime) -> Award:
    """Offer a place to an applicant and write the letter; call it under the lock on the cohort, after counting the room."""
    if Award.objects.holding_a_place().filter(cohort=cohort, awardee=application.applicant_id).exists():
        raise NotPossible(f"{application.applicant.name} holds a place of {cohort.name} already: nobody is offered two.")
    applications.decide(application, outcome="awarded", by=by, at=at)
    award = terms(application, cohort=cohort, by=by, at=at)
    award.save(force_insert=True)
    record(award, "offer", at=at, by=by, to_state=award.state)
    letters.write(award, at=at)
    return award


def to_be_signed(award: Award) -> AwardLetter | None:
    """Return the letter an offer is accepted by: the newest, if it is built. While another is on its way there is none."""
    last: AwardLetter | None = AwardLetter.objects.of_award(award.pk).first()
    return last if last and last.state == WorkState.DONE else None


def accept(award: Award, *, letter: int | None, signed_name: str, by: User, at: datetime) -> Scholar:
    """Accept in the name typed, on the terms of the letter that the person has read (its id).

    The awardee becomes a scholar of the cohort, and everybody who promised support is told. NotPossible when the letter is not
    built yet or another one has taken its place.
    """
    if not is_name(signed_name):
        raise NotPossible("Please type your full name to sign the award.")
    with transaction.atomic():
        locked = Award.objects.locked(award.pk)  # no other version is asked for meanwhile
        signed = to_be_signed(locked)
        stands = locked.state == Award.State.OFFERED and not still_open(locked, at)
        if stands and (signed is None or signed.pk != letter):
            raise NotPossible(
                "There is another version of your letter since you opened this page. Please read it, then answer." if signed
                else "Your letter is still being built. Please wait until it is there, read it, then answer."
            )  # fmt: skip
        perform(ACCEPT, award, by=by, at=at, signed_name=signed_name, letter=signed)
        applications.note_accepted(award.application, by=by, at=at)
        scholar = _appoint(award, by=by, at=at)
        told = _committed(award)
        names = [promise.name for promise in told]
        mail.enqueue(emails.accepted_awardee(award, told=names), key=f"award accepted:{award.pk}:awardee", at=at)
        mail.enqueue(emails.accepted_office(award), key=f"award accepted:{award.pk}:office", at=at)
        _tell(told, award, emails.accepted_promiser, verb="accepted", at=at)
    return scholar


def _committed(award: Award) -> list[Any]:
    """Return the promises of support that were given for an award: sponsor's, mentors', and the chair's where one is asked for."""
    call = award.application.call
    models: list[Any] = [SponsorCommitment, MentorAgreement, *([ChairCommitment] if call.asks_chair else [])]
    asked = [promise for model in models for promise in model.objects.of_applicant(call.pk, award.awardee_id)]
    return [promise for promise in asked if promise.state == PromiseState.COMMITTED]


def _tell(promises: list[Any], award: Award, write: Callable[[Award, Any], mail.Message], *, verb: str, at: datetime) -> None:
    """Write to everybody who gave one of these promises what became of the award."""
    for promise in promises:
        mail.enqueue(write(award, promise), key=f"award {verb}:{award.pk}:{promise._meta.model_name}:{promise.pk}", at=at)


def decline(award: Award, *, reason: str, by: User, at: datetime) -> None:
    """Decline the award, with a reason or none; the place is free at once, the office and who promised support are told."""
    with transaction.atomic():
        perform(DECLINE, award, by=by, at=at, why=reason, reason=reason)
        applications.note_declined(award.application, by=by, at=at, why=reason)
        mail.enqueue(emails.declined_awardee(award), key=f"award declined:{award.pk}:awardee", at=at)
        mail.enqueue(emails.declined_office(award), key=f"award declined:{award.pk}:office", at=at)
        _tell(_committed(award), award, emails.ended_promiser, verb="declined", at=at)


def lapse(award: Award, *, at: datetime) -> None:
    """End an offer whose date to answer has passed; the place is free, the office and who promised support are told."""
    with transaction.atomic():
        award = Award.objects.locked(award.pk)  # the date may have been moved since it was read
        perform(LAPSE, award, at=at, why="The date to answer has passed.")
        applications.note_lapsed(award.application, at=at)
        mail.enqueue(emails.lapsed_awardee(award), key=f"award lapsed:{award.pk}:awardee", at=at)
        mail.enqueue(emails.lapsed_office(award), key=f"award lapsed:{award.pk}:office", at=at)
        _tell(_committed(award), award, emails.ended_promiser, verb="lapsed", at=at)


def longer_until(award: Award, at: datetime) -> datetime | None:
    """Return until when an offer would stand if it were made at `at`; None when that is no later than now, or it has ended."""
    call = award.application.call
    until = answer_until(at, days=call.accept_days, zone=call.zone)
    return until if award.state == Award.State.OFFERED and until > award.accept_by else None


def give_time(award: Award, *, by: User, at: datetime) -> datetime:
    """Let an offer stand as long as if it were made now; a new version of the letter says until when. Returns that moment."""
    if not may_decide(by, award.application.call):
        raise PermissionDenied
    if not may_judge(by, award.application):
        raise ClosedToYou(must_stand_aside(by, award.application.call, act="give more time"))
    with transaction.atomic():
        locked = Award.objects.locked(award.pk)
        until = longer_until(locked, at)
        if until is None:
            raise NotPossible("The offer stands as long already, or it has ended.")
        last = AwardLetter.objects.of_award(locked.pk).first()
        letters.require_none_on_its_way(last)
        locked.accept_by = until
        locked.save(update_fields=["accept_by"])
        record(locked, "give more time to answer", at=at, by=by)
        letters.write(locked, at=at, version=last.version + 1 if last else 1)
    return until


def _appoint(award: Award, *, by: User, at: datetime) -> Scholar:
    """Keep the scholar and one row of money for each twelve months."""
    scholar = Scholar.objects.create(
        user=award.awardee, cohort=award.cohort, award=award, starts_on=award.starts_on, ends_on=award.ends_on,
        effort_percent=award.effort_percent, appointed_at=at,
    )  # fmt: skip
    money = {"salary": award.salary_per_year, "research": award.research_per_year}
    ScholarYear.objects.bulk_create(
        ScholarYear(
            scholar=scholar, number=year.number, starts_on=year.starts_on, ends_on=year.ends_on,
            salary=year.salary, research=year.research,
        )
        for year in years(award.starts_on, award.ends_on, **money)
    )  # fmt: skip
    record(scholar, "appoint", at=at, by=by, to_state=scholar.state)
    return scholar
