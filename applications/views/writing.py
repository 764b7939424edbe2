"""Doors for writing: sections with their autosave, the title, sponsor, mentor and chair, documents."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.taken import taken
from applications import checklist, workflow
from applications.forms import ChairForm, DocumentForm, MentorForm, SectionForm, SponsorForm, TitleForm
from applications.models import Application, SectionText, count_words
from applications.views.frames import LEFT, State, asks_chair, card, committed, moment, own, side, tried
from applications.workflow.table import naming_is_over, writing_is_over
from programs.models import PromiseState, Section
from programs.printing import PdfRefused
from programs.templatetags.portal import to_the_second
from programs.transitions import NotPossible

# Where a text that is newer than the submission may still be submitted, or nothing is submitted any more.
NOT_IN = (State.DRAFT, State.RETURNED, *LEFT)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Show one section to write in; on POST keep it and go where the button says."""
    mine = own(request, pk)
    part = get_object_or_404(mine.call.sections, pk=section_pk)
    if request.method != "POST":
        return _section_page(request, mine, part, SectionForm(title=part.title, initial=_written(mine, part)))
    form = SectionForm(request.POST, title=part.title)
    if form.is_valid():
        try:
            workflow.save_section(mine, part, by=request.user, at=moment(request), **form.cleaned_data)  # type: ignore[arg-type]
        except workflow.Overtaken as overtaken:
            return _both_texts(request, mine, part, form, overtaken)
        except NotPossible as refusal:
            form.add_error("text", str(refusal))
            form.error_title = "Your text is not saved"
            return _section_page(request, mine, part, form, status=409)
        return redirect(_then(request, mine, part))
    return _section_page(request, mine, part, form)


@require_POST
def autosave(request: HttpRequest, pk: int, section_pk: int) -> JsonResponse:
    """Keep a section while it is written; answers in JSON with the new version, or 409 with a sentence and the other text."""
    mine = own(request, pk)
    part = get_object_or_404(mine.call.sections, pk=section_pk)
    form = SectionForm(request.POST, title=part.title)
    if not form.is_valid():
        return JsonResponse({"sentence": "The text could not be read, so it was not saved."}, status=400)
    try:
        kept = workflow.save_section(mine, part, by=request.user, at=moment(request), **form.cleaned_data)  # type: ignore[arg-type]
    except workflow.Overtaken as overtaken:
        current = overtaken.current
        return JsonResponse({"sentence": str(overtaken), "text": current.text, "version": current.version}, status=409)
    except NotPossible as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=409)
    saved = f"Saved at {to_the_second(kept.saved_at, mine.call.time_zone)}"
    return JsonResponse({"version": kept.version, "words": kept.words, "saved_at": kept.saved_at.isoformat(), "saved": saved})


def _written(mine: Application, part: Section) -> dict[str, Any]:
    try:
        kept = mine.texts.get(section=part)
    except SectionText.DoesNotExist:
        return {"text": "", "version": 0}
    return {"text": kept.text, "version": kept.version, "saved_at": kept.saved_at}


def _section_page(
    request: HttpRequest,
    mine: Application,
    part: Section,
    form: SectionForm,
    *,
    status: int = 200,
    other: SectionText | None = None,
) -> HttpResponse:
    held = checklist.contents(mine)
    places = [row.pk for row in held.sections]
    place = places.index(part.pk)
    row, text = held.sections[place], form["text"].value() or ""
    is_unsaved = bool(other or form.errors)
    saved = f"{'Not saved; last saved' if is_unsaved else 'Saved'} at {to_the_second(row.written_at, mine.call.time_zone)}"
    facts = {
        "application": mine,
        "call": mine.call,
        "zone": mine.call.time_zone,
        "section": part,
        "form": form,
        "words": count_words(text),
        "saved": saved if row.written_at else "Not saved" if is_unsaved else "",
        "is_unsaved": is_unsaved,
        "previous": held.sections[place - 1] if place else None,
        "following": held.sections[place + 1] if place + 1 < len(places) else None,
        "other": other,
        "checklist": side(mine, held),
        "may_edit": mine.is_editable and not writing_is_over(mine, moment(request)),
        "hindrance": writing_is_over(mine, moment(request)) if mine.is_editable else "",
        "is_left_out": mine.state not in NOT_IN and bool(row.written_at and row.written_at > mine.submitted_at),
        "autosave_url": reverse("applications:autosave", args=[mine.pk, part.pk]),
    }
    return render(request, "applications/section_form.html", facts, status=status)


def _both_texts(
    request: HttpRequest, mine: Application, part: Section, form: SectionForm, overtaken: workflow.Overtaken
) -> HttpResponse:
    """Show what was typed and what was saved meanwhile; saving once more replaces the latter, knowingly."""
    typed = SectionForm(title=part.title, initial={"text": form.cleaned_data["text"], "version": overtaken.current.version})
    return _section_page(request, mine, part, typed, status=409, other=overtaken.current)


def _then(request: HttpRequest, mine: Application, part: Section) -> str:
    """Return where the pressed button leads: another section, the overview, the check, or the same page again."""
    wanted = request.POST.get("then", "")
    if wanted in ("overview", "submit"):
        return reverse(f"applications:{'application' if wanted == 'overview' else 'submit'}", args=[mine.pk])
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        part = mine.call.sections.in_bulk([int(wanted)]).get(int(wanted), part)
    return reverse("applications:section", args=[mine.pk, part.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the project its title."""
    mine, at = own(request, pk), moment(request)
    form = TitleForm(request.POST or None, initial={"title": mine.title})
    facts: dict[str, Any] = {"committed": committed(checklist.contents(mine))}
    if request.method == "POST" and form.is_valid():
        if tried(form, "title", workflow.set_title, mine, title=form.cleaned_data["title"], by=request.user, at=at):
            taken(request, "The title of your project is saved.")
            return redirect("applications:application", mine.pk)
        return _form_page(request, mine, form, "applications/title_form.html", status=409, **facts)
    return _form_page(request, mine, form, "applications/title_form.html", **facts)


@require_http_methods(["GET", "HEAD", "POST"])
def sponsor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sponsor's request, or the form that asks one."""
    mine = own(request, pk)
    form = SponsorForm(request.POST or None, applicant_email=mine.applicant.email, program_id=mine.call.program.pk)
    return _ask(request, mine, form, workflow.name_sponsor, "sponsor")


@require_http_methods(["GET", "HEAD", "POST"])
def mentor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the primary mentor's request, or the form that asks one."""
    mine = own(request, pk)
    form = MentorForm(request.POST or None, applicant_email=mine.applicant.email)
    return _ask(request, mine, form, workflow.name_mentor, "mentor")


@require_http_methods(["GET", "HEAD", "POST"])
def chair(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the request to the chair of the department, or the form that asks one; 404 where the call asks for none."""
    mine = asks_chair(own(request, pk))
    form = ChairForm(request.POST or None, applicant_email=mine.applicant.email)
    return _ask(request, mine, form, workflow.name_chair, "chair")


def _ask(request: HttpRequest, mine: Application, form: Any, verb: Any, kind: str) -> HttpResponse:
    """Show who is asked, or the form; what was typed stays when nobody was asked: in the form, or beside it when that is over."""
    posted, status = request.method == "POST", 200
    if posted and form.is_valid():
        if tried(form, None, verb, mine, by=request.user, at=moment(request), **form.cleaned_data):
            taken(request, f"We have asked {form.cleaned_data['name']} by e-mail. This page shows when they answer.")
            return redirect("applications:application", mine.pk)
        status = 409
    over = naming_is_over(mine, moment(request))
    shown = card(kind, checklist.contents(mine), None if over else mine, may_name=True)
    if status == 409 and _is_the_same(shown.promise, form):
        return redirect("applications:application", mine.pk)
    unsent = form.unsent() if posted and (over or not mine.title) else []
    may_name = bool(shown.name_url) or (posted and not over)
    facts = {"card": shown, f"is_{kind}": True, "may_name": may_name, "has_title": bool(mine.title), "unsent": unsent, "over": over}
    return _form_page(request, mine, form, "applications/promise_form.html", status=409 if unsent else status, **facts)


def _is_the_same(promise: Any, form: Any) -> bool:
    """Whether the person of the form has been asked in the very words of the form: the button was pressed twice."""
    words = ("name", "email", "note")
    stands = promise is not None and promise.state != PromiseState.DECLINED
    return stands and all(getattr(promise, name) == form.cleaned_data[name] for name in words)


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, pk: int, request_pk: int) -> HttpResponse:
    """Show one document the call asks for; on POST read and keep the PDF, or say beside the field why not."""
    mine, at = own(request, pk), moment(request)
    wanted = get_object_or_404(mine.call.document_requests, pk=request_pk)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    status = 200
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        content = upload.read(settings.DOCUMENT_MAX_BYTES + 1)
        try:
            workflow.attach(mine, wanted, name=upload.name, content=content, by=request.user, at=at)  # type: ignore[arg-type]
        except PdfRefused as refusal:
            form.add_error("file", str(refusal))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"{wanted.title} is attached.")
            return redirect("applications:application", mine.pk)
    attached = next((kept for kept in mine.documents.all() if kept.request_id == wanted.pk), None)
    facts = {"wanted": wanted, "attached": attached, "most": settings.DOCUMENT_MAX_BYTES // 1024**2}
    return _form_page(request, mine, form, "applications/document_form.html", status=status, **facts)


@require_POST
def document_remove(request: HttpRequest, pk: int, request_pk: int) -> HttpResponse:
    """Take an attached document away."""
    mine = own(request, pk)
    wanted = get_object_or_404(mine.call.document_requests, pk=request_pk)
    workflow.remove_document(mine, wanted, by=request.user, at=moment(request))  # type: ignore[arg-type]
    messages.success(request, f"{wanted.title} is removed.")
    return HttpResponseRedirect(reverse("applications:application", args=[mine.pk]))


def _form_page(
    request: HttpRequest, mine: Application, form: Any, template: str, *, status: int = 200, **facts: Any
) -> HttpResponse:
    at = moment(request)
    hindrance = writing_is_over(mine, at) if mine.is_editable else ""
    frame = {
        "application": mine,
        "call": mine.call,
        "zone": mine.call.time_zone,
        "form": form,
        "may_edit": mine.is_editable and not hindrance,
        "hindrance": hindrance,
    }
    return render(request, template, frame | facts, status=status)
