"""Every write of what follows a review: decisions, awards, letters, and the cohorts that awards hang on."""

from scholars.workflow.awards import accept, decline, lapse, offer, room, terms
from scholars.workflow.cohorts import change_cohort
from scholars.workflow.decisions import (
    OrderTaken,
    Released,
    fingerprint,
    offer_next,
    release,
    stage,
    unstage,
)
from scholars.workflow.letters import batches, build_again, build_letter, build_letters, is_signed, merged, word_letter, words_mark
from scholars.workflow.line import LineReplaces, stage_line
from scholars.workflow.reminders import lapse_overdue, remind_steps

__all__ = [
    "LineReplaces",
    "OrderTaken",
    "Released",
    "accept",
    "batches",
    "build_again",
    "build_letter",
    "build_letters",
    "change_cohort",
    "decline",
    "fingerprint",
    "is_signed",
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
    "words_mark",
]
