"""What sponsors, mentors and chairs have in common: being asked, replaced, answering by a sealed link, being reminded."""

from programs.promises.answering import commit, decline, note_opened
from programs.promises.asking import ASKS_A_DAY, ask, ask_again, close, replace, retitle, why_moot
from programs.promises.reminding import reminder
from programs.promises.table import COMMIT, DECLINE, END, REPLACE, TABLE, answer_by, answers_are_taken
from programs.promises.words import Words

__all__ = [
    "ASKS_A_DAY",
    "COMMIT",
    "DECLINE",
    "END",
    "REPLACE",
    "TABLE",
    "Words",
    "answer_by",
    "answers_are_taken",
    "ask",
    "ask_again",
    "close",
    "commit",
    "decline",
    "note_opened",
    "reminder",
    "replace",
    "retitle",
    "why_moot",
]
