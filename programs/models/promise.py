"""What a promise is, whoever makes it: asked of a named person, answered by a sealed link."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from programs.models.call import Call


class PromiseState(models.TextChoices):
    """Where a promise is."""

    ASKED = "asked", "Asked"
    COMMITTED = "committed", "Committed"
    DECLINED = "declined", "Declined"
    REPLACED = "replaced", "Replaced"


class Promise(models.Model):
    """A request to a named person on behalf of (call, applicant), and its answer."""

    State = PromiseState
    DUTIES: ClassVar[tuple[str, ...]] = ()

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PromiseState, default=PromiseState.ASKED)
    name = models.CharField("full name", max_length=120)
    email = models.EmailField("e-mail address", max_length=254)
    title = models.CharField("position", max_length=120, blank=True)
    project_title = models.CharField(max_length=200)
    summary = models.TextField("the project in two sentences", blank=True, max_length=600)
    note = models.TextField("your message", blank=True, max_length=2000)
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=120, blank=True)
    signed_title = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="committed") | (Q(answered_at__isnull=False) & ~Q(signed_name="")),
                name="%(class)s_committed_is_signed",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="%(class)s_declined_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.applicant}"

    @property
    def duties(self) -> tuple[str, ...]:
        """What the person is asked to promise, word for word."""
        return self.DUTIES

    @property
    def is_wanted(self) -> bool:
        """Whether the call (still) asks for a promise of this kind."""
        return True

    @property
    def is_answered(self) -> bool:
        return self.state in (PromiseState.COMMITTED, PromiseState.DECLINED)
