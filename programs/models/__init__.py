"""The nouns of the programme office."""

from programs.models.call import LONGEST_GRACE, Call, Cohort, Criterion, DocumentRequest, Section
from programs.models.link import LinkToken, SealedLink
from programs.models.program import Membership, Program, Role
from programs.models.promise import Promise, PromiseState
from programs.models.record import Email, HistoryEntry, Queued, Reminder, WorkState

__all__ = [
    "LONGEST_GRACE",
    "Call",
    "Cohort",
    "Criterion",
    "DocumentRequest",
    "Email",
    "HistoryEntry",
    "LinkToken",
    "Membership",
    "Program",
    "Promise",
    "PromiseState",
    "Queued",
    "Reminder",
    "Role",
    "SealedLink",
    "Section",
    "WorkState",
]
