"""Every write of what follows a review: decisions, awards, letters."""

from scholars.workflow.awards import accept, decline, lapse, offer, room, terms
from scholars.workflow.decisions import OrderTaken, Released, fingerprint, offer_next, release, stage, stage_line, unstage
from scholars.workflow.letters import build_again, build_letter, merged, word_letter
from scholars.workflow.reminders import lapse_overdue, remind_steps

__all__ = [
    "OrderTaken",
    "Released",
    "accept",
    "build_again",
    "build_letter",
    "decline",
    "fingerprint",
    "lapse",
    "lapse_overdue",
    "merged",
    "offer",
    "offer_next",
    "release",
    "remind_steps",
    "room",
    "stage",
    "stage_line",
    "terms",
    "unstage",
    "word_letter",
]
