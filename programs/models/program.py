"""The programme (a centre) and the roles people hold in it."""

from django.conf import settings
from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q
from django.utils import timezone

from programs.queries import MembershipQuerySet, ProgramQuerySet


class Program(models.Model):
    """One K12 programme; several live in one installation and none sees another's rows."""

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    slug = models.SlugField(unique=True, validators=[validate_slug])
    about = models.TextField(blank=True)
    mechanism = models.CharField(max_length=10, default="K12", help_text="K12, KL2 or P30; a programme may change it.")
    funders = models.CharField(max_length=200, blank=True)
    grant_number = models.CharField(max_length=40, blank=True)
    grant_starts_on = models.DateField(null=True, blank=True)
    grant_ends_on = models.DateField(null=True, blank=True)
    no_cost_extension_ends_on = models.DateField(null=True, blank=True)
    institution = models.CharField(max_length=160, blank=True)
    address = models.TextField(blank=True, help_text="Letterhead address, one line each.")
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    reply_to = models.EmailField(help_text="Answers to the portal's e-mails go here.")
    signatory_name = models.CharField(max_length=120, blank=True)
    signatory_title = models.CharField(max_length=160, blank=True)
    letter_template = models.TextField(blank=True, help_text="The award letter, with its placeholders in braces.")

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "programme"

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does for a programme; roles add up."""

    DIRECTOR = "director", "Director"
    COORDINATOR = "coordinator", "Coordinator"
    REVIEWER = "reviewer", "Reviewer"
    FINANCE = "finance", "Finance officer"
    COMMITTEE = "committee", "Committee member"


class ReviewerKind(models.TextChoices):
    """Where a reviewer comes from; operations reviewers judge the fit with the health system."""

    INTERNAL = "internal", "Internal"
    EXTERNAL = "external", "External"
    OPERATIONS = "operations", "Operations"


class Membership(models.Model):
    """A role granted to a person in one programme, until it is ended."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="memberships", verbose_name="programme")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="person")
    role = models.CharField(max_length=20, choices=Role)
    reviewer_kind = models.CharField(max_length=12, choices=ReviewerKind, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "user", "role"], condition=Q(ended_at=None), name="one_current_role_each"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="membership_ended_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.program}"
