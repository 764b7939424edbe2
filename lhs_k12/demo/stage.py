"""The stage of the demo: its programme, people and systems, and how cohorts, calls and documents are set up on it."""

import hashlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils.text import slugify

from accounts.models import User
from applications.models import Document
from applications.pdfs import count_pages
from lhs_k12.demo.pages import small_pdf
from lhs_k12.demo.papers import paper
from lhs_k12.demo.people import PASSWORD, content
from programs import workflow as office
from programs.models import Call, Cohort, Criterion, DocumentRequest, Program, Section
from sponsors.models import HealthSystem

NOON = time(12, 0)


class Stage:
    """What every part of the story needs: the programme, its people and systems, and the moment of loading."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.password = make_password(PASSWORD)
        self.people: dict[str, User] = {}
        self.systems: dict[str, HealthSystem] = {}
        self.program = Program()

    @property
    def director(self) -> User:
        return self.people["rosa_alvarez"]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.program.time_zone)

    def moment(self, day: str | date, clock: time = NOON) -> datetime:
        """Return the moment of a local day and time in the programme's zone."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return datetime.combine(day, clock, tzinfo=self.zone)

    def hour(self, moment: datetime, key: str, *, since: int = 9, until: int = 17) -> datetime:
        """Return a moment of the same local day between two hours, to the second: always the same one for the same key."""
        day = moment.astimezone(self.zone).date()
        seconds = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % ((until - since) * 3600)
        return datetime.combine(day, time(since), tzinfo=self.zone) + timedelta(seconds=seconds)

    def person(self, key: str, facts: dict[str, Any]) -> User:
        """Return the account of a person, made with a verified address when it is new."""
        if key not in self.people:
            known = {name: facts.get(name) or "" for name in ("name", "credentials", "title", "division", "institution")}
            user = User.objects.filter(email=facts["email"]).first()
            if user is None:
                user = User.objects.create(email=facts["email"], password=self.password, orcid=facts.get("orcid") or "", **known)
                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            self.people[key] = user
        return self.people[key]


def keep_call(stage: Stage, cohort: Cohort, facts: dict[str, Any], **dates: Any) -> Call:
    """Set up and publish a call with the programme's sections, documents and rubric."""
    source = content("program")
    call = Call(
        cohort=cohort, title=facts["title"], slug=facts.get("slug") or slugify(facts["title"])[:80],
        guidance=paragraphs(facts.get("guidance") or source["guidance"]), time_zone=stage.program.time_zone, **dates,
    )  # fmt: skip
    before = stage.hour(call.opens_at - timedelta(days=7), f"call {call.slug}")
    office.keep_call(
        call,
        by=stage.director,
        at=before,
        sections=[Section(position=place, **part_facts(part, "word_limit")) for place, part in enumerate(source["sections"], 1)],
        document_requests=[
            DocumentRequest(position=place, **part_facts(part, "page_limit")) for place, part in enumerate(source["documents"], 1)
        ],
        criteria=[
            Criterion(position=place, title=line["title"], help=line["help"]) for place, line in enumerate(source["rubric"], 1)
        ],
    )
    office.publish(call, by=stage.director, at=before)
    return call


def keep_cohort(stage: Stage, facts: dict[str, Any], *, at: datetime) -> Cohort:
    """Set up a cohort; without a budget of its own it may cost what its places cost."""
    salary, research = Decimal(str(facts["salary_per_year"])), Decimal(str(facts["research_per_year"]))
    cohort = Cohort(
        program=stage.program, name=facts["name"], starts_on=facts["starts_on"], months=facts.get("months", 24),
        places=facts["places"], salary_per_year=salary, research_per_year=research,
        effort_percent=facts.get("effort_percent", 75), budget=Decimal(0),
    )  # fmt: skip
    if isinstance(cohort.starts_on, str):
        cohort.starts_on = date.fromisoformat(cohort.starts_on)
    cohort.budget = Decimal(str(facts.get("budget_total") or cohort.award_cost * cohort.places))
    return office.keep_cohort(cohort, by=stage.director, at=at)


def attach_documents(application: Any, *, at: datetime, titles: list[str] | None = None) -> None:
    """Attach a small PDF for each document the call asks for, or for those of `titles`."""
    for request in application.call.document_requests.all():
        if titles is not None and request.title not in titles:
            continue
        title = f"{request.title}: {application.applicant.styled_name}"
        pdf = small_pdf(title, paper(request.title, application))
        document = Document(
            application=application, request=request, name=f"{slugify(title)[:60]}.pdf", pages=count_pages(pdf), size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(), attached_at=at,
        )  # fmt: skip
        document.file.save("document.pdf", ContentFile(pdf), save=False)
        document.save()


def paragraphs(text: str | list[str]) -> str:
    """Return one text with a blank line between paragraphs."""
    return "\n\n".join(text) if isinstance(text, list) else text


def part_facts(part: dict[str, Any], limit: str) -> dict[str, Any]:
    return {"title": part["title"], "help": part["help"], "required": part["required"], limit: part[limit]}
