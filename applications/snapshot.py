"""What was submitted, frozen: the application as plain facts, in one canonical form that has one SHA-256."""

import hashlib
import json
from datetime import datetime
from typing import Any

from applications.checklist import Contents, contents
from applications.models import Application, Submission
from applications.queries import Standing

FORMAT = 1


def of(
    application: Application,
    held: Contents | None = None,
    *,
    number: int | None = None,
    received_at: datetime | None = None,
) -> dict[str, Any]:
    """Return title, applicant, call, sections with their words, documents with their SHA-256 and the promises' state.

    Of a chair it speaks only where the call asks for one. `held` saves reading what was read already, if it was read whole.
    """
    held = held or contents(application, whole=True)
    return {
        "format": FORMAT,
        "tracking_number": application.tracking_number or "",
        "number": number,
        "received_at": _moment(received_at),
        "title": application.title,
        "applicant": _applicant(application.applicant),
        "call": _call(application),
        "sections": _sections(held),
        "documents": _documents(held),
        "sponsor": _promise(held.sponsor, "health_system"),
        "mentor": _promise(held.mentor, "institution"),
        **({"chair": _promise(held.chair, "department")} if application.call.asks_chair else {}),
    }


def latest(application: Application) -> dict[str, Any]:
    """Return what readers are given: the last submission as it was frozen, or the draft as it is now."""
    submission: Submission | None = Submission.objects.latest_of(application.pk)
    return submission.snapshot if submission else of(application)


def fingerprint(snapshot: dict[str, Any]) -> str:
    """Return the SHA-256 (hexadecimal) of the snapshot as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _applicant(person: Any) -> dict[str, str]:
    names = ("name", "credentials", "email", "title", "institution", "division", "orcid")
    return {name: getattr(person, name) for name in names} | {"styled_name": person.styled_name, "place": person.place}


def _call(application: Application) -> dict[str, Any]:
    call = application.call
    return {
        "title": call.title,
        "cohort": call.cohort.name,
        "program": call.program.name,
        "closes_at": _moment(call.closes_at),
        "time_zone": call.time_zone,
    }


def _sections(held: Contents) -> list[dict[str, Any]]:
    return [
        {"title": part.title, "text": part.text or "", "words": part.words or 0, "word_limit": part.word_limit}
        for part in held.sections
    ]


def _documents(held: Contents) -> list[dict[str, Any]]:
    return [
        {
            "id": part.document_id, "title": part.title, "name": part.file_name, "pages": part.pages,
            "page_limit": part.page_limit, "size": part.size, "sha256": part.sha256, "file": part.stored,
        }
        for part in held.documents
        if part.document_id is not None
    ]  # fmt: skip


def _promise(promise: Standing | None, place: str) -> dict[str, Any] | None:
    """Return the promise as plain facts; `place` is what its place is called in the snapshot."""
    if promise is None:
        return None
    names = ("name", "email", "title", "state", "state_word")
    stamps = {name: _moment(getattr(promise, name)) for name in ("asked_at", "answered_at")}
    return {name: getattr(promise, name) for name in names} | {place: promise.place} | stamps


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
