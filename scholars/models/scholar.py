"""The scholar: an awardee who accepted, with the years and the money of the award."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from programs.models import Call, Cohort, Program
from scholars.models.award import Award
from scholars.queries import ScholarQuerySet


class Scholar(models.Model):
    """A person in a cohort, from the start of the award on and as an alumnus for ever."""

    class State(models.TextChoices):
        APPOINTED = "appointed", "Appointed"
        COMPLETED = "completed", "Completed"
        LEFT_EARLY = "left_early", "Left early"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.APPOINTED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    effort_percent = models.PositiveSmallIntegerField()
    appointed_at = models.DateTimeField()

    objects = ScholarQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "user__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "cohort"], name="scholar_once_a_cohort"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="scholar_ends_after_start"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.award.whereabouts()


class ScholarYear(models.Model):
    """One year of an award with its amounts, as appointments are made twelve months at a time."""

    scholar = models.ForeignKey(Scholar, on_delete=models.CASCADE, related_name="years")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    salary = models.DecimalField(max_digits=10, decimal_places=2)
    research = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["scholar", "number"], name="scholar_year_once"),
            models.CheckConstraint(condition=Q(salary__gte=0, research__gte=0), name="scholar_year_money_not_negative"),
        ]

    def __str__(self) -> str:
        return f"Year {self.number} of {self.scholar}"
