"""The transitions of an application: from which state to which, who may, and what hinders it."""

from datetime import datetime

from applications.models import Application
from applications.permissions import may_answer_offer, may_decide, may_screen, may_write
from programs import promises
from programs.templatetags.portal import in_zone
from programs.transitions import Transition

State = Application.State
NAMING_STATES = (State.DRAFT, State.RETURNED, State.SUBMITTED)


def writing_is_over(application: Application, at: datetime) -> str:
    """Return "" while the applicant may write and submit (`at` before the deadline), otherwise the sentence that says why not.

    A returned application may be changed and submitted again until the end of the grace for letters, also after the
    deadline: the office asked for the change (docs/decisions/0009).
    """
    until = application.writable_until
    if at < until:
        return ""
    closed = f"{'The time for changes ended' if application.state == State.RETURNED else 'The call closed'} on "
    kept = "Everything that was saved is kept, but it cannot be changed or submitted any more."
    office = f"The programme office ({application.call.program.reply_to}) can tell you what is still possible."
    return f"{closed}{in_zone(until, application.call.time_zone)}. {kept} {office}"


def changes_are_over(application: Application, at: datetime) -> str:
    """Return "" while a returned application could still come back, otherwise since when it could not."""
    until = application.call.letters_until
    if at < until:
        return ""
    return f"The time for changes ended on {in_zone(until, application.call.time_zone)}: the applicant could not submit it again."


def naming_is_over(application: Application, at: datetime) -> str:
    """Return "" while sponsor, mentor and chair may be named and replaced, otherwise the sentence that says why not.

    Later their promises are part of what is screened, reviewed and decided, and nobody could fill the gap of one that ends.
    """
    if application.state not in NAMING_STATES:
        office = " The programme office can return it for changes first." if application.state == State.COMPLETE else ""
        return f"The application is {application.get_state_display().lower()}: nobody can be named any more.{office}"
    # A draft that was not submitted in time needs no promise any more.
    return (writing_is_over(application, at) if application.is_editable else "") or promises.answers_are_taken(application, at)


SUBMIT = Transition(
    "submit", (State.DRAFT, State.RETURNED), State.SUBMITTED, may_write, writing_is_over, "submitted", "Check and submit"
)
WITHDRAW = Transition(
    "withdraw",
    (State.DRAFT, State.SUBMITTED, State.RETURNED, State.COMPLETE, State.UNDER_REVIEW, State.ALTERNATE),
    State.WITHDRAWN,
    may_write,
    label="Withdraw",
)
MARK_COMPLETE = Transition("mark complete", (State.SUBMITTED,), State.COMPLETE, may_screen, label="Mark complete")
RETURN = Transition(
    "return for changes",
    (State.SUBMITTED, State.COMPLETE),
    State.RETURNED,
    may_screen,
    changes_are_over,
    label="Return for changes",
)
# What was submitted is a snapshot, which stands whether or not the applicant comes back with changes.
TAKE_BACK_RETURN = Transition(
    "take the return back", (State.RETURNED,), State.SUBMITTED, may_screen, label="Go on with what was submitted"
)
FIND_INELIGIBLE = Transition(
    "find not eligible",
    (State.SUBMITTED, State.RETURNED, State.COMPLETE),
    State.INELIGIBLE,
    may_screen,
    label="Find ineligible",
)
BEGIN_REVIEW = Transition("begin review", (State.COMPLETE,), State.UNDER_REVIEW, may_screen, label="Begin the review")
_JUDGED = (State.COMPLETE, State.UNDER_REVIEW)
DECISIONS = {
    State.AWARDED.value: Transition(
        "offer an award", (*_JUDGED, State.ALTERNATE), State.AWARDED, may_decide, label="Offer an award"
    ),
    State.ALTERNATE.value: Transition("make alternate", _JUDGED, State.ALTERNATE, may_decide, label="Make alternate"),
    State.NOT_AWARDED.value: Transition(
        "not award", (*_JUDGED, State.ALTERNATE), State.NOT_AWARDED, may_decide, label="Do not award"
    ),
}
NOTE_ACCEPTED = Transition("accept the award", (State.AWARDED,), State.ACCEPTED, may_answer_offer, label="Accept the award")
NOTE_DECLINED = Transition("decline the award", (State.AWARDED,), State.DECLINED, may_answer_offer, label="Decline the award")
# The same state, another story: nobody declined, the time to answer passed.
NOTE_LAPSED = Transition("end the offer", (State.AWARDED,), State.DECLINED, may_answer_offer, label="End the offer")
TABLE = [
    SUBMIT, MARK_COMPLETE, RETURN, TAKE_BACK_RETURN, FIND_INELIGIBLE, WITHDRAW, BEGIN_REVIEW, *DECISIONS.values(), NOTE_ACCEPTED,
    NOTE_DECLINED, NOTE_LAPSED,
]  # fmt: skip
