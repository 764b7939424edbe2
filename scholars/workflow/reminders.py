"""What the clock does with offers: reminds of them, and ends those that were not answered."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from programs import mail, reminders
from programs.reminders import Rule, Step
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible
from scholars import emails
from scholars.models import Award
from scholars.workflow.awards import lapse

logger = logging.getLogger(__name__)
KIND = "offer to accept"
DAYS_BEFORE = (7, 3, 1)


def lapse_overdue(at: datetime) -> int:
    """End every offer whose date to answer has passed; returns how many."""
    ended = 0
    for award in Award.objects.overdue(at):
        try:
            lapse(award, at=at)
        except NotPossible:  # answered in this very moment
            continue
        except Exception:  # a fault in one row holds up none of the others
            logger.exception("offer %s did not lapse", award.pk)
            continue
        ended += 1
    return ended


def _steps(awards: Sequence[Award], at: datetime) -> Iterator[Step]:
    """Yield the reminders of every open offer: 7, 3 and 1 days before the date to answer, none before the offer itself."""
    for award in awards:
        until = in_zone(award.accept_by, award.application.call.time_zone)
        for slot, due_at in reminders.ladder(award.accept_by, DAYS_BEFORE):
            if due_at > award.offered_at:
                yield Step(
                    kind=KIND, about=award, slot=slot, to=award.awardee.email, to_name=award.awardee.name,
                    summary=f"{award.awardee.name}: answer the offer before {until}", due_at=due_at, expires_at=award.accept_by,
                )  # fmt: skip


def _write(steps: Sequence[Step], at: datetime) -> Iterator[mail.Message]:
    for step in steps:
        yield emails.remind_offer(step.about)


DONE = "The offer was answered meanwhile, has ended, or its letter is being written anew."
OFFER_REMINDER = Rule(KIND, lambda at: Award.objects.awaiting_answer().with_a_letter(), _steps, _write, DONE)
