"""Packets made by the worker: rows claimed with a lease, slow work outside of transactions, one winner."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import pdfs, snapshot
from applications.models import Application, PacketPreview, Submission
from applications.permissions import may_screen, may_write
from applications.workflow.dropping import PREVIEW_STAYS, drop_files
from programs import mail
from programs.models import WorkState
from programs.transitions import NotPossible, record

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=30)


def ask_for_preview(application: Application, *, by: User, at: datetime) -> PacketPreview:
    """Return the preview of the draft as it is saved now, asking the worker for one when there is none.

    A worker prints the draft as it finds it, so one that still waits for a worker will do, however often the draft changes.
    """
    if not may_write(by, application):
        raise PermissionDenied
    with transaction.atomic():
        locked: Application = Application.objects.locked(application.pk)
        newest: PacketPreview | None = PacketPreview.objects.newest(locked.pk)
        now = snapshot.fingerprint(snapshot.of(locked))
        if newest and newest.sha256 == now and newest.state != WorkState.FAILED:
            return newest
        if newest and PacketPreview.objects.ask_anew(newest, sha256=now, at=at):
            return newest
        preview = PacketPreview.objects.create(application=locked, requested_at=at, due_at=at, sha256=now)
        mail.wake("applications.tasks.sweep_packets")
    return preview


def make_packet(row: Submission | PacketPreview, *, at: datetime, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Claim one due packet, make it and keep it; True when this call made it.

    After three faults, or when it was the end of three workers, it is failed.
    """
    rows: Any = type(row).objects
    if not rows.claim(row.pk, at, LEASE):
        return False
    row.refresh_from_db()
    if row.attempts > MAX_ATTEMPTS:  # every worker that took it died of it
        _put_off(row, RuntimeError("no worker finished it"), clock())
        return False
    try:
        facts = _facts(row)
        pdf = pdfs.packet(facts, draft=isinstance(row, PacketPreview))
        pages = pdfs.count_pages(pdf)
        column: Any = row._meta.get_field("packet" if isinstance(row, Submission) else "file")
        stored = default_storage.save(column.generate_filename(row, "packet.pdf"), ContentFile(pdf))
    except Exception as fault:  # whatever broke, the row says so and is tried again
        _put_off(row, fault, clock())
        return False
    made: dict[str, Any] = {
        column.name: stored,
        "state": WorkState.DONE,
        "done_at": clock(),
        "lease_until": None,
        "last_error": "",
    }
    if isinstance(row, Submission):
        made |= {"packet_sha256": hashlib.sha256(pdf).hexdigest(), "packet_pages": pages}
        made["done_at"] = max(clock(), row.received_at)
    else:
        made |= {"pages": pages, "sha256": snapshot.fingerprint(facts)}
    if not rows.filter(pk=row.pk, state=WorkState.WORKING, attempts=row.attempts).update(**made):
        default_storage.delete(stored)  # the lease ran out and another worker was faster
        return False
    if isinstance(row, PacketPreview):
        _forget_older(row, at)
    return True


def make_packet_again(submission: Submission, *, by: User, at: datetime) -> None:
    """Let the worker try a failed packet once more."""
    if not may_screen(by, submission.application):
        raise PermissionDenied
    with transaction.atomic():
        fresh = {"state": WorkState.QUEUED, "due_at": at, "attempts": 0}
        if not Submission.objects.filter(pk=submission.pk, state=WorkState.FAILED).update(**fresh):
            raise NotPossible("The packet has not failed.")
        record(submission.application, "make the packet again", at=at, by=by, office_only=True)
        mail.wake("applications.tasks.sweep_packets")


def _facts(row: Submission | PacketPreview) -> dict[str, Any]:
    """Return what the packet prints: what was frozen, or the draft as it is at this moment."""
    if isinstance(row, Submission):
        frozen: dict[str, Any] = row.snapshot
        return frozen
    return snapshot.of(Application.objects.for_page().get(pk=row.application_id))


def _put_off(row: Any, fault: Exception, at: datetime) -> None:
    state = WorkState.FAILED if row.attempts >= MAX_ATTEMPTS else WorkState.QUEUED
    said = f"{type(fault).__name__}: {fault}"[:500]
    type(row).objects.filter(pk=row.pk, state=WorkState.WORKING, attempts=row.attempts).update(
        state=state, due_at=at + PAUSE * row.attempts, lease_until=None, last_error=said
    )
    logger.warning("the packet of %s %s was not made: %s", row._meta.verbose_name, row.pk, said)


def _forget_older(preview: PacketPreview, at: datetime) -> None:
    """Delete the previews that this one replaces; their files follow."""
    older = PacketPreview.objects.filter(application=preview.application_id, pk__lt=preview.pk)
    with transaction.atomic():
        drop_files([str(row.file.name) for row in older if row.file], at=at, stays=PREVIEW_STAYS)
        older.delete()
