"""Health systems, and the clinical operations sponsor's commitment to one applicant in one call."""

from django.db import models
from django.db.models import Q

from programs.models import Program, Promise
from sponsors.queries import CommitmentQuerySet, SystemQuerySet

NAME_TAKEN = "The programme has a health system of this name already."


class HealthSystem(models.Model):
    """A delivery system in which scholars do embedded research."""

    class Kind(models.TextChoices):
        ACADEMIC = "academic", "Academic"
        SAFETY_NET = "safety_net", "Safety net"
        VA = "va", "Veterans Affairs"
        INTEGRATED = "integrated", "Integrated"
        COMMUNITY = "community", "Community"
        CHILDRENS = "childrens", "Children’s"

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+", verbose_name="programme")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    city = models.CharField(max_length=80, blank=True)

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="system_name_once_a_programme")]

    def __str__(self) -> str:
        return self.name


class SponsorCommitment(Promise):
    """A clinical operations sponsor's promise to one applicant in one call (LEAP: three duties, see `DUTIES`)."""

    DUTIES = (
        "Secure institutional support for the improvement work in the clinical area.",
        "Meet regularly to see that the project progresses and has the intended effect.",
        "Give insight and mentorship on leadership in the health system.",
    )

    health_system = models.ForeignKey(HealthSystem, on_delete=models.PROTECT, related_name="+")

    objects = CommitmentQuerySet.as_manager()

    class Meta(Promise.Meta):
        verbose_name = "sponsor commitment"
        constraints = [
            *Promise.Meta.constraints,
            models.UniqueConstraint(
                fields=["call", "applicant"], condition=~Q(state="replaced"), name="one_standing_sponsor_an_applicant"
            ),
        ]
        indexes = [models.Index(fields=["email"])]
