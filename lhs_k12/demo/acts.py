"""What the people of the demo do, each by the verb of its floor: write, ask and answer, review, build the letters."""

import re
from datetime import datetime, timedelta
from typing import Any

from applications import workflow as proposals
from applications.models import Application
from lhs_k12.demo import prose
from lhs_k12.demo.stage import Stage, attach_documents
from mentors import workflow as mentoring
from mentors.models import ChairCommitment, MentorAgreement
from mentors.workflow import chair as chairing
from programs.models import Call, SealedLink
from programs.promises import note_opened
from reviews import workflow as judging
from scholars import workflow as awarding
from scholars.models import AwardLetter
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment

Entry = dict[str, Any]


def write(stage: Stage, call: Call, entry: Entry, *, started: datetime, documents: list[str] | None = None) -> Application:
    """Start an application and write what the entry says of it; `documents` None attaches all the call asks for."""
    key, person = entry["key"], stage.person(entry["key"], entry["applicant"])
    begun = stage.hour(started, f"begun {key}", until=12)
    application = proposals.start(call, by=person, at=begun)
    if entry.get("title"):
        proposals.set_title(application, title=entry["title"], by=person, at=begun + timedelta(minutes=3, seconds=41))
    sections = {section.title: section for section in call.sections.all()}
    for place, (title, text) in enumerate(prose.sections(entry).items()):
        if text:
            # One a day, in the hours in which people write.
            saved = stage.hour(started + timedelta(days=1 + place), f"{title} {key}", since=8, until=21)
            proposals.save_section(application, sections[title], text=text, version=0, by=person, at=saved)
    application = Application.objects.for_page().get(pk=application.pk)
    attach_documents(application, at=stage.hour(started + timedelta(days=9), f"files {key}"), titles=documents)
    return application


def promise(stage: Stage, application: Application, entry: Entry, *, at: datetime) -> None:
    """Name sponsor, mentor and, where the entry has one, chair; they answer as the entry says (`none` or missing: never asked)."""
    person, key = application.applicant, entry["key"]
    at = stage.hour(min(at, stage.at - timedelta(days=5)), f"asked {key}", until=14)
    sponsor, mentor = entry.get("sponsor"), entry.get("mentor")
    if sponsor and sponsor["answer"] != "none":
        proposals.name_sponsor(application, by=person, at=at, **_sponsor(stage, entry))
        commitment = SponsorCommitment.objects.of_applicant(application.call_id, person.pk).get()
        _answer(sponsoring, commitment, sponsor, at=stage.hour(at + timedelta(days=2), f"sponsor {key}"))
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
            at=at + timedelta(minutes=6, seconds=17),
        )
        agreement = MentorAgreement.objects.of_applicant(application.call_id, person.pk).get()
        _answer(mentoring, agreement, mentor, at=stage.hour(at + timedelta(days=1), f"mentor {key}"))
    if chair := entry.get("chair"):
        facts = {name: chair[name] for name in ("name", "email", "title", "department")}
        asked = at + timedelta(minutes=11, seconds=43)
        proposals.name_chair(application, **facts, note="", summary=_summary(entry), by=person, at=asked)
        backing = ChairCommitment.objects.of_applicant(application.call_id, person.pk).get()
        _answer(chairing, backing, chair, at=stage.hour(at + timedelta(days=3), f"chair {key}"))


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


def ask_quietly(stage: Stage, application: Application, entry: Entry, *, at: datetime) -> None:
    """A sponsor who was asked very late and never answered: the application lacks the sponsor's letter."""
    proposals.name_sponsor(application, by=application.applicant, at=at, **_sponsor(stage, entry))


def _answer(door: Any, promised: Any, facts: Entry, *, at: datetime) -> None:
    if facts["answer"] == "asked":
        return
    link = SealedLink.objects.about(promised).get()
    signed: Entry = {"signed_name": facts["name"], "signed_title": facts.get("title", ""), "link": link}
    note_opened(promised, link, at=at - timedelta(minutes=17 + len(facts["name"]), seconds=3 * len(facts["email"]) % 60))
    if facts["answer"] == "committed":
        door.commit(promised, note=facts.get("note") or "", at=at, **signed)
    elif facts["answer"] == "declined":
        door.decline(promised, reason=facts.get("note") or "I cannot take this on this year.", at=at, **signed)


def review(
    stage: Stage, application: Application, entry: Entry, *, assigned: datetime, done: datetime, due_at: datetime | None = None
) -> None:
    """Assign the reviewers of the entry; each declares and writes as far as the entry says."""
    assigned = stage.hour(assigned, f"assigned {entry['key']}", until=16)
    application = Application.objects.for_page().get(pk=application.pk)
    criteria = {criterion.title: criterion.pk for criterion in application.call.criteria.all()}
    for place, facts in enumerate(entry.get("reviews") or []):
        reviewer = stage.people[facts["reviewer"]]
        if facts.get("conflict_kind") == "mentor" or reviewer.email == entry["mentor"]["email"]:
            continue  # a named mentor cannot be assigned at all
        key = f"{facts['reviewer']} {entry['key']}"
        at = assigned + timedelta(minutes=2 * place, seconds=len(key))
        task = judging.assign(application, reviewer=reviewer, by=stage.director, at=at, due_at=due_at)
        declared = stage.hour(assigned + timedelta(days=1 + place % 3), f"declared {key}", since=8, until=19)
        status = facts.get("status") or "submitted"
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
            at = stage.hour(done - timedelta(days=place % 3), f"written {key}", until=21)
            judging.submit(task, **written, version=0, by=reviewer, at=at)
        elif status == "draft":
            judging.save_draft(task, **written, version=0, by=reviewer, at=stage.hour(done, f"written {key}"))


def build_letters(call: Call, *, at: datetime) -> None:
    """Build the letters of a call that are due, as the worker would."""
    for pk in AwardLetter.objects.filter(award__application__call=call, state="queued").values_list("pk", flat=True):
        awarding.build_letter(pk, at=at)
