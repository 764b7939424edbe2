"""Queries about applications."""

from applications.queries.application import ORDERS, SUBMITTED, ApplicationQuerySet
from applications.queries.parts import requests_of, sections_of
from applications.queries.promises import promises_of
from applications.queries.submission import PreviewQuerySet, SubmissionQuerySet

__all__ = [
    "ORDERS",
    "SUBMITTED",
    "ApplicationQuerySet",
    "PreviewQuerySet",
    "SubmissionQuerySet",
    "promises_of",
    "requests_of",
    "sections_of",
]
