"""Queries about applications."""

from applications.queries.application import ORDERS, SUBMITTED, ApplicationQuerySet
from applications.queries.parts import requests_of, sections_of
from applications.queries.promises import NOUNS, Standing, promises_by_application, promises_of
from applications.queries.rows import ListRow
from applications.queries.submission import PreviewQuerySet, SubmissionQuerySet

__all__ = [
    "NOUNS",
    "ORDERS",
    "SUBMITTED",
    "ApplicationQuerySet",
    "ListRow",
    "PreviewQuerySet",
    "Standing",
    "SubmissionQuerySet",
    "promises_by_application",
    "promises_of",
    "requests_of",
    "sections_of",
]
