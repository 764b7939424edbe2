"""Queries about what follows a review."""

from scholars.queries.award import AwardQuerySet, LetterQuerySet
from scholars.queries.decision import DecisionQuerySet
from scholars.queries.scholar import ScholarQuerySet

__all__ = ["AwardQuerySet", "DecisionQuerySet", "LetterQuerySet", "ScholarQuerySet"]
