"""Queries of the programme office."""

from programs.queries.call import CallQuerySet, CohortQuerySet
from programs.queries.program import MembershipQuerySet, ProgramQuerySet
from programs.queries.queued import QueuedQuerySet
from programs.queries.ready import Given, Ready, given_among, ready, whole
from programs.queries.record import AboutQuerySet, EmailQuerySet, HistoryQuerySet, LinkQuerySet
from programs.queries.reminder import ReminderQuerySet
from programs.queries.single import single

__all__ = [
    "AboutQuerySet",
    "CallQuerySet",
    "CohortQuerySet",
    "EmailQuerySet",
    "Given",
    "HistoryQuerySet",
    "LinkQuerySet",
    "MembershipQuerySet",
    "ProgramQuerySet",
    "QueuedQuerySet",
    "Ready",
    "ReminderQuerySet",
    "given_among",
    "ready",
    "single",
    "whole",
]
