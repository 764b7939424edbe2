"""What the database itself refuses, whoever writes: one forbidden row for each side of every constraint of the portal."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, F

from applications.models import Document, PacketPreview, SectionText, Submission
from programs.models import Reminder
from scholars.models import AwardLetter, ScholarYear
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory
from tests.factories.promises import (
    ChairCommitmentFactory,
    HealthSystemFactory,
    MentorAgreementFactory,
    SponsorCommitmentFactory,
)
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import AwardFactory, DecisionFactory, ScholarFactory

pytestmark = pytest.mark.both

APPS = ["accounts", "programs", "sponsors", "mentors", "applications", "reviews", "scholars", "reports"]
SOMEBODY = object()  # stands for a person in a table that is written before there is a database

# What nobody may write into a valid row: one entry for each way in which the check can be broken.
FORBIDDEN = {
    "cohort_has_a_place": [("programs.Cohort", {"places": 0})],
    "cohort_effort_is_percent": [("programs.Cohort", {"effort_percent": value}) for value in (0, 101)],
    "cohort_money_not_negative": [
        ("programs.Cohort", {field: Decimal("-0.01")}) for field in ("salary_per_year", "research_per_year", "budget")
    ],
    "call_closes_after_it_opens": [("programs.Call", {"closes_at": F("opens_at")})],
    "call_reviews_after_the_deadline": [("programs.Call", {"review_due_at": F("closes_at")})],
    "membership_ended_at_with_by": [
        ("programs.Membership", {"ended_at": F("granted_at")}),
        ("programs.Membership", {"ended_by": SOMEBODY}),
    ],
    "reminder_held_at_with_by": [
        ("programs.Reminder", {"held_at": F("due_at")}),
        ("programs.Reminder", {"held_by": SOMEBODY}),
    ],
    "sponsorcommitment_committed_is_signed": [
        ("sponsors.SponsorCommitment", {"state": "committed", "signed_name": "X"}),
        ("sponsors.SponsorCommitment", {"state": "committed", "answered_at": F("asked_at")}),
    ],
    "sponsorcommitment_declined_has_reason": [("sponsors.SponsorCommitment", {"state": "declined"})],
    "mentoragreement_committed_is_signed": [
        ("mentors.MentorAgreement", {"state": "committed", "signed_name": "X"}),
        ("mentors.MentorAgreement", {"state": "committed", "answered_at": F("asked_at")}),
    ],
    "mentoragreement_declined_has_reason": [("mentors.MentorAgreement", {"state": "declined"})],
    "chaircommitment_committed_is_signed": [
        ("mentors.ChairCommitment", {"state": "committed", "signed_name": "X"}),
        ("mentors.ChairCommitment", {"state": "committed", "answered_at": F("asked_at")}),
    ],
    "chaircommitment_declined_has_reason": [("mentors.ChairCommitment", {"state": "declined"})],
    "chair_effort_is_percent": [("mentors.ChairCommitment", {"effort_percent": value}) for value in (0, 101)],
    "chair_salary_not_negative": [("mentors.ChairCommitment", {"salary_per_year": Decimal("-0.01")})],
    "application_submitted_has_number": [
        ("applications.Application", {"submitted_at": None}),
        ("applications.Application", {"tracking_number": None}),
    ],
    "submission_number_from_one": [("applications.Submission", {"number": 0})],
    "packet_done_has_file": [
        ("applications.Submission", {"state": "done", "done_at": F("received_at")}),
        ("applications.Submission", {"state": "done", "packet": "x.pdf", "done_at": F("received_at") - timedelta(seconds=1)}),
    ],
    "preview_done_has_file": [("applications.PacketPreview", {"state": "done"})],
    "assignment_ended_at_with_by": [
        ("reviews.Assignment", {"ended_at": F("assigned_at")}),
        ("reviews.Assignment", {"ended_by": SOMEBODY}),
    ],
    "conflict_says_what": [("reviews.Assignment", {"state": "conflicted"})],
    "overall_impact_1_to_9": [("reviews.Review", {"overall_impact": value}) for value in (0, 10)],
    "review_submitted_is_whole": [
        ("reviews.Review", {field: value}) for field, value in (("overall_impact", None), ("submitted_at", None), ("summary", ""))
    ],
    "criterion_score_1_to_9": [("reviews.CriterionScore", {"score": value}) for value in (0, 10)],
    "alternates_have_an_order": [
        ("scholars.Decision", {"outcome": "alternate"}),
        ("scholars.Decision", {"outcome": "alternate", "alternate_order": 0}),
        ("scholars.Decision", {"alternate_order": 1}),
    ],
    "decision_released_at_with_by": [
        ("scholars.Decision", {"released_at": F("staged_at")}),
        ("scholars.Decision", {"released_by": SOMEBODY}),
    ],
    "award_money_not_negative": [
        ("scholars.Award", {field: Decimal("-0.01")}) for field in ("salary_per_year", "research_per_year", "total")
    ],
    "award_accepted_is_signed": [("scholars.Award", {"signed_name": ""}), ("scholars.Award", {"answered_at": None})],
    "letter_done_has_file": [
        ("scholars.AwardLetter", {"state": "done", "sha256": "0" * 64}),
        ("scholars.AwardLetter", {"state": "done", "file": "x.pdf"}),
    ],
    "scholar_ends_after_start": [("scholars.Scholar", {"ends_on": F("starts_on")})],
    "scholar_year_money_not_negative": [("scholars.ScholarYear", {field: Decimal("-0.01")}) for field in ("salary", "research")],
}

# What there may be only once: the row a second time, with what another rule would refuse first given anew.
ONCE = {
    "cohort_name_once_a_programme": ("programs.Cohort", {}),
    "call_slug_once_a_cohort": ("programs.Call", {}),
    "section_title_once_a_call": ("programs.Section", {}),
    "document_title_once_a_call": ("programs.DocumentRequest", {}),
    "criterion_title_once_a_call": ("programs.Criterion", {}),
    "one_current_role_each": ("programs.Membership", {}),
    "system_name_once_a_programme": ("sponsors.HealthSystem", {}),
    "one_standing_sponsor_an_applicant": ("sponsors.SponsorCommitment", {}),
    "one_standing_primary_mentor": ("mentors.MentorAgreement", {}),
    "one_standing_chair_an_applicant": ("mentors.ChairCommitment", {}),
    "one_application_an_applicant": ("applications.Application", {"tracking_number": "HL-9999-XX"}),
    "one_text_a_section": ("applications.SectionText", {}),
    "one_document_a_request": ("applications.Document", {}),
    "submission_number_once": ("applications.Submission", {"key": uuid.UUID(int=1)}),
    "one_standing_assignment_a_reviewer": ("reviews.Assignment", {}),
    "one_score_a_criterion": ("reviews.CriterionScore", {}),
    "one_place_a_person_in_a_cohort": ("scholars.Award", {"application": "other application"}),
    "letter_version_once": ("scholars.AwardLetter", {}),
    "scholar_once_a_cohort": ("scholars.Scholar", {"award": "other award"}),
    "scholar_year_once": ("scholars.ScholarYear", {}),
}

# What stands beside the first row all the same, because the rule has a condition.
BESIDE = [
    ("programs.Membership", {"ended_at": F("granted_at"), "ended_by": SOMEBODY}),
    ("sponsors.SponsorCommitment", {"state": "replaced"}),
    ("mentors.MentorAgreement", {"state": "replaced"}),
    ("mentors.MentorAgreement", {"role": "co"}),
    ("mentors.ChairCommitment", {"state": "replaced"}),
    ("reviews.Assignment", {"state": "ended", "ended_at": F("assigned_at"), "ended_by": SOMEBODY}),
    ("scholars.Award", {"application": "other application", "state": "declined"}),
    ("scholars.Award", {"application": "other application", "state": "lapsed"}),
]


def constraints():
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {constraint.name: (model, constraint) for model in models for constraint in model._meta.constraints}


@pytest.fixture
def row(db, at):
    """Return the one valid row of a model, made with whatever it needs."""
    person, reviewer = UserFactory(), UserFactory()
    cohort = CohortFactory()
    call = CallFactory(cohort=cohort)
    application = ApplicationFactory(call=call, applicant=person, state="under_review")
    program, written = call.program, {"call": call, "applicant": person}
    system = HealthSystemFactory(program=program)
    assignment = AssignmentFactory(application=application, reviewer=reviewer, assigned_by=person)
    review = ReviewFactory(assignment=assignment)
    award = AwardFactory(application=application, offered_by=reviewer, accepted=True)
    scholar = ScholarFactory(award=award)
    text = SectionText.objects.filter(application=application).first()
    year = {"starts_on": date(2027, 7, 1), "ends_on": date(2028, 6, 30), "salary": 90000, "research": 25000}
    made = [
        cohort, call, application, system, assignment, review, award, scholar, text, review.scores.first(),
        call.sections.first(), call.document_requests.first(), call.criteria.first(),
        MembershipFactory(program=program, user=person),
        SponsorCommitmentFactory(**written, health_system=system), MentorAgreementFactory(**written),
        ChairCommitmentFactory(**written),
        Submission.objects.get(application=application),
        PacketPreview.objects.create(application=application, requested_at=at, due_at=at),
        Document.objects.create(
            application=application, request=call.document_requests.first(), file="x.pdf", name="x.pdf", pages=1, size=1,
            sha256="0" * 64, attached_at=at,
        ),
        Reminder.objects.create(program=program, kind="x", key="x", to="x@example.org", summary="x", due_at=at, expires_at=at),
        DecisionFactory(application=application, staged_by=reviewer, outcome="award"),
        AwardLetter.objects.create(award=award, text="x", due_at=at),
        ScholarYear.objects.create(scholar=scholar, number=1, **year),
    ]  # fmt: skip
    found = {type(one)._meta.label: one for one in made}
    return lambda label: found[label]


def filled(changes, row):
    """Return the changes with people and rows in the place of their stand-ins, and columns by their value."""
    given = {name: UserFactory() if value is SOMEBODY else value for name, value in changes.items()}
    if given.get("application") == "other application":
        given["application"] = ApplicationFactory(call=row("programs.Call"), state="awarded")
    if given.get("award") == "other award":
        other = ApplicationFactory(call=row("programs.Call"), state="awarded")
        given["award"] = AwardFactory(application=other, offered_by=UserFactory())
    return given


def twin(one, changes):
    """Return the row a second time, not kept yet."""
    values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields if not field.primary_key}
    copied = type(one)(**values)
    for name, value in changes.items():
        setattr(copied, name, getattr(one, value.name) if isinstance(value, F) else value)
    return copied


def test_every_constraint_has_its_forbidden_row():
    found = constraints()
    checks = {name for name, (_, constraint) in found.items() if isinstance(constraint, CheckConstraint)}
    assert set(FORBIDDEN) == checks
    assert set(ONCE) == set(found) - checks
    assert {name: rows[0][0] for name, rows in FORBIDDEN.items()} == {name: found[name][0]._meta.label for name in checks}


@pytest.mark.parametrize(
    ("name", "label", "changes"),
    [pytest.param(name, *each, id=f"{name}-{n}") for name, rows in FORBIDDEN.items() for n, each in enumerate(rows, start=1)],
)
def test_a_forbidden_change_is_refused(name, label, changes, row):
    one = row(label)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(one)._base_manager.filter(pk=one.pk).update(**filled(changes, row))


@pytest.mark.parametrize(("label", "changes"), ONCE.values(), ids=ONCE)
def test_a_second_row_is_refused(label, changes, row):
    one = row(label)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        type(one)._base_manager.bulk_create([twin(one, filled(changes, row))])


@pytest.mark.parametrize(("label", "changes"), BESIDE)
def test_what_the_condition_leaves_out_may_stand_beside(label, changes, row):
    one = row(label)
    type(one)._base_manager.bulk_create([twin(one, filled(changes, row))])
    assert type(one)._base_manager.count() == 2
