"""The line of places and money on the ranked list, staged in one act."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from applications.models import Application
from programs.models import Call, Cohort
from programs.transitions import ClosedToYou, NotPossible, record
from scholars.impartiality import closed_to, must_stand_aside
from scholars.models import Decision
from scholars.workflow.awards import room
from scholars.workflow.decisions import REVIEWED, Outcome, fingerprint, note_taken_back, number_words, require

ALTERNATES_ON_THE_LINE = 2


class LineReplaces(NotPossible):
    """A line would change what is staged: `changes` are pairs (as staged, as the line has it or None), `seen` is their digest."""

    def __init__(self, changes: list[tuple[Decision, Decision | None]]) -> None:
        super().__init__("The line changes decisions that are staged already.")
        self.changes = changes
        self.seen = fingerprint(before for before, _ in changes)


def stage_line(
    call: Call, *, application_ids: Sequence[int], by: User, at: datetime, replacing: str | None = None
) -> list[Decision]:
    """Stage a ranked list, best first: awards as far as places and money reach, two alternates, nobody else awarded.

    Applications that were released, withdrawn or not reviewed are left as they are. Staged awards and alternates of the
    call that the list does not name are taken back, so that the line is what it shows. With `replacing`, a decision that is
    staged otherwise is only changed when that is the digest of all that would change (`LineReplaces.seen`). Whoever must stand
    aside from one of the applications draws no line: theirs would leave it out.
    """
    require(by, call, at)
    with transaction.atomic():
        cohort = Cohort.objects.locked(call.cohort_id)
        ranked = _ranked(call, application_ids)
        if Application.objects.of_call(call.pk).in_states(*REVIEWED).filter(pk__in=closed_to(by, call.pk)).exists():
            raise ClosedToYou(must_stand_aside(by, call, what="An application on the list", act="stage from the line"))
        line = room(cohort).fits
        first = max([decision.alternate_order or 0 for decision in Decision.objects.of_call(call.pk).waiting()], default=0) + 1
        staged = [
            Decision(application=application, outcome=outcome, alternate_order=order, staged_at=at, staged_by=by)
            for application, (outcome, order) in zip(ranked, _line(line, first, len(ranked)), strict=True)
        ]
        before = Decision.objects.of_call(call.pk).replaceable([application.pk for application in ranked])
        changes = _changes(list(before), staged)
        if changes and replacing is not None and replacing != LineReplaces(changes).seen:
            raise LineReplaces(changes)
        for taken_back in (old for old, now in changes if now is None):
            note_taken_back(taken_back, by=by, at=at, why="By the ranked list, which does not name it.")
        before.delete()
        for decision in staged:
            decision.save(force_insert=True)
            why = f"By the ranked list. {number_words(decision)}".strip()
            record(decision, "stage", at=at, by=by, to_state=decision.outcome, why=why, office_only=True)
    return staged


def _ranked(call: Call, application_ids: Sequence[int]) -> list[Application]:
    """Return the reviewed, undecided applications of the list in its order; refuse a list with strangers."""
    found = {
        application.pk: application for application in Application.objects.of_call(call.pk).select_related("applicant", "call")
    }
    if any(pk not in found for pk in application_ids):
        raise NotPossible("The list names an application that is not of this call. Please load it again.")
    decided = set(Decision.objects.of_call(call.pk).released().values_list("application_id", flat=True))
    wanted = [found[pk] for pk in dict.fromkeys(application_ids) if pk not in decided]
    ranked = [application for application in wanted if application.state in REVIEWED]
    if not ranked:
        raise NotPossible("No application on the list is under review and undecided.")
    return ranked


def _changes(before: list[Decision], after: list[Decision]) -> list[tuple[Decision, Decision | None]]:
    """Return the staged decisions that a line changes or takes back, each with the one that takes its place."""
    new = {decision.application_id: decision for decision in after}
    pairs = [(decision, new.get(decision.application_id)) for decision in before]
    return [(old, now) for old, now in pairs if now is None or _word(old) != _word(now)]


def _word(decision: Decision) -> tuple[str, int | None]:
    return str(decision.outcome), decision.alternate_order


def _line(awards: int, first_alternate: int, count: int) -> list[tuple[str, int | None]]:
    """Return (outcome, alternate order) of each place on a list of `count` applications."""
    line: list[tuple[str, int | None]] = [(Outcome.AWARD, None)] * min(awards, count)
    waiting = min(ALTERNATES_ON_THE_LINE, count - len(line))
    line += [(Outcome.ALTERNATE, first_alternate + place) for place in range(waiting)]
    return line + [(Outcome.NOT_AWARDED, None)] * (count - len(line))
