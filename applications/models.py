"""The application: its sections, documents and submissions."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.queries import SUBMITTED, ApplicationQuerySet, PreviewQuerySet, SubmissionQuerySet
from programs.models import Call, DocumentRequest, Program, Queued, Section

# The white space of the browser's regular expressions, so that the counter on the page agrees with the server.
_WORD = re.compile("[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


def count_words(text: str) -> int:
    """Return the number of words: runs of anything but white space, so that `patient-centred` is one word."""
    return len(_WORD.findall(text))


class Application(models.Model):
    """One applicant's proposal in one call."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned for changes"
        COMPLETE = "complete", "Complete"
        INELIGIBLE = "ineligible", "Not eligible"
        UNDER_REVIEW = "under_review", "Under review"
        AWARDED = "awarded", "Award offered"
        ALTERNATE = "alternate", "Alternate"
        NOT_AWARDED = "not_awarded", "Not awarded"
        ACCEPTED = "accepted", "Award accepted"
        DECLINED = "declined", "Award declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    title = models.CharField("project title", max_length=200, blank=True)
    tracking_number = models.CharField(max_length=16, unique=True, null=True, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "applicant"], name="one_application_an_applicant"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | (Q(submitted_at__isnull=False) & Q(tracking_number__isnull=False)),
                name="application_submitted_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state"]),
            models.Index(F("call"), SUBMITTED.desc(), F("id").desc(), name="newest_submitted_first"),
        ]

    def __str__(self) -> str:
        return self.title or "Application without a title"

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may still write (the call's deadline is asked separately)."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def writable_until(self) -> datetime:
        """The first moment (UTC) at which nothing may be written: the deadline, or for a returned one the end of the grace."""
        return self.call.letters_until if self.state == self.State.RETURNED else self.call.closes_at

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.call.program, self.call, self.applicant


class SectionText(models.Model):
    """What the applicant wrote in one section; `version` grows with every save, so that two tabs never overwrite each other."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="texts")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "section"], name="one_text_a_section")]

    def __str__(self) -> str:
        return f"{self.section} of {self.application}"


def document_path(document: "Document", filename: str) -> str:
    """Return a path that tells nothing of the person's file name."""
    return f"documents/{document.application_id}/{uuid.uuid4()}.pdf"


class Document(models.Model):
    """A PDF the applicant attached; kept byte for byte."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    request = models.ForeignKey(DocumentRequest, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to=document_path, max_length=200)
    name = models.CharField(max_length=160, help_text="The file name as the person had it.")
    pages = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    attached_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "request"], name="one_document_a_request")]

    def __str__(self) -> str:
        return self.name


class DroppedFile(models.Model):
    """A file whose row is gone. It stays until it is due, so that rows that were copied before still find it."""

    name = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


def packet_path(submission: "Submission", filename: str) -> str:
    """Return the private path of a packet."""
    return f"packets/{submission.application_id}/{uuid.uuid4()}.pdf"


class Submission(Queued):
    """One act of submitting: the frozen snapshot, its SHA-256, its receipt; as queued work, its packet as PDF."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField(unique=True, help_text="Given with the form, so that a second click finds the same receipt.")
    received_at = models.DateTimeField()
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    packet = models.FileField(upload_to=packet_path, blank=True, max_length=200)
    packet_sha256 = models.CharField(max_length=64, blank=True)
    packet_pages = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()  # type: ignore[misc, assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="submission_number_from_one"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(packet="") & Q(done_at__gte=F("received_at"))), name="packet_done_has_file"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"Submission {self.number} of {self.application}"

    @property
    def deadline(self) -> datetime:
        """Before which it had to come in (UTC): the call's deadline; once returned, the end of the grace for letters."""
        call = self.application.call
        return call.closes_at if self.number == 1 else call.letters_until


def preview_path(preview: "PacketPreview", filename: str) -> str:
    """Return the private path of a preview."""
    return f"previews/{preview.application_id}/{uuid.uuid4()}.pdf"


class PacketPreview(Queued):
    """The packet of a draft as its applicant asked to see it; `sha256` is the fingerprint of what it shows."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="previews")
    requested_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True, default="")
    file = models.FileField(upload_to=preview_path, blank=True, max_length=200)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = PreviewQuerySet.as_manager()  # type: ignore[misc, assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(state="done") | ~Q(file=""), name="preview_done_has_file")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"Preview of {self.application}"
