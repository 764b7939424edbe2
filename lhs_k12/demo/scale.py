"""Many applications with three reviews each, written in bulk, for the benchmark."""

import hashlib
import json
import random
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from applications.models import Application, SectionText, Submission
from lhs_k12.demo.people import content
from lhs_k12.demo.stage import paragraphs
from lhs_k12.demo.story import next_july
from mentors.models import MentorAgreement
from programs.models import Call, Cohort, Criterion, DocumentRequest, Membership, Program, Section
from reviews.models import Assignment, CriterionScore, Review
from sponsors.models import HealthSystem, SponsorCommitment

BATCH = 2000
REVIEWERS = 60
SUBJECTS = ["heart failure", "sepsis", "asthma", "opioid tapering", "postpartum hypertension", "low-value imaging", "frailty"]
METHODS = ["Telehealth titration for", "A stepped wedge of nurse-led care in", "Shared decisions about", "Embedded pharmacists and"]


def load(count: int, *, at: datetime) -> int:
    """Write `count` applications under review, each with a sponsor, a mentor and three reviews; returns how many."""
    chance = random.Random(2027)  # noqa: S311  the same rows at every run
    with transaction.atomic():
        call, director = _call(count, at)
        reviewers = _people("reviewer", REVIEWERS)
        Membership.objects.bulk_create(
            [Membership(program=call.program, user=person, role="reviewer", granted_by=director) for person in reviewers]
        )
        system = HealthSystem.objects.create(program=call.program, name="County General", kind="safety_net")
        for start in range(0, count, BATCH):
            size = min(BATCH, count - start)
            applications = _applications(call, start, size, at)
            _promises(applications, system, at)
            _texts(applications, list(call.sections.all()), at)
            _reviews(applications, reviewers, director, list(call.criteria.all()), at, chance)
    return count


def _call(count: int, at: datetime) -> tuple[Call, User]:
    source = content("program")
    facts = source["program"]
    program = Program.objects.create(
        name=facts["name"],
        short_name=facts["short_name"],
        slug=facts["slug"],
        reply_to=facts["reply_to"],
        institution=facts["institution"],
        signatory_name=facts["signatory_name"],
        signatory_title=facts["signatory_title"],
        letter_template=paragraphs(source["letter_template"]),
    )
    director = _people("director", 1)[0]
    Membership.objects.create(program=program, user=director, role="director")
    starts = next_july(at)
    cohort = Cohort.objects.create(
        program=program, name=f"Cohort {starts.year}", starts_on=starts, places=min(max(count // 10, 4), 100), budget=Decimal(10**9)
    )
    call = Call.objects.create(
        cohort=cohort,
        title="Call of the benchmark",
        slug="benchmark",
        time_zone="America/Los_Angeles",
        opens_at=at - timedelta(days=60),
        closes_at=at + timedelta(days=30),
        review_due_at=at + timedelta(days=60),
        decision_on=(at + timedelta(days=90)).date(),
        published_at=at - timedelta(days=60),
    )
    for place, part in enumerate(source["sections"], 1):
        Section.objects.create(call=call, position=place, title=part["title"], help=part["help"], word_limit=part["word_limit"])
    DocumentRequest.objects.create(call=call, position=1, title="Biosketch", page_limit=5, required=False)
    for place, line in enumerate(source["rubric"], 1):
        Criterion.objects.create(call=call, position=place, title=line["title"], help=line["help"])
    return call, director


def _people(kind: str, count: int, start: int = 0) -> list[User]:
    return User.objects.bulk_create(
        [
            User(
                email=f"{kind}{n}@scale.example",
                name=f"{kind.capitalize()} Number {n}",
                institution="Harbor University",
                password="!",  # noqa: S106  no password at all
            )
            for n in range(start, start + count)
        ]
    )


def _applications(call: Call, start: int, size: int, at: datetime) -> list[Application]:
    people = _people("applicant", size, start)
    rows = [
        Application(
            call=call,
            applicant=person,
            state="under_review",
            started_at=at - timedelta(days=40),
            saved_at=at - timedelta(days=10),
            title=f"{METHODS[n % len(METHODS)]} {SUBJECTS[n % len(SUBJECTS)]}, site {n}",
            submitted_at=at - timedelta(days=5, seconds=n),
            tracking_number=f"HL-{n:06d}",
        )
        for n, person in enumerate(people, start)
    ]
    rows = Application.objects.bulk_create(rows)
    snapshot: dict[str, Any] = {"title": "benchmark"}
    digest = hashlib.sha256(json.dumps(snapshot).encode()).hexdigest()
    Submission.objects.bulk_create(
        [
            Submission(
                application=row,
                number=1,
                key=uuid.uuid4(),
                received_at=at - timedelta(days=5),
                snapshot=snapshot,
                sha256=digest,
                state="expired",
                due_at=at,
            )
            for row in rows
        ]
    )
    return rows


def _promises(applications: list[Application], system: HealthSystem, at: datetime) -> None:
    asked = {"state": "committed", "asked_at": at - timedelta(days=30), "answered_at": at - timedelta(days=20)}
    SponsorCommitment.objects.bulk_create(
        [
            SponsorCommitment(
                call=row.call,
                applicant=row.applicant,
                name="Dana Whitfield",
                email=f"sponsor{row.pk}@scale.example",
                project_title=row.title,
                signed_name="Dana Whitfield",
                health_system=system,
                **asked,
            )
            for row in applications
        ]
    )
    MentorAgreement.objects.bulk_create(
        [
            MentorAgreement(
                call=row.call,
                applicant=row.applicant,
                name="Maya Okafor",
                email=f"mentor{row.pk}@scale.example",
                project_title=row.title,
                signed_name="Maya Okafor",
                **asked,
            )
            for row in applications
        ]
    )


def _texts(applications: list[Application], sections: list[Section], at: datetime) -> None:
    text = "The clinic reaches target doses more than six months late, and the system has asked why. " * 12
    words = len(text.split())
    SectionText.objects.bulk_create(
        [
            SectionText(application=row, section=section, text=text, words=words, saved_at=at)
            for row in applications
            for section in sections
        ],
        batch_size=BATCH,
    )


def _reviews(  # noqa: PLR0917
    applications: list[Application],
    reviewers: list[User],
    director: User,
    criteria: list[Criterion],
    at: datetime,
    chance: random.Random,
) -> None:
    tasks = Assignment.objects.bulk_create(
        [
            Assignment(
                application=row,
                reviewer=reviewers[(place * 3 + seat) % len(reviewers)],
                state="clear",
                assigned_by=director,
                assigned_at=at - timedelta(days=4),
                declared_at=at - timedelta(days=3),
                due_at=at + timedelta(days=20),
                review_in=True,
            )
            for place, row in enumerate(applications)
            for seat in range(3)
        ],
        batch_size=BATCH,
    )
    reviews = Review.objects.bulk_create(
        [
            Review(
                assignment=task,
                state="submitted",
                overall_impact=chance.randint(1, 9),
                strengths="A question of the system’s own.",
                weaknesses="The sample is small.",
                summary="A fair balance of promise and risk.",
                saved_at=at,
                submitted_at=at,
            )
            for task in tasks
        ],
        batch_size=BATCH,
    )
    CriterionScore.objects.bulk_create(
        [
            CriterionScore(review=review, criterion=criterion, score=chance.randint(1, 9))
            for review in reviews
            for criterion in criteria
        ],
        batch_size=BATCH,
    )
