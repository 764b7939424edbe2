"""The doors of the review."""

from reviews.views.assignment import assign, declare, desk, end, past
from reviews.views.review import autosave, document, packet, review

__all__ = ["assign", "autosave", "declare", "desk", "document", "end", "packet", "past", "review"]
