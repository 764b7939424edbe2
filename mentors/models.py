"""The mentor's agreement with one applicant in one call."""

from django.db import models
from django.db.models import Q

from mentors.queries import AgreementQuerySet
from programs.models import Promise


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
