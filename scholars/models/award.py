"""Decisions, the awards they lead to and the letters that announce them."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application
from programs.models import Call, Cohort, Program, Queued, WorkState
from scholars.queries import AwardQuerySet, DecisionQuerySet, LetterQuerySet


class Decision(models.Model):
    """What the director decides for one application: staged unseen, then released once."""

    class Outcome(models.TextChoices):
        AWARD = "award", "Award"
        ALTERNATE = "alternate", "Alternate"
        NOT_AWARDED = "not_awarded", "Not awarded"

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    alternate_order = models.PositiveSmallIntegerField(null=True, blank=True)
    staged_at = models.DateTimeField()
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                # An unknown order makes `>= 1` neither true nor false, and a check refuses only what is false.
                condition=Q(outcome="alternate", alternate_order__isnull=False, alternate_order__gte=1)
                | (~Q(outcome="alternate") & Q(alternate_order=None)),
                name="alternates_have_an_order",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None) | Q(released_at__isnull=False, released_by__isnull=False),
                name="decision_released_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} for {self.application}"

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.application.whereabouts()


class Award(models.Model):
    """One award offered to one applicant: money and effort as they were when it was offered."""

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed"

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+")
    awardee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    salary_per_year = models.DecimalField(max_digits=10, decimal_places=2)
    research_per_year = models.DecimalField(max_digits=10, decimal_places=2)
    effort_percent = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accept_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True, max_length=2000)
    letter = models.ForeignKey(
        "scholars.AwardLetter", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The version whose terms were accepted.",
    )  # fmt: skip

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(salary_per_year__gte=Decimal(0), research_per_year__gte=Decimal(0), total__gte=Decimal(0)),
                name="award_money_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (Q(answered_at__isnull=False) & ~Q(signed_name="")),
                name="award_accepted_is_signed",
            ),
            models.UniqueConstraint(
                fields=["cohort", "awardee"], condition=Q(state__in=["offered", "accepted"]), name="one_place_a_person_in_a_cohort"
            ),
        ]
        indexes = [models.Index(fields=["cohort", "state"])]

    def __str__(self) -> str:
        return f"Award to {self.awardee}"

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.application.whereabouts()


def letter_path(letter: "AwardLetter", filename: str) -> str:
    """Return the private path of a letter: named by its content, so that a letter built twice is one file."""
    return f"letters/{letter.award_id}/{letter.version}-{letter.sha256}.pdf"


class AwardLetter(Queued):
    """One version of the letter of one award: its text as merged, its PDF, its SHA-256."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="letters")
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(help_text="The letter with every placeholder filled, paragraphs separated by blank lines.")
    file = models.FileField(upload_to=letter_path, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = LetterQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "version"], name="letter_version_once"),
            models.CheckConstraint(condition=~Q(state="done") | (~Q(file="") & ~Q(sha256="")), name="letter_done_has_file"),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"Letter {self.version} of {self.award}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether it waits for a worker or is being built, so that no other version is asked for."""
        return self.state in (WorkState.QUEUED, WorkState.WORKING)

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.award.whereabouts()
