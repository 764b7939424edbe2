"""Queries about assignments and reviews."""

from reviews.queries.assignment import AssignmentQuerySet
from reviews.queries.desk import Line, lines_of
from reviews.queries.order import desk_page
from reviews.queries.own import DECIDED, IN_REVIEW
from reviews.queries.review import ReviewQuerySet, ScoreQuerySet

__all__ = ["DECIDED", "IN_REVIEW", "AssignmentQuerySet", "Line", "ReviewQuerySet", "ScoreQuerySet", "desk_page", "lines_of"]
