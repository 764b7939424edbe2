"""What the pages of the review print: one review as text, the packet, the scale."""

import functools
from typing import Any

from django.http import Http404, HttpRequest
from django.template.loader import render_to_string

from applications import snapshot
from applications.models import Application
from applications.queries import promises_of
from programs.templatetags.portal import to_the_second
from programs.transitions import ClosedToYou
from reviews.models import Assignment, Review
from reviews.scoring import SCALE, descriptor


def why_over(assignment: Assignment) -> str:
    """Return in words for the reviewer why an assignment that was theirs is over."""
    if assignment.state == Assignment.State.ENDED:
        return "The office has ended your assignment, so this review is not needed any more. Thank you for having been ready."
    if assignment.application.state == Application.State.WITHDRAWN:
        return "The applicant has withdrawn this application, so its review is not needed any more. Thank you for your work."
    return "The review of this application is closed. Thank you for your work."


class Over(ClosedToYou):
    """The assignment was the person's own and is over: ended by the office, or the application left review."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(why_over(assignment))
        self.assignment = assignment


def own_or_closed(request: HttpRequest, found: Assignment | None, pk: int) -> Assignment:
    """Return the assignment that was found among the person's open ones.

    403 with a sentence after a declared conflict, Over (also a 403 with a sentence, where no page says more) for what was
    theirs, 404 for all else.
    """
    if found is not None:
        return found
    if Assignment.objects.conflicted(request.user).one(pk):
        raise ClosedToYou("You declared a conflict of interest, so the application stays closed to you.")
    if (gone := Assignment.objects.over(request.user).one(pk)) is not None:
        raise Over(gone)
    raise Http404


def packet_of(assignment: Assignment) -> dict[str, Any]:
    """Return what the packet's template piece prints, with links through this app's own doors."""
    application = assignment.application
    return {
        "assignment": assignment, "application": application, "call": application.call, "packet": snapshot.latest(application),
        "document_url": "reviews:document", "owner": assignment.pk, "promises": promises_of(application),
    }  # fmt: skip


def shown(one: Review) -> dict[str, Any]:
    """Return one review as the pages print it."""
    scores = [(row.criterion.title, row.score, descriptor(row.score)) for row in one.scores.all()]
    return {
        "review": one,
        "reviewer": one.assignment.reviewer,
        "word": descriptor(one.overall_impact),
        "scores": scores,
        "late": one.assignment.is_late,
    }


def saved(assignment: Assignment, review: Review) -> str:
    return f"saved {to_the_second(review.saved_at, assignment.application.call.time_zone)}"


@functools.cache
def scale() -> str:
    """Return the scale of scores as a table, rendered once a process."""
    return render_to_string("reviews/_scale.html", {"scale": [(score, word, guide) for score, (word, guide) in SCALE.items()]})
