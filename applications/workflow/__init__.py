"""Every write of applications: the table of transitions, and the verbs of applicant, office, floors above and worker."""

from applications.workflow.dropping import delete_dropped, due_to_go
from applications.workflow.naming import name_chair, name_mentor, name_sponsor
from applications.workflow.packets import ask_for_preview, make_packet, make_packet_again
from applications.workflow.replacing import replace_promise
from applications.workflow.screening import (
    begin_review,
    decide,
    find_ineligible,
    mark_complete,
    note_accepted,
    note_declined,
    note_lapsed,
    return_for_changes,
    take_back_return,
)
from applications.workflow.submitting import submit, withdraw
from applications.workflow.table import TABLE
from applications.workflow.writing import (
    Overtaken,
    attach,
    remove_document,
    save_section,
    set_title,
    start,
)

__all__ = [
    "TABLE",
    "Overtaken",
    "ask_for_preview",
    "attach",
    "begin_review",
    "decide",
    "delete_dropped",
    "due_to_go",
    "find_ineligible",
    "make_packet",
    "make_packet_again",
    "mark_complete",
    "name_chair",
    "name_mentor",
    "name_sponsor",
    "note_accepted",
    "note_declined",
    "note_lapsed",
    "remove_document",
    "replace_promise",
    "return_for_changes",
    "save_section",
    "set_title",
    "start",
    "submit",
    "take_back_return",
    "withdraw",
]
