"""What happened in the demo: two cohorts of the past and the calls of the coming one, told by the verbs of each floor."""

import re
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from applications import workflow as proposals
from applications.models import Application
from lhs_k12.demo.people import content
from lhs_k12.demo.stage import Stage, attach_documents, keep_call, keep_cohort
from mentors import workflow as mentoring
from mentors.models import MentorAgreement
from programs.models import Call, SealedLink
from programs.promises import note_opened
from reviews import workflow as judging
from reviews.models import Assignment
from scholars import workflow as awarding
from scholars.models import Award, AwardLetter, Scholar
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment

Entry = dict[str, Any]
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
    cohort = keep_cohort(stage, source["cohort"], at=opens - timedelta(days=30))
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
        application = write(stage, call, entry, started=opens + timedelta(days=10 + 3 * place))
        promise(stage, application, entry, at=opens + timedelta(days=60))
        if entry["sponsor"]["answer"] == "none":
            _ask_quietly(stage, application, entry, at=closes - timedelta(days=2))
        proposals.submit(application, key=uuid.uuid4(), by=application.applicant, at=closes - timedelta(hours=30 - 2 * place))
        told.append((entry, application))
    screened = closes + timedelta(days=4)
    for entry, application in told:
        if entry["outcome"] == "ineligible":
            proposals.find_ineligible(application, by=stage.director, at=screened, why=entry["ineligible_reason"])
            continue
        proposals.mark_complete(application, by=stage.director, at=screened)
        review(stage, application, entry, assigned=screened + timedelta(days=1), done=reviews_due - timedelta(days=3))
    decide_past(stage, call, told, decided=stage.moment(facts["decision_on"]))


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
        awarding.stage(application, outcome=outcome, alternate_order=alternate, by=stage.director, at=decided - timedelta(days=1))
    awarding.release(call, by=stage.director, at=decided)
    build_letters(call, at=decided + timedelta(minutes=5))
    for entry, application in told:
        if entry["outcome"] == "refused":
            award = Award.objects.get(application=application)
            awarding.decline(award, reason=entry["refused"]["reason"], by=award.awardee, at=decided + timedelta(days=5))
            awarding.offer_next(call, by=stage.director, at=decided + timedelta(days=6))
            build_letters(call, at=decided + timedelta(days=6, minutes=5))
    for entry, application in told:
        if entry["outcome"] == "awarded":
            become_scholar(entry, application, at=decided + timedelta(days=8))


def become_scholar(entry: Entry, application: Application, *, at: datetime) -> Scholar:
    """Let an awardee accept; what happened to the award later is kept on the scholar."""
    award = Award.objects.get(application=application)
    person = award.awardee
    scholar = awarding.accept(award, signed_name=person.name, by=person, at=at)
    facts = entry["scholar"]
    if facts.get("orcid"):
        User.objects.filter(pk=person.pk).update(orcid=facts["orcid"])
    ends_on = date.fromisoformat(facts["ends_on"])
    early = ends_on < scholar.ends_on
    Scholar.objects.filter(pk=scholar.pk).update(ends_on=ends_on, state="left_early" if early else "completed")
    return scholar


def coming_cohort(stage: Stage, source: Entry) -> None:
    """Tell the coming cohort: an open call with an application in every state, one call to decide, one offer."""
    year = next_july(stage.at).year
    closes = local_evening(stage.at + timedelta(days=9), stage.program.time_zone)
    call = _coming_call(
        stage,
        {"title": f"Harbor LEAP K12: call for cohort {year}", "slug": f"cohort-{year}"},
        closes=closes,
        cohort=f"Cohort {year}",
        places=source["cohort"]["places"],
    )
    for place, entry in enumerate(source["call_open"]["applications"]):
        in_every_state(stage, call, entry, started=call.opens_at + timedelta(days=3 * place, hours=4 + place))
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
        awarding.stage(application, outcome="award", alternate_order=None, by=stage.director, at=stage.at - timedelta(days=3))
    awarding.release(single, by=stage.director, at=stage.at - timedelta(days=2))
    build_letters(single, at=stage.at - timedelta(days=2))


def _coming_call(stage: Stage, facts: Entry, *, closes: datetime, cohort: str, places: int) -> Call:
    money = {"salary_per_year": 90000, "research_per_year": 25000}
    opens = closes - timedelta(days=69)
    kept = keep_cohort(
        stage, {"name": cohort, "starts_on": next_july(stage.at), "places": places, **money}, at=opens - timedelta(days=20)
    )
    return keep_call(
        stage,
        kept,
        {**facts, "guidance": facts.get("guidance") or _guidance()},
        opens_at=opens,
        closes_at=closes,
        review_due_at=closes + timedelta(days=35),
        decision_on=(closes + timedelta(days=60)).date(),
    )


def _guidance() -> list[str]:
    """Return the programme's guidance without the paragraphs that name months: the coming calls are dated from today."""
    months = ("Timeline.", "Questions are welcome")
    return [paragraph for paragraph in content("program")["guidance"] if not paragraph.startswith(months)]


def reviewed(stage: Stage, call: Call, entry: Entry) -> Application:
    """Tell one application of a closed call up to its last review."""
    application = write(stage, call, entry, started=call.opens_at + timedelta(days=5))
    promise(stage, application, entry, at=call.closes_at - timedelta(days=20))
    proposals.submit(application, key=uuid.uuid4(), by=application.applicant, at=call.closes_at - timedelta(hours=20))
    proposals.mark_complete(application, by=stage.director, at=call.closes_at + timedelta(days=2))
    review(stage, application, entry, assigned=call.closes_at + timedelta(days=3), done=call.closes_at + timedelta(days=25))
    return application


def in_every_state(stage: Stage, call: Call, entry: Entry, *, started: datetime) -> None:
    """Tell one application of the open call up to the state it is in today."""
    state = entry["state"]
    started = min(started, stage.at - timedelta(days=12))
    application = write(stage, call, entry, started=started, documents=entry.get("documents"))
    promise(stage, application, entry, at=started + timedelta(days=1))
    if state.startswith("draft"):
        return
    proposals.submit(
        application,
        key=uuid.uuid4(),
        by=application.applicant,
        at=stage.at - timedelta(days=4, hours=started.hour, minutes=7 * started.day),
    )
    why = entry.get(f"{state}_reason") or ""
    at = stage.at - timedelta(days=3)
    if state == "returned":
        proposals.return_for_changes(application, by=stage.director, at=at, why=why)
    elif state == "ineligible":
        proposals.find_ineligible(application, by=stage.director, at=at, why=why)
    elif state == "withdrawn":
        proposals.withdraw(application, by=application.applicant, at=at, why=why)
    elif state in ("complete", "under_review"):
        proposals.mark_complete(application, by=stage.director, at=at)
        if state == "under_review":
            review(stage, application, entry, assigned=at + timedelta(hours=2), done=stage.at - timedelta(hours=20))


def write(stage: Stage, call: Call, entry: Entry, *, started: datetime, documents: list[str] | None = None) -> Application:
    """Start an application and write what the entry says of it; `documents` None attaches all the call asks for."""
    person = stage.person(entry["key"], entry["applicant"])
    application = proposals.start(call, by=person, at=started)
    if entry.get("title"):
        proposals.set_title(application, title=entry["title"], by=person, at=started)
    sections = {section.title: section for section in call.sections.all()}
    for place, (title, text) in enumerate((entry.get("sections") or {}).items()):
        if text:
            proposals.save_section(
                application, sections[title], text=text, version=0, by=person, at=started + timedelta(hours=place + 1)
            )
    attach_documents(application, at=started + timedelta(hours=9), titles=documents)
    return Application.objects.for_page().get(pk=application.pk)


def promise(stage: Stage, application: Application, entry: Entry, *, at: datetime) -> None:
    """Name sponsor and mentor and let them answer as the entry says (`none` or missing: never asked)."""
    person = application.applicant
    at = min(at, stage.at - timedelta(days=5))
    sponsor, mentor = entry.get("sponsor"), entry.get("mentor")
    if sponsor and sponsor["answer"] != "none":
        proposals.name_sponsor(application, by=person, at=at, **_sponsor(stage, entry))
        commitment = SponsorCommitment.objects.of_applicant(application.call_id, person.pk).get()
        _answer(sponsoring, commitment, sponsor, at=at + timedelta(days=2))
    if mentor and mentor["answer"] != "none":
        proposals.name_mentor(
            application,
            name=mentor["name"],
            email=mentor["email"],
            title=mentor.get("title", ""),
            institution=mentor.get("institution", ""),
            note="",
            summary=_summary(entry),
            by=person,
            at=at,
        )
        agreement = MentorAgreement.objects.of_applicant(application.call_id, person.pk).get()
        _answer(mentoring, agreement, mentor, at=at + timedelta(days=1))


def _sponsor(stage: Stage, entry: Entry) -> Entry:
    sponsor = entry["sponsor"]
    return {
        "name": sponsor["name"],
        "email": sponsor["email"],
        "title": sponsor.get("title", ""),
        "health_system": stage.systems[entry["system"]],
        "note": "",
        "summary": _summary(entry),
    }


def _summary(entry: Entry) -> str:
    """Return the first two sentences of what the entry wrote first, as an applicant would copy them into the request."""
    texts = list((entry.get("sections") or {}).values())
    return " ".join(re.split(r"(?<=[.?!])\s+", texts[0].strip())[:2]) if texts else ""


def _ask_quietly(stage: Stage, application: Application, entry: Entry, *, at: datetime) -> None:
    """A sponsor who was asked very late and never answered: the application lacks the sponsor's letter."""
    proposals.name_sponsor(application, by=application.applicant, at=at, **_sponsor(stage, entry))


def _answer(door: Any, promised: Any, facts: Entry, *, at: datetime) -> None:
    if facts["answer"] == "asked":
        return
    link = SealedLink.objects.about(promised).get()
    signed: Entry = {"signed_name": facts["name"], "signed_title": facts.get("title", ""), "link": link}
    note_opened(promised, link, at=at - timedelta(hours=3))
    if facts["answer"] == "committed":
        door.commit(promised, note=facts.get("note") or "", at=at, **signed)
    elif facts["answer"] == "declined":
        door.decline(promised, reason=facts.get("note") or "I cannot take this on this year.", at=at, **signed)


def review(stage: Stage, application: Application, entry: Entry, *, assigned: datetime, done: datetime) -> None:
    """Assign the reviewers of the entry; each declares and writes as far as the entry says."""
    application = Application.objects.for_page().get(pk=application.pk)
    criteria = {criterion.title: criterion.pk for criterion in application.call.criteria.all()}
    for place, facts in enumerate(entry.get("reviews") or []):
        reviewer = stage.people[facts["reviewer"]]
        if facts.get("conflict_kind") == "mentor" or reviewer.email == entry["mentor"]["email"]:
            continue  # a named mentor cannot be assigned at all
        task = judging.assign(application, reviewer=reviewer, by=stage.director, at=assigned)
        declared = assigned + timedelta(hours=20 + place)
        status = facts.get("status") or "submitted"
        if status == "overdue":
            Assignment.objects.filter(pk=task.pk).update(due_at=stage.at - timedelta(days=2))
        if status in ("assigned", "overdue"):
            continue
        if facts.get("conflict"):
            judging.declare_conflict(task, conflict=facts["conflict"], by=reviewer, at=declared)
            continue
        judging.declare_clear(task, by=reviewer, at=declared)
        written = {
            "scores": {criteria[title]: score for title, score in (facts.get("criteria") or {}).items()},
            "overall_impact": facts.get("overall"),
            "strengths": facts.get("strengths") or "",
            "weaknesses": facts.get("weaknesses") or "",
            "summary": facts.get("summary") or "",
        }
        if status == "submitted":
            judging.submit(task, **written, version=0, by=reviewer, at=done - timedelta(hours=place))
        elif status == "draft":
            judging.save_draft(task, **written, version=0, by=reviewer, at=done)


def build_letters(call: Call, *, at: datetime) -> None:
    """Build the letters of a call that are due, as the worker would."""
    for pk in AwardLetter.objects.filter(award__application__call=call, state="queued").values_list("pk", flat=True):
        awarding.build_letter(pk, at=at)
