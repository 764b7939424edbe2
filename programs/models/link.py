"""Sealed links: the key of people without an account."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from programs.models.program import Program
from programs.queries import LinkQuerySet


class SealedLink(models.Model):
    """Opens one verb (`purpose`, the name of an address) on one row for one addressee, until it expires or is revoked."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.email}"


class LinkToken(models.Model):
    """The SHA-256 of one token that was put into one e-mail; the token itself is kept nowhere."""

    link = models.ForeignKey(SealedLink, on_delete=models.CASCADE, related_name="tokens")
    sha256 = models.CharField(max_length=64, unique=True)
    minted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:8]}…"
