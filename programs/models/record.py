"""The records every floor writes: history, e-mails and reminders."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from programs.models.call import Call
from programs.models.link import SealedLink
from programs.models.program import Program
from programs.queries import EmailQuerySet, HistoryQuerySet, QueuedQuerySet, ReminderQuerySet


class About(models.Model):
    """A row that is about an object of any kind, and about an applicant in a call where there is one."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    subject_row = GenericForeignKey()

    class Meta:
        abstract = True


class HistoryEntry(About):
    """One change of state: who, what, when, from which state to which, why, by account or by link."""

    verb = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    link = models.ForeignKey(SealedLink, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    who = models.CharField(max_length=160, help_text="The name as it was then.")
    why = models.TextField(blank=True)
    office_only = models.BooleanField(default=False)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "history entries"
        indexes = [models.Index(fields=["content_type", "object_id"]), models.Index(fields=["call", "applicant"])]

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"


class WorkState(models.TextChoices):
    """Where a piece of queued work is."""

    QUEUED = "queued", "Queued"
    WORKING = "working", "In progress"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "No longer useful"


class Queued(models.Model):
    """Work for a worker, kept as a row until it is done: claimed by a lease, tried again after a fault."""

    state = models.CharField(max_length=10, choices=WorkState, default=WorkState.QUEUED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = QueuedQuerySet.as_manager()

    class Meta:
        abstract = True


class Email(About, Queued):
    """One e-mail to one person, written in the transaction of its cause; `dedupe_key` makes it once."""

    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=200, unique=True)
    to = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=160, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    action_label = models.CharField(max_length=80, blank=True)
    action_path = models.CharField(max_length=300, blank=True)
    link = models.ForeignKey(SealedLink, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    forget_text = models.BooleanField(default=False)
    maybe_twice = models.BooleanField(default=False, help_text="A worker died, or a connection broke, before it was noted.")

    objects = EmailQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["program", "-created_at"]),
            models.Index(fields=["call", "applicant"]),
        ]
        verbose_name = "e-mail"

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"

    @property
    def state_word(self) -> str:
        """The state in the words of the post: queued, sending, sent, failed, no longer useful."""
        return {"done": "Sent", "working": "Sending"}.get(self.state, self.get_state_display())


class Reminder(About):
    """One reminder of one ladder step, planned ahead so that the office can see and hold it."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=180, unique=True)
    to = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=160, blank=True)
    summary = models.CharField(max_length=250)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["program", "due_at"]),
            models.Index(fields=["kind", "due_at"]),
            models.Index(fields=["kind", "object_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_at=None, held_by=None) | Q(held_at__isnull=False, held_by__isnull=False),
                name="reminder_held_at_with_by",
            )
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def is_planned(self) -> bool:
        """Whether it is neither sent nor dropped."""
        return self.sent_at is None and self.dropped_at is None
