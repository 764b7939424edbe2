"""What several pages of an application show: its state in words, its promises, its history."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from applications import checklist
from applications.models import Application
from applications.queries import NOUNS, Standing
from applications.workflow.table import NOTE_LAPSED, naming_is_over
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import PromiseState
from programs.templatetags.portal import at_place
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment

State = Application.State
LEFT = (State.WITHDRAWN, State.INELIGIBLE)  # the call, so that nothing is missing any more
TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "primary",
    State.RETURNED: "due",
    State.COMPLETE: "ok",
    State.INELIGIBLE: "bad",
    State.UNDER_REVIEW: "primary",
    State.AWARDED: "ok",
    State.ALTERNATE: "due",
    State.NOT_AWARDED: "neutral",
    State.ACCEPTED: "ok",
    State.DECLINED: "neutral",
    State.WITHDRAWN: "neutral",
}
AGAIN = {"sponsor": "sponsors:ask_again", "mentor": "mentors:ask_again", "chair": "mentors:chair_ask_again"}
PROMISE_TONES = {PromiseState.ASKED: "due", PromiseState.COMMITTED: "ok", PromiseState.DECLINED: "bad"}
OFFER_ENDED = "Offer ended, not answered"
STATES = dict(State.choices)
# Rows of a decision that is not released: the application's page says that there was one, not which and not why.
STAGING = ("stage", "take the staged decision back")
# What happened, as the history says it: the verbs of every floor that writes about an applicant.
DONE = {
    "start": "Started",
    "submit": "Submitted",
    "withdraw": "Withdrawn",
    "return for changes": "Returned for changes",
    "take the return back": "Return taken back",
    "mark complete": "Found complete",
    "find not eligible": "Found not eligible",
    "begin review": "Review begun",
    "offer an award": "Decided: award",
    "make alternate": "Decided: alternate",
    "not award": "Decided: no award",
    "accept the award": "Award accepted",
    "decline the award": "Award declined",
    "change the title": "Title changed",
    "attach": "Document attached",
    "remove": "Document removed",
    "ask": "Asked by e-mail",
    "ask again": "Asked again",
    "commit": "Committed",
    "decline": "Declined",
    "replace": "Somebody else to be asked",
    "end the request": "Request ended",
    "assign reviewer": "Reviewer assigned",
    "declare no conflict": "No conflict declared",
    "declare a conflict": "Conflict declared",
    "submit review": "Review submitted",
    "end assignment": "Assignment ended",
    "stage": "Decision staged",
    "take the staged decision back": "Staged decision taken back",
    "offer": "Award offered",
    "accept": "Offer accepted",
    "lapse": "Time to answer passed",
    "end the offer": OFFER_ENDED,
    "appoint": "Appointed as scholar",
    "build the letter again": "Letter written again",
    "give more time to answer": "More time to answer given",
    "make the packet again": "Packet made again",
    "hold a reminder": "Reminder held",
    "let a reminder go": "Reminder let go",
    "send an e-mail again": "E-mail sent again",
}


@dataclass(frozen=True)
class Line:
    """One line of the history as components/history.html prints it."""

    at: datetime
    who: str
    verb: str
    from_state: str
    to_state: str
    reason: str


@dataclass(frozen=True)
class Card:
    """A sponsor, mentor or chair: who was asked, whether they opened and answered, and what can be done about it.

    `promised_for` is the title that was committed to, where the application has another now; `nobody` what is said where no
    request stands.
    """

    label: str
    promise: Standing | None
    place: str
    state: str
    tone: str
    name_url: str
    again_url: str
    replace_url: str
    promised_for: str = ""
    nobody: str = ""


def visible(request: HttpRequest, pk: int) -> Application:
    """Return the application when the person may see it, otherwise 404."""
    application: Application | None = Application.objects.visible_one(request.user, pk)
    if application is None:
        raise Http404
    return application


def own(request: HttpRequest, pk: int) -> Application:
    """Return the person's own application; somebody else's is 404, or 403 for the office that sees it."""
    mine: Application | None = Application.objects.own_one(request.user, pk)
    if mine is None:
        visible(request, pk)
        raise PermissionDenied
    return mine


def asks_chair(application: Application) -> Application:
    """Return the application when its call asks for a chair, otherwise 404."""
    if not application.call.asks_chair:
        raise Http404
    return application


def moment(request: HttpRequest) -> datetime:
    """Return when the request was received (UTC): every deadline is judged by it."""
    at: datetime = request.received_at  # type: ignore[attr-defined]
    return at


def badge(application: Application) -> dict[str, str]:
    """Return the state as a word and a colour."""
    return {"text": application.get_state_display(), "tone": TONES[State(application.state)]}


def has_lapsed(application: Application, rows: Iterable[Any]) -> bool:
    """Return whether the award was not declined but its time to answer passed, as the history has it."""
    return application.state == State.DECLINED and any(row.verb == NOTE_LAPSED.verb for row in rows)


def side(application: Application, held: checklist.Contents) -> dict[str, Any]:
    """Return the checklist for the side column: its lines, how many are done and of how many."""
    lines = checklist.items(application, held)
    counted = [line for line in lines if line.counts]
    done = sum(line.done for line in counted)
    return {
        "items": lines,
        "done": done,
        "of": len(counted),
        "is_whole": done == len(counted),
        "may_submit": not any(line.blocks for line in lines),
    }


def cards(application: Application, held: checklist.Contents, at: datetime, *, may_name: bool) -> list[Card]:
    """Return the card of each person the call asks for, with the buttons that are possible at `at`; only the applicant may name."""
    named = None if naming_is_over(application, at) else application
    kinds = ["sponsor", "mentor", *(["chair"] if application.call.asks_chair else [])]
    made = [card(kind, held, named, may_name=may_name) for kind in kinds]
    return [replace(one, promised_for=_other_title(one.promise, application)) for one in made]


def committed(held: checklist.Contents) -> list[Standing]:
    """Return the promises that were given."""
    return [one for one in (held.sponsor, held.mentor, held.chair) if one and one.state == PromiseState.COMMITTED]


def _other_title(promise: Standing | None, application: Application) -> str:
    """Return the title that was committed to when it is not that of the application, otherwise ""."""
    if promise is None or promise.state != PromiseState.COMMITTED or promise.project_title == application.title:
        return ""
    return promise.project_title


def card(kind: str, held: checklist.Contents, application: Application | None, *, may_name: bool) -> Card:
    """Return one card; `kind` is a key of NOUNS.

    Without `application` nothing can be done about it. Who declined gives way when another is named.
    """
    promise: Standing | None = getattr(held, kind)
    name = again = instead = ""
    declined = promise is not None and promise.state == PromiseState.DECLINED
    if application and may_name and (promise is None or declined):
        name = reverse(f"applications:{kind}", args=[application.pk])
    if promise is None:
        state = "Not asked yet" if application else "Nobody stands"
        nobody = "Nobody is named yet." if application else "If somebody was asked, the history says who and how it ended."
        return Card(NOUNS[kind], None, "", state, "neutral", name, "", "", nobody=nobody)
    if application and not declined:
        instead = reverse(f"applications:replace_{kind}", args=[application.pk, promise.pk])
        again = reverse(AGAIN[kind], args=[promise.pk]) if promise.state == PromiseState.ASKED else ""
    tone = PROMISE_TONES[PromiseState(promise.state)]
    return Card(NOUNS[kind], promise, at_place(promise.title, promise.place), promise.state_word, tone, name, again, instead)


def history(rows: Iterable[Any], *, for_office: bool) -> list[Line]:
    """Return history rows in words; what sponsor, mentor and chair wrote with their answer is for the office only.

    Only the application's own states are shown: those of the rows around it say nothing that the words do not, or, of a staged
    decision, what a member of the office who stands aside must not read.
    """
    models = (Application, SponsorCommitment, MentorAgreement, ChairCommitment)
    types = ContentType.objects.get_for_models(*models)
    own_type = types[Application].pk
    words = {SponsorCommitment: "Sponsor: ", MentorAgreement: "Mentor: ", ChairCommitment: "Chair: "}
    parties = {types[model].pk: word for model, word in words.items()}
    return [
        Line(
            row.at,
            f"{row.who}, by the link in an e-mail" if row.link_id else row.who,
            parties.get(row.content_type_id, "") + _done(row.verb, lower=row.content_type_id in parties),
            STATES.get(row.from_state, "") if _shows_states(row, own_type) else "",
            STATES.get(row.to_state, "") if _shows_states(row, own_type) else "",
            row.why if _shows_why(row, own_type, for_office) else "",
        )
        for row in rows
    ]


def _shows_why(row: Any, own_type: int, for_office: bool) -> bool:
    """Whether the reader may know why: of a decision that is not released only its own page says it, to those it is open to."""
    if row.verb in STAGING:
        return False
    return for_office or row.content_type_id == own_type or row.verb == "ask"


def _shows_states(row: Any, own_type: int) -> bool:
    """Whether a row says more by its states: a lapse is kept as declined, but nobody declined."""
    return row.content_type_id == own_type and row.from_state != row.to_state and row.verb not in (NOTE_LAPSED.verb, *STAGING)


def _done(verb: str, *, lower: bool) -> str:
    words = DONE.get(verb, verb.capitalize())
    return words[0].lower() + words[1:] if lower else words


def tried(form: Any, field: str | None, verb: Any, *args: Any, **facts: Any) -> bool:
    """Call a verb; when it is not possible, put its sentence beside the field (None: on top) and return False."""
    try:
        verb(*args, **facts)
    except NotPossible as refusal:
        form.add_error(field, str(refusal))
        return False
    return True
