"""My desk: what awaits a person, by when, and the one button that does it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from applications.models import Application
from applications.workflow.table import naming_is_over
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Membership, PromiseState, Role
from programs.promises import answer_by
from programs.templatetags.portal import FAMILIAR, day, distance
from reports import queries
from reviews.models import Assignment
from sponsors.models import SponsorCommitment

WORDS: dict[Any, str] = {SponsorCommitment: "sponsor", MentorAgreement: "mentor", ChairCommitment: "chair"}
AGAIN: dict[Any, str] = {
    SponsorCommitment: "sponsors:ask_again",
    MentorAgreement: "mentors:ask_again",
    ChairCommitment: "mentors:chair_ask_again",
}
REQUESTS: dict[Any, tuple[str, str]] = {
    SponsorCommitment: ("sponsors:respond", "you to be sponsor"),
    MentorAgreement: ("mentors:respond", "you to be mentor"),
    ChairCommitment: ("mentors:chair_respond", "for your commitment as department chair"),
}
SHOWN = 5  # rows of one kind; the last row then leads to the whole list
NUMBERS = [
    "Nothing",
    "One thing",
    *(f"{n} things" for n in ("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")),
]


@dataclass(frozen=True)
class Task:
    """One row of the desk; `when` None means now, `quiet` that nothing is asked, `posts` that the button does it at once.

    `about` is the page that says more, where the button leads to none.
    """

    title: str
    detail: str
    label: str
    url: str
    when: datetime | None = None
    zone: str = "UTC"
    quiet: bool = False
    posts: bool = False
    about: str = ""


@dataclass(frozen=True)
class Line:
    """A task as the page prints it: when in words, and its tone ("late", "due" or "")."""

    task: Task
    when: str
    tone: str


def lines(tasks: Iterable[Task], at: datetime) -> list[Line]:
    """Return the tasks in the order of their dates with the words of the page; what asks nothing comes last."""
    ordered = sorted(tasks, key=lambda task: (task.quiet, task.when or at))
    return [Line(task, *(("", "") if task.quiet else when_words(task.when, at, task.zone))) for task in ordered]


def own(user: Any, at: datetime) -> list[Task]:
    """Return what awaits the person as applicant, sponsor, mentor, chair, awardee, reviewer or scholar, at `at` (UTC)."""
    mine = list(Application.objects.own(user)[:20])
    # Nobody is offered an award, or is a scholar, who never applied.
    won = [*_offers(user, at), *_records(user)] if mine else []
    return [*won, *_applications(mine, user, at), *_requests(user, at), *_reviews(user)]


def asked(rows: list[Line]) -> int:
    """Return how many rows ask something of the person."""
    return sum(not row.task.quiet for row in rows)


def summary(rows: list[Line]) -> str:
    """Return how many things await the person, in words."""
    count = asked(rows)
    words = NUMBERS[count] if count < len(NUMBERS) else f"{count} things"
    return f"{words} {'awaits' if count < 2 else 'await'} you."


def when_words(moment: datetime | None, at: datetime, zone: str) -> tuple[str, str]:
    """Return when something is due as the desk says it, and its tone: `2 days late`, `Today, 17:00 Pacific`, `Thu 3 Dec`."""
    if moment is None:
        return "Now", ""
    if moment <= at:
        return distance(moment, at).replace("ago", "late").replace("now", "Just now"), "late"
    here = ZoneInfo(zone)
    local, today = moment.astimezone(here), at.astimezone(here).date()
    days = (local.date() - today).days
    clock = f"{local:%H:%M} {FAMILIAR.get(zone, zone.replace('_', ' '))}"
    if days <= 1:
        return f"{'Tomorrow' if days else 'Today'}, {clock}", "due"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local:%a} {local.day} {local:%b}{year}", ""


def _applications(own: list[Application], user: Any, at: datetime) -> Iterator[Task]:
    """The applicant: drafts to finish, changes that are asked for, those who declined a promise, all others to read."""
    for application in own:
        call, url = application.call, reverse("applications:application", args=[application.pk])
        title, zone = application.title or "Your application", call.time_zone
        if application.state == "draft" and call.is_open(at):
            yield Task(
                f"Finish and submit “{title}”", f"{call.title} · draft, not submitted", "Continue", url, call.closes_at, zone
            )
        elif application.state == "returned" and call.takes_answers(at):
            until = application.writable_until
            yield Task(
                f"Change “{title}” and submit it again", f"{call.title} · returned to you", "See what is asked", url, until, zone
            )
        else:
            yield Task(title, _standing(application), "Open", url, quiet=True)
    if own:
        yield from _asked(own, user, at)


def _standing(application: Application) -> str:
    """Return where an application is, for its applicant: call, state, number and when it came in."""
    call, state = application.call, application.get_state_display().lower()
    if application.submitted_at is None:
        return f"{call.title} · {state if application.state == 'withdrawn' else 'not submitted in time'}"
    came = f"{application.tracking_number}, submitted on {day(application.submitted_at.astimezone(call.zone).date())}"
    return " · ".join([call.title, came, *([] if application.state == "submitted" else [state])])


def _asked(own: list[Application], user: Any, at: datetime) -> Iterator[Task]:
    """The applicant: who declined a promise or does not answer, and where nobody is asked after the application was submitted.

    Of a draft the checklist says who is missing.
    """
    going = {one.call_id: one for one in own if not naming_is_over(one, at)}
    for model, word in WORDS.items():
        wanted = {key: one for key, one in going.items() if model is not ChairCommitment or one.call.asks_chair}
        standing = list(queries.own_requests(model, user, at)) if wanted else []
        for promise in standing:
            if application := wanted.get(promise.call_id):
                yield from _about(promise, application, word, at)
        for application in wanted.values():
            if not (application.is_editable or any(one.call_id == application.call_id for one in standing)):
                url = reverse(f"applications:{word}", args=[application.pk])
                detail = f"“{application.title}” is not complete without one; nobody is asked now."
                until, zone = answer_by(application.call, at), application.call.time_zone
                yield Task(f"Name your {word}", detail, f"Name the {word}", url, until, zone)


def _about(promise: Any, application: Application, word: str, at: datetime) -> Iterator[Task]:
    until, zone = answer_by(application.call, at), application.call.time_zone
    if promise.state == PromiseState.DECLINED:
        url = reverse(f"applications:{word}", args=[application.pk])
        yield Task(f"{promise.name} declined to be your {word}", "Please ask somebody else.", "Name another", url, until, zone)
    elif promise.state == PromiseState.ASKED and promise.asked_at <= at - queries.SILENT_AFTER and not promise.is_fresh:
        said = "opened the request" if promise.opened_at else "has not opened the request"
        detail = f"{promise.name} was asked {distance(promise.asked_at, at)} and {said}."
        url = reverse(AGAIN[type(promise)], args=[promise.pk])
        page = reverse("applications:application", args=[application.pk])
        yield Task(f"Your {word} has not answered yet", detail, "Ask again", url, until, zone, posts=True, about=page)


def _requests(user: Any, at: datetime) -> Iterator[Task]:
    """The sponsor, mentor or chair with an account: requests to their address."""
    for model, pk, project, applicant, call in queries.requests_to(user, at):
        if call.takes_answers(at):
            name, words = REQUESTS[model]
            title, url = f"{applicant} asks {words}", reverse(name, args=[pk])
            yield Task(title, f"“{project}” · {call.title}", "Answer", url, answer_by(call, at), call.time_zone)


def _offers(user: Any, at: datetime) -> Iterator[Task]:
    """The awardee: an offer to answer."""
    for award in queries.own_offers(user, at):
        yield Task(
            f"Answer the award offered to you: {award.cohort.name}", f"{award.cohort.program.name} · “{award.application.title}”",
            "Read and answer", reverse("scholars:award", args=[award.pk]), award.accept_by, award.application.call.time_zone,
        )  # fmt: skip


def _reviews(user: Any) -> Iterator[Task]:
    """The reviewer: conflicts to declare, reviews to write, those due first first."""
    if not Membership.objects.program_ids(user, Role.REVIEWER):
        return
    found = list(Assignment.objects.to_do(user)[: SHOWN + 1])
    for assignment in found[:SHOWN]:
        application = assignment.application
        asked = assignment.state == Assignment.State.ASSIGNED
        title = f"Declare whether you have a conflict: “{application.title}”" if asked else f"Review “{application.title}”"
        begun = "draft saved" if assignment.written else "not begun"
        detail = f"{application.applicant.name} · {'opens after you have declared' if asked else begun}"
        url = reverse("reviews:declare" if asked else "reviews:review", args=[assignment.pk])
        label = "Declare" if asked else "Review"
        yield Task(title, detail, label, url, assignment.due_at, application.call.time_zone)
    for assignment in found[SHOWN:]:
        call = assignment.application.call
        yield Task(
            "More reviews wait for you", call.title, "All reviews", reverse("reviews:desk"), assignment.due_at, call.time_zone
        )


def _records(user: Any) -> Iterator[Task]:
    """The scholar: the own record, nothing to do."""
    for scholar in queries.own_records(user):
        title, detail = f"You are a scholar of {scholar.cohort.name}", f"{day(scholar.starts_on)} to {day(scholar.ends_on)}"
        yield Task(title, detail, "Open my record", reverse("scholars:scholar", args=[scholar.pk]), quiet=True)
