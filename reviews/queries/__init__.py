"""Queries about assignments and reviews."""

from reviews.queries.assignment import IN_REVIEW, AssignmentQuerySet
from reviews.queries.desk import Line, lines_of
from reviews.queries.order import one_page
from reviews.queries.past import DECIDED
from reviews.queries.review import ReviewQuerySet, ScoreQuerySet

__all__ = ["DECIDED", "IN_REVIEW", "AssignmentQuerySet", "Line", "ReviewQuerySet", "ScoreQuerySet", "lines_of", "one_page"]
