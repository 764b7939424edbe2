"""Loads the demo programme through the same verbs that people use, each at its own moment in the past."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from applications.models import Submission
from lhs_k12.demo import clock, story
from lhs_k12.demo.people import content
from lhs_k12.demo.stage import Stage, paragraphs, part_facts
from programs import workflow as office
from programs.models import Call, Cohort, Criterion, DocumentRequest, Membership, Program, Section
from sponsors.models import HealthSystem

SLUG = "harbor-leap"


def load(*, at: datetime) -> Program:
    """Write the whole demo in one transaction, then deliver its e-mails; `at` is the moment from which "today" is reckoned."""
    with transaction.atomic():
        stage = Stage(at)
        stage.program = _program(content("program")["program"])
        _staff(stage)
        for name in ("cohort_2019", "cohort_2022"):
            story.past_cohort(stage, content(name))
        _renew(stage)
        story.coming_cohort(stage, content("call_open"))
        _lakeshore(stage)
        clock.remind(at)
        # The packets of then are made by the worker, once people have had a first look: forty take it some ten seconds.
        Submission.objects.filter(state="queued").update(due_at=at + timedelta(seconds=40))
    clock.deliver(at)
    return stage.program


def _program(facts: dict[str, Any]) -> Program:
    kept = {
        name: facts.get(name)
        for name in (
            "name",
            "short_name",
            "slug",
            "mechanism",
            "funders",
            "grant_number",
            "grant_starts_on",
            "grant_ends_on",
            "no_cost_extension_ends_on",
            "institution",
            "time_zone",
            "reply_to",
            "signatory_name",
            "signatory_title",
        )
    }
    return Program.objects.create(
        **kept,
        about=paragraphs(facts["about"]),
        address=_lines(facts["address"].split(", ")),
        letter_template=paragraphs(facts.get("letter_template") or content("program")["letter_template"]),
    )


def _lines(parts: list[str]) -> str:
    """Return a letterhead of few lines: the office, the street with its suite, the town with its state."""
    return "\n".join(", ".join(pair) for pair in (parts[1:-4], parts[-4:-2], parts[-2:]) if pair)


def _staff(stage: Stage) -> None:
    source = content("program")
    for system in source["systems"]:
        stage.systems[system["key"]] = HealthSystem.objects.create(
            program=stage.program, name=system["name"], kind=system["kind"], city=system["city"]
        )
    founded = stage.moment("2018-10-01", time(9))
    for facts in source["people"]:
        user = stage.person(facts["key"], facts)
        for role in facts["roles"]:
            if role == "director":
                Membership.objects.create(program=stage.program, user=user, role=role, granted_at=founded)
    for facts in source["people"]:
        for role in facts["roles"]:
            if role != "director":
                office.grant(
                    stage.program,
                    user=stage.people[facts["key"]],
                    role=role,
                    by=stage.director,
                    at=stage.hour(founded, facts["key"]),
                    reviewer_kind=(facts["reviewer_kind"] or "") if role == "reviewer" else "",
                )


def _renew(stage: Stage) -> None:
    """The grant of both past cohorts has ended; the coming cohort is paid from the five years that followed."""
    after = story.next_july(stage.at).year - 3
    stage.program.grant_starts_on, stage.program.grant_ends_on = date(after, 9, 30), date(after + 5, 9, 29)
    stage.program.no_cost_extension_ends_on = None
    at = stage.hour(stage.moment(stage.program.grant_starts_on), "renewed")
    office.describe_program(stage.program, by=stage.director, at=at)


def _lakeshore(stage: Stage) -> None:
    """A second programme in the same installation, which must never see the first one's rows."""
    facts = content("program")["second_program"]
    renewed = {name: getattr(stage.program, name) for name in ("grant_starts_on", "grant_ends_on", "no_cost_extension_ends_on")}
    program = _program(facts | renewed)
    director = stage.person(facts["director"]["key"], facts["director"])
    Membership.objects.create(program=program, user=director, role="director", granted_at=stage.at)
    for system in facts["systems"]:
        stage.systems[system["key"]] = HealthSystem.objects.create(
            program=program, name=system["name"], kind=system["kind"], city=system["city"]
        )
    opened = facts["open_call"]
    cohort = Cohort(
        program=program,
        name=f"Cohort {story.next_july(stage.at).year}",
        starts_on=story.next_july(stage.at),
        places=opened["places"],
        salary_per_year=Decimal(90000),
        research_per_year=Decimal(25000),
        budget=Decimal(230000) * opened["places"],
    )
    at = stage.hour(stage.at - timedelta(days=40), "lakeshore")
    office.keep_cohort(cohort, by=director, at=at)
    close = story.local_evening(stage.at + timedelta(days=40), program.time_zone)
    call = Call(
        cohort=cohort,
        title=opened["title"],
        slug=opened["slug"],
        guidance=paragraphs(opened["guidance"]),
        time_zone=program.time_zone,
        opens_at=datetime.combine(at.date() + timedelta(days=7), time(9), tzinfo=ZoneInfo(program.time_zone)),
        closes_at=close,
        review_due_at=close + timedelta(days=35),
        decision_on=(close + timedelta(days=60)).date(),
    )
    office.keep_call(
        call,
        by=director,
        at=at,
        sections=[Section(position=place, **part_facts(part, "word_limit")) for place, part in enumerate(opened["sections"], 1)],
        document_requests=[
            DocumentRequest(position=place, **part_facts(part, "page_limit")) for place, part in enumerate(opened["documents"], 1)
        ],
        criteria=[
            Criterion(position=place, title=line["title"], help=line["help"]) for place, line in enumerate(opened["rubric"], 1)
        ],
    )
    office.publish(call, by=director, at=at)
    for place, entry in enumerate(opened["applications"]):
        story.in_every_state(stage, call, entry, place=place)
