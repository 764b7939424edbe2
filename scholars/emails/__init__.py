"""The e-mails that follow a review; no subject says what was decided."""

from scholars.emails.answer import (
    accepted_awardee,
    accepted_office,
    accepted_promiser,
    declined_awardee,
    declined_office,
    ended_promiser,
    lapsed_awardee,
    lapsed_office,
)
from scholars.emails.decision import alternate, no_place, not_awarded
from scholars.emails.offer import letter_failed, letter_renewed, offered, remind_offer

__all__ = [
    "accepted_awardee",
    "accepted_office",
    "accepted_promiser",
    "alternate",
    "declined_awardee",
    "declined_office",
    "ended_promiser",
    "lapsed_awardee",
    "lapsed_office",
    "letter_failed",
    "letter_renewed",
    "no_place",
    "not_awarded",
    "offered",
    "remind_offer",
]
