"""Sealed links: made, opened, renewed and revoked; the token itself is never kept."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from programs.models import LinkToken, SealedLink
from programs.templatetags.portal import in_zone
from programs.transitions import whereabouts

GRANTED = "sealed_links"


class LinkRefused(Exception):
    """The link opens nothing; `reason` is one of unknown, expired, revoked; `link` is set when it is known."""

    def __init__(self, reason: str, link: SealedLink | None = None) -> None:
        super().__init__(reason)
        self.reason, self.link = reason, link


def digest(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def seal(subject: models.Model, *, purpose: str, email: str, at: datetime, expires_at: datetime) -> SealedLink:
    """Make a link for one addressee that opens `purpose` (the name of an address) on `subject` until `expires_at`."""
    return SealedLink.objects.create(
        program=whereabouts(subject)[0], purpose=purpose, subject=subject, email=email, created_at=at, expires_at=expires_at
    )


def mint(link: SealedLink, *, at: datetime) -> str:
    """Return a fresh address for the link: 32 random bytes, of which only the SHA-256 is stored."""
    token = secrets.token_urlsafe(32)
    LinkToken.objects.create(link=link, sha256=digest(token), minted_at=at)
    return settings.SITE_URL + reverse("programs:link", args=[token])


def revoke(subject: models.Model, *, at: datetime) -> int:
    """Revoke every link to this row; returns how many were alive."""
    return SealedLink.objects.about(subject).filter(revoked_at=None).update(revoked_at=at)


def living(link: SealedLink, *, at: datetime, days: int = 14) -> SealedLink:
    """Return the newest living link that opens the same as this one; without any, a new one for `days` days.

    An expired link never lives again: with it every token of it would, and every browser that ever followed one.
    """
    alive: SealedLink | None = SealedLink.objects.like(link).living(at).last()
    if alive is not None:
        return alive
    return SealedLink.objects.create(
        program_id=link.program_id, purpose=link.purpose, content_type_id=link.content_type_id, object_id=link.object_id,
        email=link.email, created_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip


def follow(request: HttpRequest, token: str) -> SealedLink:
    """Return the link of a token and grant it to this browser's session; raises LinkRefused when there is none."""
    link = SealedLink.objects.with_token(digest(token)).first()
    if link is None:
        raise LinkRefused("unknown")
    granted = request.session.get(GRANTED, [])
    if str(link.public_id) not in granted:
        request.session[GRANTED] = [*granted[-19:], str(link.public_id)]
    return link


def let_go(request: HttpRequest, link: SealedLink) -> None:
    """Take the grant of a link from this browser's session."""
    request.session[GRANTED] = [held for held in request.session.get(GRANTED, []) if held != str(link.public_id)]


def granted(request: HttpRequest, public_id: uuid.UUID, purpose: str = "", *, at: datetime) -> SealedLink:
    """Return the link this browser holds, alive and for `purpose`; raises LinkRefused otherwise."""
    if str(public_id) not in request.session.get(GRANTED, []):
        raise LinkRefused("unknown")
    link = SealedLink.objects.select_related("program").filter(public_id=public_id).first()
    if link is None or (purpose and link.purpose != purpose):
        raise LinkRefused("unknown")
    if link.revoked_at is not None:
        raise LinkRefused("revoked", link)
    if link.expires_at <= at:
        raise LinkRefused("expired", link)
    return link


def note_opened(link: SealedLink, *, at: datetime) -> bool:
    """Stamp the first opening of a link; returns True when this was the first."""
    return bool(SealedLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at))


def masked(email: str) -> str:
    """Return an address with its middle hidden: `d•••@county.example`."""
    name, _, host = email.partition("@")
    return f"{name[:1]}•••@{host}"


def answer_behind(link: SealedLink) -> Any:
    """Return the promise a link was sealed for, with its call, when it was answered; otherwise None."""
    rows = link.content_type.model_class()._default_manager.for_page()  # type: ignore[union-attr]
    return rows.filter(pk=link.object_id).exclude(answered_at=None).first()


def behind(link: SealedLink) -> Any:
    """Return the promise a link was sealed for, with its call."""
    return link.content_type.model_class()._default_manager.for_page().get(pk=link.object_id)  # type: ignore[union-attr]


def lock_subject(link: SealedLink) -> Any:
    """Return the promise a link opens, its row locked: whoever ends a request or seals another link for it waits, so that
    none is overlooked."""
    rows = link.content_type.model_class()._default_manager.for_page()  # type: ignore[union-attr]
    return rows.select_for_update(of=("self",)).get(pk=link.object_id)


def nothing_is_left(promise: Any, at: datetime) -> str:
    """Return "" while a request may be answered or its answer be read, otherwise the sentence why no link opens it any more."""
    if promise.answered_at is not None or promise.call.takes_answers(at):
        return ""
    until = in_zone(promise.call.letters_until, promise.call.time_zone)
    return f"The time to answer this request ended on {until}, and nothing was answered. Nothing more is expected of you."


def subject_of(link: SealedLink, model: type[Any]) -> Any:
    """Return the row the link opens when it is a `model`, otherwise raise LinkRefused."""
    if link.content_type.model_class() is not model:
        raise LinkRefused("unknown", link)
    return model._default_manager.for_page().get(pk=link.object_id)  # type: ignore[attr-defined]
