"""The office's part of my desk: what each call waits for, and how far its applications have come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse

from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, Membership, Role
from programs.permissions import OFFICE
from programs.promises import answer_by
from programs.templatetags.portal import day, distance, money
from reports import queries
from reports.desk import AGAIN, SHOWN, Task
from reviews.models import Assignment
from sponsors.models import SponsorCommitment

AWARDS_SHOWN = SILENT_SHOWN = 3


@dataclass
class Office:
    """What the office's rows are made from, read once: the calls the person has a role in and their counts."""

    user: Any
    at: datetime
    calls: list[Call]
    counts: dict[int, dict[str, int]]
    roles: dict[int, set[str]] = field(default_factory=dict)

    def count(self, call: Call, *states: str) -> int:
        return sum(self.counts.get(call.pk, {}).get(state, 0) for state in states)

    def call(self, pk: int) -> Call:
        return next(call for call in self.calls if call.pk == pk)

    def runs(self, call: Call) -> bool:
        return bool(self.roles[call.program.pk] & set(OFFICE))

    def directs(self, call: Call) -> bool:
        return Role.DIRECTOR in self.roles[call.program.pk]

    def programs(self, *roles: str) -> list[int]:
        return [pk for pk, held in self.roles.items() if held & set(roles)]


def of(user: Any, at: datetime) -> Office | None:
    """Return the calls of the programmes the person works for with their counts, None for everybody else."""
    roles: dict[int, set[str]] = {}
    for program_id, _, role in Membership.objects.held_by(user):
        if role != Role.REVIEWER:
            roles.setdefault(program_id, set()).add(role)
    if not roles:
        return None
    calls = list(Call.objects.of_programs(set(roles)))
    return Office(user, at, calls, queries.states_by_call(roles), roles)


def funnel(office: Office | None) -> dict[str, Any] | None:
    """Return how far the applications of the call that matters now have come: the next to close, else the last one."""
    run = [call for call in office.calls if office.runs(call)] if office else []
    if office is None or not run:
        return None
    ahead = [call for call in run if call.is_open(office.at)]
    call = min(ahead, key=lambda one: one.closes_at) if ahead else run[0]
    counts = office.counts.get(call.pk, {})
    total = sum(counts.values())
    after = {"under_review", "awarded", "alternate", "not_awarded", "accepted", "declined"}
    in_review = sum(counts.get(state, 0) for state in after)
    complete = in_review + counts.get("complete", 0)
    submitted = complete + counts.get("submitted", 0) + counts.get("returned", 0) + counts.get("ineligible", 0)
    steps = [
        ("Started", total), ("Promises in", queries.promises_in(call)), ("Submitted", submitted), ("Complete", complete),
        ("In review", in_review),
    ]  # fmt: skip
    return {"call": call, "steps": steps, "most": max(total, 1), "is_open": call.is_open(office.at)}


def tasks(office: Office | None) -> Iterator[Task]:
    """Yield what each call and each e-mail waits for: for the office, the committee and finance."""
    if office is None:
        return
    run = office.programs(*OFFICE)
    if run:
        yield from _screening(office)
        yield from _silent(office, run)
        yield from _overdue(office)
        yield from _left(office)
        yield from _conflicted(office)
        for slug, count in queries.failed_emails(office.user, run):
            said = "An e-mail could not be delivered" if count == 1 else f"{count} e-mails could not be delivered"
            url = reverse("programs:emails", args=[slug]) + "?state=failed"
            yield Task(said, "See why, and send again.", "See e-mails", url)
    yield from _deciding(office)


def _screening(office: Office) -> Iterator[Task]:
    for call in filter(office.runs, office.calls):
        url = reverse("applications:of_call", args=[call.pk])
        if waiting := office.count(call, "submitted"):
            said = "An application awaits screening" if waiting == 1 else f"{waiting} applications await screening"
            yield Task(said, call.title, "Screen", f"{url}?state=submitted")
        back = office.count(call, "returned") if office.at >= call.letters_until else 0
        if back:
            said = "A returned application did not come back" if back == 1 else f"{back} returned applications did not come back"
            yield Task(said, call.title, "Decide", f"{url}?state=returned")
        if whole := office.count(call, "complete"):
            said = "An application awaits reviewers" if whole == 1 else f"{whole} applications await reviewers"
            yield Task(said, call.title, "Assign", f"{url}?state=complete", call.review_due_at, call.time_zone)


def _silent(office: Office, run: list[int]) -> Iterator[Task]:
    kinds = [(SponsorCommitment, "Sponsor", "health_system"), (MentorAgreement, "Mentor", "institution")]
    if any(call.asks_chair for call in office.calls):
        kinds.append((ChairCommitment, "Chair", "department"))
    silent = {model: list(queries.silent(model, run, office.at)[:100]) for model, _, _ in kinds}
    every: list[Any] = [one for asked in silent.values() for one in asked if one.call.takes_answers(office.at)]
    # Whoever was written to within a day need not be asked again yet.
    fresh = queries.written_to(every, office.at) if every else set()
    for model, word, place in kinds:
        waiting: list[Any] = [one for one in every if type(one) is model and (model, one.pk) not in fresh]
        for promise in waiting[:SILENT_SHOWN]:
            where = str(getattr(promise, place))
            opened = f"opened {distance(promise.opened_at, office.at)}, no answer" if promise.opened_at else "not opened yet"
            detail = " · ".join(part for part in (where, promise.name, f"for {promise.applicant.name}", opened) if part)
            url, until = reverse(AGAIN[model], args=[promise.pk]), answer_by(promise.call, office.at)
            zone, page = promise.call.time_zone, reverse("applications:application", args=[promise.application_id])
            yield Task(f"{word} has not answered", detail, "Ask again", url, until, zone, posts=True, about=page)
        if more := waiting[SILENT_SHOWN:]:
            call = more[0].call
            title = (
                f"{len(more)} more {word.lower()}s have not answered"
                if len(more) > 1
                else f"One more {word.lower()} has not answered"
            )
            url = reverse("applications:of_call", args=[call.pk])
            yield Task(title, call.title, "See applications", url, answer_by(call, office.at), call.time_zone)


def _overdue(office: Office) -> Iterator[Task]:
    found = list(Assignment.objects.overdue(office.user, office.at).desk_facts()[: SHOWN + 1])
    reminded = queries.times_reminded(facts["pk"] for facts in found[:SHOWN])
    for facts in found[:SHOWN]:
        times, call = reminded.get(facts["pk"], 0), office.call(facts["call_id"])
        said = f" · reminded {times} times" if times > 1 else " · reminded once" if times else ""
        url = reverse("reviews:assign", args=[facts["application_id"]])
        title = f"Review by {facts['person']} is overdue"
        yield Task(title, f"“{facts['title']}”{said}", "Reassign", url, facts["due_at"], call.time_zone)
    yield from _more(office, found, "More reviews are overdue", "due_at")


def _left(office: Office) -> Iterator[Task]:
    """Reviews that are not in, of people whose role as reviewer has ended: on the application's page the office ends them."""
    found = list(Assignment.objects.given_up(office.user).desk_facts()[: SHOWN + 1])
    for facts in found[:SHOWN]:
        url, call = reverse("reviews:assign", args=[facts["application_id"]]), office.call(facts["call_id"])
        title = f"{facts['person']} is not a reviewer any more"
        yield Task(title, f"“{facts['title']}” · the review is not in", "Reassign", url, facts["due_at"], call.time_zone)
    yield from _more(office, found, "More reviews are to be assigned anew", "due_at")


def _conflicted(office: Office) -> Iterator[Task]:
    """Applications that lost a reviewer to a conflict, until somebody is assigned; neither reviewer nor reason is on the desk."""
    found = list(Assignment.objects.another_needed(office.user).desk_facts()[: SHOWN + 1])
    for facts in found[:SHOWN]:
        call = office.call(facts["call_id"])
        detail = f"“{facts['title']}” · a reviewer declared a conflict {distance(facts['declared_at'], office.at)}"
        url = reverse("reviews:assign", args=[facts["application_id"]])
        yield Task("An application needs another reviewer", detail, "Assign", url, call.review_due_at, call.time_zone)
    yield from _more(office, found, "More applications need another reviewer")


def _more(office: Office, found: Sequence[Any], title: str, due: str = "") -> Iterator[Task]:
    """The row after the SHOWN first, which leads to the list; due when the next is (`due` names its field), else with the call."""
    for facts in found[SHOWN:]:
        call = office.call(facts["call_id"])
        url = reverse("applications:of_call", args=[call.pk]) + "?state=under_review"
        yield Task(title, call.title, "See applications", url, facts[due] if due else call.review_due_at, call.time_zone)


def _deciding(office: Office) -> Iterator[Task]:
    """Directors release, decide and offer on; the committee reads the list; finance sees what is held."""
    directed = {call.program.pk for call in office.calls if office.directs(call)}
    has_closed = any(office.directs(call) and call.closes_at <= office.at for call in office.calls)
    staged = queries.staged_by_call(directed) if has_closed else {}
    counted = directed.union(office.programs(Role.FINANCE))
    taken, shown = queries.taken_by_cohort(counted) if counted else {}, 0
    for call in office.calls:
        held, decide = office.roles[call.program.pk], reverse("reports:decide", args=[call.pk])
        places, dollars = taken.get(call.cohort_id, (0, 0))
        said = f"{places} of {call.cohort.places} places · {money(dollars)} of {money(call.cohort.budget)} held"
        due, reviewed, waiting = _end_of(call.decision_on, call), office.count(call, "under_review"), staged.get(call.pk, 0)
        if office.directs(call) and waiting and call.closes_at <= office.at:
            noun = "decision" if waiting == 1 else "decisions"
            url = reverse("scholars:release", args=[call.pk])
            yield Task(f"Release {waiting} staged {noun}", f"{call.title} · {said}", "Review and release", url, due, call.time_zone)
        elif office.directs(call) and reviewed and call.closes_at <= office.at:
            noun = "application is" if reviewed == 1 else "applications are"
            title = f"Decide: {reviewed} {noun} under review"
            yield Task(title, f"{call.title} · {said}", "Ranked list", decide, due, call.time_zone)
        elif reviewed and Role.COMMITTEE in held:
            said = f"{reviewed} under review · decisions are due on {day(call.decision_on)}"
            yield Task(f"The ranked list of {call.title}", said, "Read the list", decide, quiet=True)
        if (
            office.directs(call)
            and office.count(call, "alternate")
            and places < call.cohort.places
            and office.count(call, "declined")
        ):
            url = reverse("scholars:offer_next", args=[call.pk])
            yield Task("A place is free and an alternate waits", f"{call.title} · {said}", "Offer the place", url)
        if Role.FINANCE in held and places and shown < AWARDS_SHOWN:
            shown += 1
            url = reverse("scholars:awards", args=[call.pk])
            yield Task(f"Awards of {call.cohort.name}", said, "See awards", url, quiet=True)


def _end_of(on: date, call: Call) -> datetime:
    """Return the end of office hours of a day in the call's zone."""
    return datetime.combine(on, time(17), tzinfo=call.zone)
