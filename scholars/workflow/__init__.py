"""Every write of what follows a review: decisions, awards, letters, and the cohorts that awards hang on."""

from scholars.workflow.alternates import end_waiting, offer_next
from scholars.workflow.awards import accept, decline, give_time, lapse, longer_until, offer, room, terms, to_be_signed
from scholars.workflow.cohorts import change_cohort
from scholars.workflow.decisions import (
    OrderTaken,
    Released,
    fingerprint,
    release,
    stage,
    unstage,
)
from scholars.workflow.letters import batches, build_again, build_letter, build_letters, is_signed, merged
from scholars.workflow.line import LineReplaces, stage_line
from scholars.workflow.reminders import lapse_overdue
from scholars.workflow.wording import word_letter, words_mark

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
    "end_waiting",
    "fingerprint",
    "give_time",
    "is_signed",
    "lapse",
    "lapse_overdue",
    "longer_until",
    "merged",
    "offer",
    "offer_next",
    "release",
    "room",
    "stage",
    "stage_line",
    "terms",
    "to_be_signed",
    "unstage",
    "word_letter",
    "words_mark",
]
