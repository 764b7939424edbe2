"""What is missing of the applications about to be decided: reviews that are not in, promises that nobody made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, PromiseState
from scholars.impartiality import judgement
from scholars.models import Decision
from sponsors.models import SponsorCommitment

OFFERED_TO = (Decision.Outcome.AWARD, Decision.Outcome.ALTERNATE)


@dataclass(frozen=True)
class Lacking:
    """One application with what is staged for it, in words, and a sentence for each thing that is missing."""

    application: Any
    outcome: str
    sentences: list[str]


def lacking(call: Call, decisions: Iterable[Decision]) -> list[Lacking]:
    """Return what is missing of these decisions' applications, those that lack something only, in three queries.

    Promises count for those who are, or may still be, offered a place; a chair's where the call asks for one (a fourth query).
    """
    decisions = list(decisions)
    reviews = judgement().lacking(call.pk)
    offered = [decision.application.applicant_id for decision in decisions if decision.outcome in OFFERED_TO]
    sponsors = SponsorCommitment.objects.of_call(call.pk).filter(applicant__in=offered)
    mentors = MentorAgreement.objects.of_call(call.pk).filter(applicant__in=offered, role=MentorAgreement.MentorRole.PRIMARY)
    asked: list[tuple[str, Any]] = [("sponsor", sponsors), ("primary mentor", mentors)]
    if call.asks_chair:
        asked.append(("department chair", ChairCommitment.objects.of_call(call.pk).filter(applicant__in=offered)))
    made = [(word, {promise.applicant_id: promise for promise in promises}) for word, promises in asked]
    found = []
    for decision in decisions:
        sentences = [_reviews(*reviews.get(decision.application_id, (0, 0)))]
        if decision.outcome in OFFERED_TO:
            letter = "the letter" if decision.outcome == Decision.Outcome.AWARD else "a letter"
            sentences += [_promise(word, rows.get(decision.application.applicant_id), letter) for word, rows in made]
        if said := [sentence for sentence in sentences if sentence]:
            found.append(Lacking(decision.application, _staged(decision), said))
    return found


def _staged(decision: Decision) -> str:
    words = str(decision.get_outcome_display()).lower()
    return f"{words} {decision.alternate_order}" if decision.alternate_order else words


def _reviews(there: int, asked: int) -> str:
    if not asked:
        return "No reviewer is assigned."
    if there == asked:
        return ""
    return f"{there} of {asked} review{'' if asked == 1 else 's'} {'is' if there == 1 else 'are'} in."


def _promise(word: str, promise: Any, letter: str) -> str:
    """Say whose promise is missing and what that means for the letter, which an alternate gets only when a place is free."""
    names = "names" if letter == "the letter" else "would name"
    if promise is None:
        return f"No {word} is named; {letter} {names} none."
    if promise.state == PromiseState.COMMITTED:
        return ""
    said = "declined" if promise.state == PromiseState.DECLINED else "has not answered"
    return f"{promise.name}, the {word}, {said}; {letter} {names} no {word}."
