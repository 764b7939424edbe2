"""The press: HTML to tagged PDF with nothing from outside, and a safe look at PDFs from outside."""

import atexit
import functools
import io
import logging
import mimetypes
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from programs import footing

logger = logging.getLogger(__name__)
# A reserved name that can never be resolved: relative addresses join on it, and only the fetcher below knows it.
STATIC_BASE = "https://static.invalid/"
# Annotations that open something by themselves.
ACTING = {"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D", "/FileAttachment"}
READ_ONLY, MOST_FIELDS = 1, 5_000  # the first bit of a field's flags (PDF 32000-1, table 221); more fields no form has
DEEPEST = 20  # parts above a field that are looked at: a crafted file may go round in a circle
# The fonts are set up once a process and belong to no thread; a web worker has several.
_one_at_a_time = threading.Lock()


class PdfRefused(Exception):
    """The file is not a PDF the portal can use; the text says why and how to mend it."""


@dataclass(frozen=True)
class PdfFacts:
    """What is known of a PDF: its pages and its size in bytes."""

    pages: int
    size: int


def press(template: str, facts: dict[str, Any]) -> bytes:
    """Return the template as a tagged PDF (PDF/UA-1); nothing but the project's own static files can be fetched."""
    return press_html(render_to_string(template, facts))


def press_html(html: str, *, variant: str | None = "pdf/ua-1") -> bytes:
    """Return a page as a tagged PDF (without a variant, untagged); what it asks for from outside is left out and never fetched."""
    from weasyprint import HTML  # noqa: PLC0415  slow to import: only those who print pay

    with _one_at_a_time:
        document = HTML(string=html, base_url=STATIC_BASE, url_fetcher=_fetcher())
        pdf: bytes = document.write_pdf(pdf_variant=variant, font_config=_fonts(), stylesheets=[_style()])
    return pdf


def bind(own: bytes, attached: Iterable[tuple[str, bytes]], *, foot: str = "") -> bytes:
    """Return a PDF of the press with the pages of others behind it, each under its title in the outline.

    Title, language and tags of `own` stay; the whole is no PDF/UA any more, because nobody knows what others attached. With
    `foot` every page of the whole says these words and which of how many it is. What would act in an attached page is gone.
    """
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(own)) as bound:
        parts = list(attached)
        with bound.open_outline() as outline:
            for title, content in parts:
                outline.root.append(pikepdf.OutlineItem(title, len(bound.pages)))
                with pikepdf.open(io.BytesIO(content)) as part:
                    for page in part.pages:
                        _still(page.obj)
                    _add(bound, part)
        if parts:
            with bound.open_metadata(set_pikepdf_as_editor=False) as known:
                for name in [name for name in known if "pdfua" in name]:
                    del known[name]
        if foot:
            feet = render_to_string("programs/pdf/feet.html", {"feet": footing.words(foot, len(bound.pages))})
            footing.stand(bound, press_html(feet, variant=None))
        out = io.BytesIO()
        bound.save(out, deterministic_id=True)
    return out.getvalue()


def _add(bound: Any, part: Any) -> None:
    """Put the pages of `part` at the end of `bound`, with what a filled form shows in them, for nobody to fill in.

    Where its form is too broken to be carried over, the pages come without it.
    """
    before = len(bound.pages)
    try:
        is_outdated = _quiet_form(part)
        bound.add_pages_from(part)
        if is_outdated and "/AcroForm" in bound.Root:
            bound.Root.AcroForm["/NeedAppearances"] = True
    except Exception as fault:  # whatever somebody else's file provokes, the packet goes out
        logger.warning("An attached PDF is bound without its form: %s", type(fault).__name__)
        del bound.pages[before:]
        bound.add_pages_from(part, forms="strip")


def _quiet_form(part: Any) -> bool:
    """Take from a form what acts, and let nobody type in it; returns whether viewers are to draw its fields anew."""
    import pikepdf  # noqa: PLC0415

    form: Any = part.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    for name in {"/XFA", "/CO"} & set(form.keys()):  # the form a second time as a program, and the order of its sums
        del form[name]
    for field in _fields(form.get("/Fields", [])):
        _rest(field)
        if "/FT" in field or "/Ff" in field:
            field["/Ff"] = int(field.get("/Ff", 0)) | READ_ONLY
    return bool(form.get("/NeedAppearances", False))


def _fields(found: Any) -> Iterator[Any]:
    """Yield the fields of a form, each before those within it, no deeper and no more than anybody's form has."""
    import pikepdf  # noqa: PLC0415

    layer, count = list(found), 0
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for field in layer:
            count += 1
            if count > MOST_FIELDS:
                raise ValueError("too many fields")
            if isinstance(field, pikepdf.Dictionary):
                yield field
                inner += list(field.get("/Kids", []))
        layer = inner


def _still(page: Any) -> None:
    """Take from a page of somebody else's PDF whatever acts: scripts, programs to start, forms to send, files and media to open.

    What only shows something stays, as do links to a web page, to an address of e-mail or to another place of the document.
    """
    import pikepdf  # noqa: PLC0415

    _rest(page)
    if "/Annots" not in page:
        return
    found: Any = page["/Annots"] if isinstance(page["/Annots"], pikepdf.Array) else []
    marks = [mark for mark in found if isinstance(mark, pikepdf.Dictionary) and str(mark.get("/Subtype")) not in ACTING]
    for mark in marks:
        holder: Any = mark
        above = 0
        while isinstance(holder, pikepdf.Dictionary) and above < DEEPEST:  # a field of a form has scripts where its parts meet, too
            _rest(holder)
            holder, above = holder.get("/Parent"), above + 1
    page["/Annots"] = pikepdf.Array(marks)


def _rest(holder: Any) -> None:
    """Take the actions from a page, an annotation or a field."""
    if "/AA" in holder:
        del holder["/AA"]
    if "/A" in holder and not _only_leads(holder["/A"]):
        del holder["/A"]


def _only_leads(action: Any) -> bool:
    """Whether an action of a link does nothing but open a web page, begin an e-mail or go to a place of the document."""
    import pikepdf  # noqa: PLC0415

    if not isinstance(action, pikepdf.Dictionary):
        return False
    kind = str(action.get("/S"))
    leads = kind == "/URI" and str(action.get("/URI", "")).lower().startswith(("http://", "https://", "mailto:"))
    return (leads or kind == "/GoTo") and "/Next" not in action


def inspect_pdf(content: bytes) -> PdfFacts:
    """Return the facts of a PDF from outside; raises PdfRefused with a sentence for the person.

    The file is read by a child that may use 5 s and 512 MB, so that a crafted file cannot hold a web worker.
    """
    if not content:
        raise PdfRefused("The file is empty. Please choose the PDF again.")
    if not content.startswith(b"%PDF-"):
        raise PdfRefused("This is not a PDF. Please save or print the document as PDF and choose that file.")
    try:
        child = subprocess.run(  # noqa: S603, PLW1510  the exit code is read below
            [sys.executable, "-I", str(Path(__file__).with_name("pdf_child.py"))], input=content, capture_output=True, timeout=8
        )
    except subprocess.TimeoutExpired:
        raise PdfRefused("The PDF takes too long to read. Please print it to a new PDF and choose that file.") from None
    verdict = child.stdout.decode().strip()
    if verdict == "encrypted":
        raise PdfRefused("The PDF is protected by a password. Please save a copy without protection.")
    if verdict == "incomplete":
        raise PdfRefused("This file is damaged or incomplete. Please save the PDF again and attach the new file.")
    if child.returncode or not verdict.isdigit():
        raise PdfRefused("The PDF is damaged and cannot be read. Please print it to a new PDF and choose that file.")
    if verdict == "0":
        raise PdfRefused("The PDF has no pages.")
    return PdfFacts(pages=int(verdict), size=len(content))


@functools.cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticOnly(URLFetcher):  # type: ignore[misc]
        """Fetches the project's static files and refuses everything else; the press prints on without what was refused."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if not url.startswith(STATIC_BASE):
                raise ValueError(f"The press does not fetch {url.split(':', 1)[0]} addresses.")
            name = url.removeprefix(STATIC_BASE).split("?", 1)[0].split("#", 1)[0]
            path = _static_path(name)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": mimetypes.guess_type(name)[0] or "font/woff"})

    return StaticOnly(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=False)


def _static_path(name: str) -> Path:
    """Return the file of a static name, whether collected or still in its source folder; never one outside of them."""
    if name.startswith(("/", "\\")) or ".." in Path(name).parts:
        raise ValueError(f"There is no static file {name}.")
    collected = (Path(settings.STATIC_ROOT) / name).resolve()
    if collected.is_file() and collected.is_relative_to(Path(settings.STATIC_ROOT).resolve()):
        return collected
    found = finders.find(name)
    if not found:
        raise ValueError(f"There is no static file {name}.")
    return Path(found)


@functools.cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    atexit.register(_put_away)
    return FontConfiguration()


def _put_away() -> None:
    """Let go of the fonts while the interpreter still stands: they remove their files themselves."""
    _style.cache_clear()
    _fonts.cache_clear()


@functools.cache
def _style() -> Any:
    """Return the printed look, parsed once a process."""
    from weasyprint import CSS  # noqa: PLC0415

    return CSS(url=STATIC_BASE + "css/print-pdf.css", url_fetcher=_fetcher(), font_config=_fonts())
