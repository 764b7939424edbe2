"""What the applicant's academic home promises to one applicant in one call: the mentor's agreement, the chair's commitment."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from mentors.queries import AgreementQuerySet, ChairQuerySet
from programs.models import Promise
from programs.templatetags.portal import money


class MentorAgreement(Promise):
    """A mentor's promise to one applicant in one call (role, meetings, plan to independence)."""

    class MentorRole(models.TextChoices):
        PRIMARY = "primary", "Primary mentor"
        CO = "co", "Co-mentor"

    DUTIES = (
        "Meet every week with the scholar, and every quarter with the whole mentor team.",
        "Guide the research, the career plan and the path to independent funding.",
        "Answer for the scholar’s training in the responsible conduct of research.",
    )

    role = models.CharField(max_length=10, choices=MentorRole, default=MentorRole.PRIMARY)
    institution = models.CharField(max_length=160, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(Promise.Meta):
        verbose_name = "mentor agreement"
        constraints = [
            *Promise.Meta.constraints,
            models.UniqueConstraint(
                fields=["call", "applicant"],
                condition=Q(role="primary") & ~Q(state="replaced"),
                name="one_standing_primary_mentor",
            ),
        ]
        indexes = [models.Index(fields=["email"])]


class ChairCommitment(Promise):
    """The promise of the head of the applicant's department: funds, protected effort, duties that remain, rest of the salary.

    Effort (per cent) and salary (dollars a year) are those of the cohort when the chair was asked: they are what is signed.
    """

    DUTIES = (
        "Accept the award’s funds for the department, on the terms of the programme.",
        "Protect {effort} per cent of the applicant’s full-time professional effort for the programme.",
        "List the duties that remain beside it, and add none to them while the award runs.",
        "Pay the part of the salary that the award’s contribution of up to {salary} a year does not cover.",
    )

    department = models.CharField(max_length=160)
    effort_percent = models.PositiveSmallIntegerField(
        "protected effort, in per cent", validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    salary_per_year = models.DecimalField("contribution to the salary a year", max_digits=10, decimal_places=2)

    objects = ChairQuerySet.as_manager()

    class Meta(Promise.Meta):
        verbose_name = "chair commitment"
        constraints = [
            *Promise.Meta.constraints,
            models.UniqueConstraint(
                fields=["call", "applicant"], condition=~Q(state="replaced"), name="one_standing_chair_an_applicant"
            ),
            models.CheckConstraint(condition=Q(effort_percent__gte=1, effort_percent__lte=100), name="chair_effort_is_percent"),
            models.CheckConstraint(condition=Q(salary_per_year__gte=0), name="chair_salary_not_negative"),
        ]
        indexes = [models.Index(fields=["email"])]

    @property
    def duties(self) -> tuple[str, ...]:
        """What the chair is asked to promise, with the effort and the dollars of this request."""
        terms = {"effort": self.effort_percent, "salary": money(self.salary_per_year)}
        return tuple(duty.format(**terms) for duty in self.DUTIES)

    @property
    def is_wanted(self) -> bool:
        """Whether the call (still) asks for a chair."""
        return self.call.asks_chair
