"""Doors for files: every one is asked for by a person who may read it, and none has an address of its own."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from applications import snapshot, workflow
from applications.models import Application, PacketPreview, Submission
from applications.permissions import may_read_packet, may_write
from applications.views.frames import moment, own, visible
from programs.models import WorkState

# A PDF from outside may hold scripts; nothing in it may run, load or send in the portal's name.
SEALED_OFF = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_http_methods(["GET", "HEAD"])
def document_file(request: HttpRequest, pk: int, document_pk: int) -> FileResponse:
    """Give an attached PDF as it was attached, only ever as a download: its content is somebody's own."""
    shown = _readable(request, pk)
    kept = get_object_or_404(shown.documents.all(), pk=document_pk)
    # What was attached since the application came back is the applicant's own until it is submitted again.
    if not may_write(request.user, shown) and (shown.submitted_at is None or kept.attached_at > shown.submitted_at):
        raise Http404
    return pdf(kept.file, kept.name, sealed_off=True)


@require_http_methods(["GET", "HEAD"])
def packet(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Give the packet as PDF when it is made, otherwise the page that says how far it is."""
    shown = _readable(request, pk)
    row = _asked_for(request, shown)
    progress = progress_of(shown, row)
    if row is not None and progress["is_ready"]:
        made = row.packet if isinstance(row, Submission) else row.file
        return pdf(made, _packet_name(shown))
    return render(request, "applications/packet.html", {"application": shown, "call": shown.call, **progress})


@require_http_methods(["GET", "HEAD"])
def packet_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the progress line alone; htmx asks for it until the packet is made."""
    shown = _readable(request, pk)
    return render(request, "applications/_packet_progress.html", progress_of(shown, _asked_for(request, shown)))


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the worker for the packet of the draft as it is now."""
    mine = own(request, pk)
    workflow.ask_for_preview(mine, by=request.user, at=moment(request))  # type: ignore[arg-type]
    return redirect("applications:packet", mine.pk)


@require_http_methods(["GET", "HEAD"])
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the application as a page to read: what was submitted, or the draft to its applicant."""
    shown = _readable(request, pk)
    is_draft = may_write(request.user, shown) and shown.is_editable
    facts = {"application": shown, "call": shown.call, "packet": snapshot.of(shown) if is_draft else snapshot.latest(shown)}
    return render(request, "applications/reading.html", facts)


def progress_of(shown: Application, row: Submission | PacketPreview | None) -> dict[str, Any]:
    """Return what the progress line says of a packet: made, under way, failed, or never asked for."""
    address = reverse("applications:packet", args=[shown.pk])
    polled = reverse("applications:packet_progress", args=[shown.pk])
    number = f"?submission={row.number}" if isinstance(row, Submission) else ""
    stale = isinstance(row, PacketPreview) and row.sha256 != snapshot.fingerprint(snapshot.of(shown))
    is_ready = row is not None and row.state == WorkState.DONE and not stale
    failed = row is not None and row.state == WorkState.FAILED
    return {
        "row": row,
        "is_ready": is_ready,
        "is_stale": stale,
        "is_failed": failed and not stale,
        "is_waiting": row is not None and not is_ready and not failed and not stale,
        "is_preview": not isinstance(row, Submission),
        "pages": getattr(row, "packet_pages", None) or getattr(row, "pages", None),
        "packet_url": address + number,
        "poll_url": polled + number,
        "preview_url": reverse("applications:preview", args=[shown.pk]),
        "submission_number": getattr(row, "number", None),
    }


def pdf(stored: Any, name: str, *, sealed_off: bool = False) -> FileResponse:
    """Return a stored PDF under its own name: to look at, or, when it came from outside, to keep, sealed off from the portal."""
    if not stored:
        raise Http404
    try:
        opened = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=sealed_off, filename=name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    if sealed_off:
        response["Content-Security-Policy"] = SEALED_OFF
    return response


def _readable(request: HttpRequest, pk: int) -> Application:
    """Return the application when its packet may be read; a draft does not exist for the office's eyes."""
    shown = visible(request, pk)
    if not may_read_packet(request.user, shown):
        raise Http404
    return shown


def _asked_for(request: HttpRequest, shown: Application) -> Submission | PacketPreview | None:
    """Return the row whose packet is meant: a numbered submission, the draft's preview, or the last submission."""
    submissions = Submission.objects.of_application(shown.pk).for_page()
    number = request.GET.get("submission", "")
    if number:
        if not (number.isascii() and number.isdigit() and len(number) < 5):
            raise Http404
        return get_object_or_404(submissions, number=int(number))
    if may_write(request.user, shown) and shown.is_editable:
        found: PacketPreview | None = PacketPreview.objects.newest(shown.pk)
        return found
    return submissions.first()


def _packet_name(shown: Application) -> str:
    return f"{shown.tracking_number or 'draft'} {shown.applicant.name}.pdf"
