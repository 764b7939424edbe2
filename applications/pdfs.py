"""The packet: cover, sections and attached documents of one application as one PDF."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage

from programs import footing, printing
from programs.models import PromiseState


class DocumentMissing(Exception):
    """An attached file is gone or is not what was attached; a packet without it would be false."""


def packet(snapshot: dict[str, Any], *, draft: bool = False) -> bytes:
    """Return the whole packet of a snapshot: what stands in it, then every attached PDF as it was attached.

    Raises DocumentMissing when a stored file does not have the SHA-256 of the snapshot.
    """
    written = printing.press("applications/pdf/packet.html", _facts(snapshot, draft))
    number = "draft, not submitted" if draft else snapshot.get("tracking_number", "")
    foot = footing.label(snapshot["applicant"]["styled_name"], number)
    return printing.bind(written, _attached(snapshot), foot=foot)


def count_pages(pdf: bytes) -> int:
    """Return how many pages a packet has."""
    import pikepdf  # noqa: PLC0415  only workers pay

    with pikepdf.open(io.BytesIO(pdf)) as made:
        return len(made.pages)


def _facts(snapshot: dict[str, Any], draft: bool) -> dict[str, Any]:
    call = snapshot.get("call") or {}
    return {
        "packet": snapshot,
        "draft": draft,
        "portal_name": call.get("program", ""),
        "zone": call.get("time_zone", "UTC"),
        "received_at": _moment(snapshot.get("received_at")),
        "closes_at": _moment(call.get("closes_at")),
        "sponsor": _lines(snapshot.get("sponsor"), "health_system", draft=draft),
        "mentor": _lines(snapshot.get("mentor"), "institution", draft=draft),
        "chair": _lines(snapshot["chair"], "department", draft=draft) if "chair" in snapshot else [],
    }


def _lines(promise: dict[str, Any] | None, place: str, *, draft: bool) -> list[str]:
    """Return who promised, in which position and place, and whether they had answered by then; a place stands once."""
    if promise is None:
        return ["Not named yet"]
    who = ", ".join(part for part in (promise["name"], promise["title"]) if part)
    where = promise[place] if promise[place] not in who else ""
    word = promise["state_word"]
    if promise["state"] == PromiseState.ASKED:
        word = "Not answered yet" if draft else "Not answered yet when this was submitted"
    return [line for line in (who, where, word) if line]


def _attached(snapshot: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    for document in snapshot.get("documents", []):
        try:
            with default_storage.open(document["file"]) as stored:
                content = stored.read()
        except FileNotFoundError:
            raise DocumentMissing(f"{document['title']}: the file is gone.") from None
        if hashlib.sha256(content).hexdigest() != document["sha256"]:
            raise DocumentMissing(f"{document['title']}: the file is not the one that was attached.")
        yield document["title"], content


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
