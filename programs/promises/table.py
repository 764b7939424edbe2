"""The transitions of a promise, what hinders them, and the lock that comes before every check."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from programs.models import Call, PromiseState
from programs.permissions import may_answer_promise, may_ask_for_promise
from programs.transitions import Transition

STANDING = ["state", "project_title", "opened_at", "answered_at", "signed_name", "signed_title", "reason"]


def answer_by(call: Call, at: datetime) -> datetime:
    """Return when an answer is due that is not there at `at`: the deadline, and once it has passed the end of the grace."""
    return call.closes_at if at < call.closes_at else call.letters_until


def opens_until(promise: Any) -> datetime:
    """Return until when a link opens a request: until the office has decided; the answer itself ends with the grace for letters."""
    until: datetime = promise.call.letters_until + timedelta(days=30)
    return until


def answers_are_taken(promise: Any, at: datetime) -> str:
    """Return "" while the call takes answers (deadline plus grace for letters), otherwise why not."""
    if promise.call.takes_answers(at):
        return ""
    return "The time to answer has passed. The programme office can tell you what is still possible."


def nobody_could_follow(promise: Any, at: datetime) -> str:
    """Return "" while somebody else could still be asked and answer, otherwise why a promise must stay as it is."""
    if promise.call.takes_answers(at):
        return ""
    return "The time to answer has passed, so nobody else could be asked any more."


COMMIT = Transition(
    "commit", [PromiseState.ASKED], PromiseState.COMMITTED, may_answer_promise, answers_are_taken, "answered", "Commit"
)
DECLINE = Transition(
    "decline", [PromiseState.ASKED], PromiseState.DECLINED, may_answer_promise, answers_are_taken, "answered", "Decline"
)
REPLACE = Transition(
    "replace",
    [PromiseState.ASKED, PromiseState.DECLINED, PromiseState.COMMITTED],
    PromiseState.REPLACED,
    may_ask_for_promise,
    nobody_could_follow,
    label="Replace",
)
TABLE = [COMMIT, DECLINE, REPLACE]
# Nobody chooses this one: it follows when the application is withdrawn or found not eligible, at whatever time.
END = Transition("end the request", [PromiseState.ASKED], PromiseState.REPLACED, may_ask_for_promise)


def lock(promise: Any) -> None:
    """Lock the row of a promise and read how it stands: first the lock, then the checks."""
    promise.refresh_from_db(fields=STANDING, from_queryset=type(promise).objects.select_for_update())


def lock_applicant(promise: Any) -> None:
    """Lock the applicant's row, for rules that count the applicant's requests: two windows ask one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=promise.applicant_id)
