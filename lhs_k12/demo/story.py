"""What happened in the demo: two cohorts of the past and the calls of the coming one, told by the verbs of each floor."""

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import User
from applications import workflow as proposals
from applications.models import Application
from lhs_k12.demo.acts import Entry, ask_quietly, build_letters, promise, review, write
from lhs_k12.demo.people import content
from lhs_k12.demo.stage import Stage, keep_call, keep_cohort
from programs.appointments import years
from programs.models import Call
from programs.transitions import record
from scholars import workflow as awarding
from scholars.models import Award, Scholar, ScholarYear

AFTER_REVIEW = {"awarded", "alternate", "not_awarded", "refused"}


def next_july(at: datetime) -> date:
    """Return the next 1 July that leaves at least half a year for a call."""
    year = at.year if at.month == 1 else at.year + 1
    return date(year, 7, 1)


def local_evening(day: datetime, zone: str) -> datetime:
    """Return 17:00 in the zone on the day."""
    return datetime.combine(day.astimezone(ZoneInfo(zone)).date(), time(17, 0), tzinfo=ZoneInfo(zone))


def past_cohort(stage: Stage, source: Entry) -> None:
    """Tell one cohort of the past from its call to its scholars."""
    facts = source["call"]
    closes = datetime.fromisoformat(facts["closes_at_local"]).replace(tzinfo=stage.zone)
    opens = stage.moment(facts["opens_on"], time(9, 0))
    cohort = keep_cohort(stage, source["cohort"], at=stage.hour(opens - timedelta(days=30), facts["slug"]))
    reviews_due = stage.moment(facts["reviews_due_on"], time(17, 0))
    call = keep_call(
        stage,
        cohort,
        facts,
        opens_at=opens,
        closes_at=closes,
        review_due_at=reviews_due,
        decision_on=date.fromisoformat(facts["decision_on"]),
        letter_of_intent_due_at=stage.moment(facts["loi_due_on"], time(17, 0)),
    )
    told = []
    for place, entry in enumerate(source["applications"]):
        key = entry["key"]
        application = write(stage, call, entry, started=opens + timedelta(days=10 + 3 * place))
        promise(stage, application, entry, at=opens + timedelta(days=60 + place % 5))
        if entry["sponsor"]["answer"] == "none":
            ask_quietly(stage, application, entry, at=stage.hour(closes - timedelta(days=3), f"asked {key}"))
        sent = stage.hour(closes - timedelta(days=place % 3), f"sent {key}", until=16)
        proposals.submit(application.pk, key=uuid.uuid4(), by=application.applicant, at=sent)
        told.append((entry, application))
    for entry, application in told:
        screened = stage.hour(closes + timedelta(days=4), f"screened {entry['key']}")
        if entry["outcome"] == "ineligible":
            proposals.find_ineligible(application, by=stage.director, at=screened, why=entry["ineligible_reason"])
            continue
        proposals.mark_complete(application, by=stage.director, at=screened)
        review(stage, application, entry, assigned=screened + timedelta(days=1), done=reviews_due - timedelta(days=3))
    decide_past(stage, call, told, decided=stage.hour(stage.moment(facts["decision_on"]), facts["slug"], until=12))


def decide_past(stage: Stage, call: Call, told: list[tuple[Entry, Application]], *, decided: datetime) -> None:
    """Stage and release a past call's decisions, let the awardees answer, promote the alternate of a refusal."""
    refused = any(entry["outcome"] == "refused" for entry, _ in told)
    order = 0
    promoted = next((entry["key"] for entry, _ in told if entry.get("promoted_from_alternate")), None)
    for entry, application in told:
        outcome = "award" if entry["outcome"] in ("refused", "awarded") else str(entry["outcome"])
        if outcome == "ineligible":
            continue
        if refused and entry["key"] == promoted:
            outcome = "alternate"
        alternate = None
        if outcome == "alternate":
            order += 1
            alternate = 1 if entry["key"] == promoted else order + (1 if promoted else 0)
        staged = stage.hour(decided - timedelta(days=1), f"staged {entry['key']}")
        awarding.stage(application, outcome=outcome, alternate_order=alternate, by=stage.director, at=staged)
    awarding.release(call, by=stage.director, at=decided)
    build_letters(call, at=decided + timedelta(minutes=5))
    for entry, application in told:
        if entry["outcome"] == "refused":
            award = Award.objects.get(application=application)
            refused_at = stage.hour(decided + timedelta(days=5), f"refused {entry['key']}")
            awarding.decline(award, reason=entry["refused"]["reason"], by=award.awardee, at=refused_at)
            again = stage.hour(refused_at + timedelta(days=1), f"again {entry['key']}")
            awarding.offer_next(call, by=stage.director, at=again)
            build_letters(call, at=again + timedelta(minutes=5))
    for place, (entry, application) in enumerate(told):
        if entry["outcome"] == "awarded":
            become_scholar(
                stage, entry, application, at=stage.hour(decided + timedelta(days=8 + place % 4), entry["key"], until=20)
            )


def become_scholar(stage: Stage, entry: Entry, application: Application, *, at: datetime) -> Scholar:
    """Let an awardee accept; what happened to the award later is kept on the scholar, in its years and in its history."""
    award = Award.objects.get(application=application)
    person = award.awardee
    scholar = awarding.accept(award, letter=award.letters.get().pk, signed_name=person.name, by=person, at=at)
    facts = entry["scholar"]
    if facts.get("orcid"):
        User.objects.filter(pk=person.pk).update(orcid=facts["orcid"])
    ends_on = date.fromisoformat(facts["ends_on"])
    if ends_on != scholar.ends_on:
        keep_years(scholar, facts, ends_on)
    state = "left_early" if ends_on < scholar.ends_on else "completed"
    Scholar.objects.filter(pk=scholar.pk).update(ends_on=ends_on, state=state)
    for event in facts["events"]:
        if event["kind"] not in ("appointed", "promoted"):
            was, becomes = ("appointed", state) if event["kind"] in ("completed", "left_early") else ("", "")
            when = stage.hour(stage.moment(event["on"]), f"{entry['key']} {event['kind']}")
            verb = event["kind"].replace("_", " ")
            record(scholar, verb, at=when, by=stage.director, why=event["text"], from_state=was, to_state=becomes)
    return scholar


def keep_years(scholar: Scholar, facts: Entry, ends_on: date) -> None:
    """Bring the years of an award to its new end: an early one ends the money, a later one brings none (only what a leave left)."""
    salary, research = scholar.award.salary_per_year, scholar.award.research_per_year
    left = facts.get("leave_months", 0) * salary / 12
    ScholarYear.objects.filter(scholar=scholar).delete()
    for year in years(scholar.starts_on, ends_on, salary=salary, research=research):
        paid, spent = year.salary, year.research
        if left:
            paid, spent = {1: (salary - left, spent), 3: (left, Decimal(0))}.get(year.number, (paid, spent))
        ScholarYear.objects.create(
            scholar=scholar, number=year.number, starts_on=year.starts_on, ends_on=year.ends_on, salary=paid, research=spent
        )


def coming_cohort(stage: Stage, source: Entry) -> None:
    """Tell the coming cohort: an open call with an application in every state, one call to decide, one offer."""
    year = next_july(stage.at).year
    closes = local_evening(stage.at + timedelta(days=9), stage.program.time_zone)
    call = _coming_call(
        stage,
        {
            "title": f"Harbor LEAP K12: call for cohort {year}",
            "slug": f"cohort-{year}",
            "asks_chair": True,
            "chair_guidance": source["call_open"]["chair_guidance"],
        },
        closes=closes,
        cohort=f"Cohort {year}",
        places=source["cohort"]["places"],
    )
    for place, entry in enumerate(source["call_open"]["applications"]):
        in_every_state(stage, call, entry, place=place)
    decided = source["decided_call"]
    bridge = _coming_call(
        stage, decided, closes=closes - timedelta(days=50), cohort=f"Bridge cohort {year}", places=decided["places"]
    )
    for entry in decided["applications"]:
        reviewed(stage, bridge, entry)
    offered = source["offer_call"]
    single = _coming_call(stage, offered, closes=closes - timedelta(days=80), cohort=f"Partner cohort {year}", places=1)
    for entry in offered["applications"]:
        application = reviewed(stage, single, entry)
        staged = stage.hour(stage.at - timedelta(days=3), f"staged {entry['key']}")
        awarding.stage(application, outcome="award", alternate_order=None, by=stage.director, at=staged)
    released = stage.hour(stage.at - timedelta(days=2), "released", until=12)
    awarding.release(single, by=stage.director, at=released)
    build_letters(single, at=released + timedelta(minutes=4))


def _coming_call(stage: Stage, facts: Entry, *, closes: datetime, cohort: str, places: int) -> Call:
    money = {"salary_per_year": 90000, "research_per_year": 25000}
    opens = stage.moment((closes - timedelta(days=69)).astimezone(stage.zone).date(), time(9, 0))
    set_up = stage.hour(opens - timedelta(days=20), cohort)
    kept = keep_cohort(stage, {"name": cohort, "starts_on": next_july(stage.at), "places": places, **money}, at=set_up)
    return keep_call(
        stage,
        kept,
        {**facts, "guidance": facts.get("guidance") or _guidance(facts.get("chair_guidance"))},
        opens_at=opens,
        closes_at=closes,
        review_due_at=closes + timedelta(days=35),
        decision_on=(closes + timedelta(days=60)).date(),
        asks_chair=bool(facts.get("asks_chair")),
    )


def _guidance(chair: str | None) -> list[str]:
    """Return the programme's guidance without the paragraphs that name months: the coming calls are dated from today.

    What is said of the chair, where there is one, follows what is needed of sponsor and mentor.
    """
    months = ("Timeline.", "Questions are welcome")
    said = [paragraph for paragraph in content("program")["guidance"] if not paragraph.startswith(months)]
    place = next(place for place, paragraph in enumerate(said, 1) if paragraph.startswith("What you need."))
    return [*said[:place], *([chair] if chair else []), *said[place:]]


def reviewed(stage: Stage, call: Call, entry: Entry) -> Application:
    """Tell one application of a closed call up to its last review."""
    key = entry["key"]
    application = write(stage, call, entry, started=call.opens_at + timedelta(days=5 + len(key) % 9))
    promise(stage, application, entry, at=call.closes_at - timedelta(days=20))
    sent = stage.hour(call.closes_at - timedelta(days=len(key) % 3), f"sent {key}", until=16)
    proposals.submit(application.pk, key=uuid.uuid4(), by=application.applicant, at=sent)
    screened = stage.hour(call.closes_at + timedelta(days=2), f"screened {key}")
    proposals.mark_complete(application, by=stage.director, at=screened)
    review(stage, application, entry, assigned=call.closes_at + timedelta(days=3), done=call.closes_at + timedelta(days=25))
    return application


def in_every_state(stage: Stage, call: Call, entry: Entry, *, place: int) -> None:
    """Tell one application of the open call up to the state it is in today; early ones are read as they arrive."""
    state, key = entry["state"], entry["key"]
    overdue = any(facts.get("status") == "overdue" for facts in entry.get("reviews") or [])
    # Days before today: when the office looked at it. A review is asked for within three weeks.
    screened_ago = 24 if overdue else 13 if state == "under_review" else 2 + place % 3
    started = stage.at - timedelta(days=screened_ago + 12 + place % 6)
    application = write(stage, call, entry, started=started, documents=entry.get("documents"))
    promise(stage, application, entry, at=started + timedelta(days=1))
    if state.startswith("draft"):
        return
    sent = stage.hour(stage.at - timedelta(days=screened_ago + 1 + place % 2), f"sent {key}")
    proposals.submit(application.pk, key=uuid.uuid4(), by=application.applicant, at=sent)
    why = entry.get(f"{state}_reason") or ""
    at = stage.hour(stage.at - timedelta(days=screened_ago), f"screened {key}")
    if state == "returned":
        proposals.return_for_changes(application, by=stage.director, at=at, why=why)
    elif state == "ineligible":
        proposals.find_ineligible(application, by=stage.director, at=at, why=why)
    elif state == "withdrawn":
        proposals.withdraw(application, by=application.applicant, at=at, why=why)
    elif state in ("complete", "under_review"):
        proposals.mark_complete(application, by=stage.director, at=at)
        if state == "under_review":
            asked = at + timedelta(days=1)
            due = local_evening(asked + timedelta(days=21), stage.program.time_zone)
            review(stage, application, entry, assigned=asked, done=stage.at - timedelta(days=1), due_at=due)
