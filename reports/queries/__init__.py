"""Reads across the floors: what the reading rooms ask of several apps at once."""

from reports.queries.calls import (
    decisions_of,
    export_rows,
    failed_emails,
    own_offers,
    own_records,
    scores_of,
    staged_by_call,
    standings,
    states_by_call,
    taken_by_cohort,
    times_reminded,
    with_system,
)
from reports.queries.promises import SILENT_AFTER, own_requests, promises_in, requests_to, silent, written_to

__all__ = [
    "SILENT_AFTER",
    "decisions_of",
    "export_rows",
    "failed_emails",
    "own_offers",
    "own_records",
    "own_requests",
    "promises_in",
    "requests_to",
    "scores_of",
    "silent",
    "staged_by_call",
    "standings",
    "states_by_call",
    "taken_by_cohort",
    "times_reminded",
    "with_system",
    "written_to",
]
