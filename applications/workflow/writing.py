"""What an applicant does before submitting: start, write, attach."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from applications.models import Application, Document, SectionText, count_words
from applications.permissions import may_start, may_write
from applications.workflow.dropping import drop_files
from applications.workflow.replacing import retitle_requests
from applications.workflow.table import writing_is_over
from programs import mail
from programs.models import Call, DocumentRequest, Section
from programs.printing import PdfRefused, inspect_pdf
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible, record

KEPT_UP_TO_LIMITS = 10  # a draft may be over its limit, but a pasted book is a mistake
KEPT_UP_TO_WORDS = 100_000


class Overtaken(Exception):
    """The section was saved elsewhere since this page was opened; `current` is the text as it is now."""

    def __init__(self, current: SectionText) -> None:
        super().__init__("This section was changed in another window since you opened it.")
        self.current = current


def start(call: Call, *, by: User, at: datetime) -> Application:
    """Return the person's application to this call, a new draft when there is none; only while the call is open."""
    mine = Application.objects.own(by).of_call(call.pk)
    if (existing := mine.first()) is not None:
        return existing  # type: ignore[no-any-return]
    if not may_start(by, call):
        raise PermissionDenied
    if not call.is_open(at):
        verb, moment = ("opens", call.opens_at) if at < call.opens_at else ("closed", call.closes_at)
        raise NotPossible(f"{call.title} takes no applications now: it {verb} on {in_zone(moment, call.time_zone)}.")
    try:
        with transaction.atomic():
            application = Application.objects.create(call=call, applicant=by, started_at=at, saved_at=at)
            record(application, "start", at=at, by=by, to_state=application.state)
    except IntegrityError:  # the button was pressed twice
        return mine.get()  # type: ignore[no-any-return]
    return application


def set_title(application: Application, *, title: str, by: User, at: datetime) -> None:
    """Keep the project's title (at most 200 characters, one line). Requests that nobody has answered are about the new one;
    what was promised stays as it was promised. A change after submitting stands in the history."""
    title = mail.one_line(title)[:200]
    with transaction.atomic():
        locked = _writable(application, by, at)
        if title != locked.title:
            retitle_requests(locked, title)
            if locked.state != Application.State.DRAFT:
                record(locked, "change the title", at=at, by=by, why=f"“{locked.title}”, now “{title}”")
        note_saved(locked, at, title=title)


def save_section(application: Application, section: Section, *, text: str, version: int, by: User, at: datetime) -> SectionText:
    """Keep the text of one section; `version` is the one the page was opened with, 0 when nothing was written yet.

    A text over its limit is kept (submit refuses it), up to ten times the limit or 100,000 words. Raises Overtaken when
    another window saved something else meanwhile, NotPossible after the deadline or once the application is submitted.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    words = count_words(text)
    with transaction.atomic():
        locked = _writable(application, by, at)
        if words > section.word_limit * KEPT_UP_TO_LIMITS or words >= KEPT_UP_TO_WORDS:
            raise NotPossible(
                f"This text has {words:,} words; {section.title} takes {section.word_limit:,}. "
                "It is too long to keep, so it was not saved. Please shorten it and save again."
            )
        mine = SectionText.objects.filter(application=locked, section=section)
        fresh = {"text": text, "words": words, "saved_at": at}
        if not mine.filter(version=version).update(version=F("version") + 1, **fresh):
            current = mine.first()
            if current is None:
                current = SectionText.objects.create(application=locked, section=section, **fresh)
            elif current.text != text:
                raise Overtaken(current)
        note_saved(locked, at)
        return mine.get()


def attach(application: Application, request: DocumentRequest, *, name: str, content: bytes, by: User, at: datetime) -> Document:
    """Keep a PDF for one of the documents the call asks for, in place of an earlier one; raises PdfRefused with a sentence."""
    _check_writable(application, by, at)
    if len(content) > settings.DOCUMENT_MAX_BYTES:
        raise PdfRefused(f"The file is larger than {settings.DOCUMENT_MAX_BYTES // 1024**2} MB. Please choose a smaller one.")
    facts = inspect_pdf(content)
    if facts.pages > request.page_limit:
        raise PdfRefused(f"The PDF has {facts.pages} pages; {request.title} takes at most {request.page_limit}. Please shorten it.")
    fresh = Document(
        application=application, request=request, name=_plain_name(name), pages=facts.pages, size=facts.size,
        sha256=hashlib.sha256(content).hexdigest(), attached_at=at,
    )  # fmt: skip
    fresh.file.save("document.pdf", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            locked = _writable(application, by, at)
            _drop(locked, request, at)
            fresh.save()
            length = "1 page" if facts.pages == 1 else f"{facts.pages} pages"
            record(locked, "attach", at=at, by=by, why=f"{request.title}: {fresh.name}, {length}")
            note_saved(locked, at)
    except BaseException:
        default_storage.delete(str(fresh.file.name))
        raise
    return fresh


def remove_document(application: Application, request: DocumentRequest, *, by: User, at: datetime) -> None:
    """Take an attached document away."""
    with transaction.atomic():
        locked = _writable(application, by, at)
        if _drop(locked, request, at):
            record(locked, "remove", at=at, by=by, why=request.title)
            note_saved(locked, at)


def _check_writable(application: Application, by: User, at: datetime) -> None:
    if not may_write(by, application):
        raise PermissionDenied
    if application.state == Application.State.SUBMITTED:
        raise NotPossible("The application is submitted and cannot be changed. The office can return it to you for changes.")
    if not application.is_editable:
        raise NotPossible(f"The application is {application.get_state_display().lower()} and cannot be changed any more.")
    if hindrance := writing_is_over(application, at):
        raise NotPossible(hindrance)


def _writable(application: Application, by: User, at: datetime) -> Application:
    """Return the application with its row locked when it may be written now, first the lock, then the checks."""
    locked: Application = Application.objects.locked_again(application)
    _check_writable(locked, by, at)
    return locked


def note_saved(application: Application, at: datetime, **facts: Any) -> None:
    """Keep when the applicant last did something, and what else changed with it."""
    Application.objects.filter(pk=application.pk).update(saved_at=at, **facts)


def _drop(application: Application, request: DocumentRequest, at: datetime) -> bool:
    """Delete the document of a request; its file stays for a while, and for ever when an earlier submission is made of it."""
    old = Document.objects.filter(application=application, request=request).first()
    if old is None:
        return False
    old.delete()
    if not application.submissions.exists():
        drop_files([str(old.file.name)], at=at)
    return True


def _plain_name(name: str) -> str:
    """Return a file name without folders and without signs that no file name shows, at most 160 characters long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[-160:] or "document.pdf"
