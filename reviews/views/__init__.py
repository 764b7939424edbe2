"""The doors of the review."""

from reviews.views.assignment import assign, declare, desk, end
from reviews.views.review import autosave, document, packet, review

__all__ = ["assign", "autosave", "declare", "desk", "document", "end", "packet", "review"]
