"""Every write about mentors' agreements and chairs' commitments; the chair's verbs are in `chair`."""

from mentors.workflow.agreement import PURPOSE, REMINDER, TABLE, ask, ask_again, commit, decline, replace

__all__ = ["PURPOSE", "REMINDER", "TABLE", "ask", "ask_again", "commit", "decline", "replace"]
