"""Doors to one review: read the packet and write beside it; after submitting, read what the others wrote."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import Document, Submission
from programs.transitions import ClosedToYou, NotPossible
from reviews import workflow
from reviews.forms import ReviewForm, initial_of
from reviews.models import Assignment, Review
from reviews.queries import IN_REVIEW
from reviews.views.shown import Over, own_or_closed, packet_of, saved, scale, shown


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the packet beside the form; after submitting, the own review and those of the others; at the end, why it is over."""
    try:
        return _open(request, _own(request, pk))
    except Over as over:
        return _is_over(request, over)


def _open(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    pk = assignment.pk
    if assignment.state == Assignment.State.ASSIGNED:
        return redirect("reviews:declare", pk=pk)
    if assignment.is_in:
        if request.method == "POST":
            messages.info(request, "Your review is in already; it cannot be changed any more.")
            if lost := _not_taken(request, assignment):
                return render(request, "reviews/review_detail.html", {**_reading(assignment), "unsent": lost}, status=409)
            return redirect("reviews:review", pk=pk)
        return render(request, "reviews/review_detail.html", _reading(assignment))
    _while_in_review(request, assignment)
    if request.method == "POST":
        return _written(request, assignment)
    criteria = assignment.application.call.criteria.all()
    form = ReviewForm(initial=initial_of(assignment.written), criteria=criteria)
    return render(request, "reviews/review_form.html", _writing(assignment, form))


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft while its writer types; answers JSON with the time, the new version and what is wrong."""
    try:
        assignment = _own(request, pk)
    except ClosedToYou as closed:
        return JsonResponse({"reason": str(closed)}, status=409 if isinstance(closed, Over) else 403)
    if assignment.state == Assignment.State.ASSIGNED:
        return JsonResponse({"reason": "Please declare first whether you have a conflict of interest."}, status=409)
    form = ReviewForm(request.POST, criteria=assignment.application.call.criteria.all())
    try:
        kept = _keep(request, assignment, form)
    except workflow.Overtaken as overtaken:
        return JsonResponse({"reason": f"{overtaken} Press “Save draft” to see both versions."}, status=409)
    except NotPossible as refusal:
        return JsonResponse({"reason": str(refusal)}, status=409)
    errors = {form[name].id_for_label: list(texts) for name, texts in form.errors.items()}
    return JsonResponse({"saved": saved(assignment, kept), "version": kept.version, "errors": errors})


@require_safe
def packet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the packet of the application as PDF, once the reviewer has declared no conflict."""
    assignment = _own(request, pk)
    if assignment.state == Assignment.State.ASSIGNED:
        return redirect("reviews:declare", pk=pk)
    _while_in_review(request, assignment)
    submission = Submission.objects.latest_of(assignment.application_id)
    if submission is None or not submission.packet:
        messages.info(request, "The PDF is still being made. The whole application is on this page meanwhile.")
        return redirect("reviews:review", pk=pk)
    name = f"{assignment.application.tracking_number}.pdf"
    return FileResponse(submission.packet.open("rb"), content_type="application/pdf", filename=name)


@require_safe
def document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """Hand out one PDF that the applicant attached, only ever as a download: its content is a stranger's."""
    assignment = _own(request, pk)
    if assignment.state == Assignment.State.ASSIGNED:
        return redirect("reviews:declare", pk=pk)
    _while_in_review(request, assignment)
    attached = get_object_or_404(Document, pk=document_pk, application_id=assignment.application_id)
    return FileResponse(attached.file.open("rb"), content_type="application/pdf", as_attachment=True, filename=attached.name)


def _own(request: HttpRequest, pk: int) -> Assignment:
    """Return the person's own assignment that is open to them."""
    return own_or_closed(request, Assignment.objects.own_one(request.user, pk), pk)


def _is_over(request: HttpRequest, over: Over) -> HttpResponse:
    """Say why nothing is asked any more, with what the person had saved and what was just sent; the application stays closed."""
    assignment, posted = over.assignment, request.method == "POST"
    own = Review.objects.of_assignment(assignment.pk).first()
    context = {
        "assignment": assignment, "application": assignment.application, "call": assignment.application.call,
        "reason": str(over), "own": shown(own) if own else None, "unsent": _not_taken(request, assignment) if posted else [],
    }  # fmt: skip
    return render(request, "reviews/review_over.html", context, status=409 if posted else 410)


def _while_in_review(request: HttpRequest, assignment: Assignment) -> None:
    if closed := workflow.in_review(assignment, request.received_at):  # type: ignore[attr-defined]
        raise NotPossible(closed)


def _written(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Save or submit what was posted; every refusal shows the form again with all that was typed."""
    submitting = request.POST.get("act") == "submit"
    form = ReviewForm(request.POST, criteria=assignment.application.call.criteria.all(), submitting=submitting)
    at = request.received_at  # type: ignore[attr-defined]
    try:
        if submitting and form.is_valid():
            workflow.submit(assignment, **form.facts(), by=request.user, at=at)
            messages.success(request, "Your review is in. Thank you.")
            return redirect("reviews:review", pk=assignment.pk)
        kept = _keep(request, assignment, form)
    except workflow.Overtaken:
        return _both_versions(request, assignment, form)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return render(request, "reviews/review_form.html", _writing(assignment, form), status=409)
    if not form.errors:
        messages.success(request, f"Your draft is saved ({saved(assignment, kept)}).")
        return redirect("reviews:review", pk=assignment.pk)
    form.data = {**form.data.dict(), "version": kept.version}  # type: ignore[assignment, attr-defined]
    return render(request, "reviews/review_form.html", _writing(assignment, form))


def _not_taken(request: HttpRequest, assignment: Assignment) -> list[tuple[str, str]]:
    """Return label and words of every text posted that differs from the review as it is kept: it was not taken."""
    form = ReviewForm(request.POST, criteria=assignment.application.call.criteria.all())
    kept = initial_of(assignment.written)
    typed = [(field, str(field.value() or "").replace("\r\n", "\n").strip()) for field in form.text_fields()]
    return [(str(field.label), words) for field, words in typed if words and words != kept.get(field.name, "").strip()]


def _keep(request: HttpRequest, assignment: Assignment, form: ReviewForm) -> Review:
    """Save what was understood of the form; a field that was not keeps its stored value, so that nothing is lost."""
    stored = {} if form.is_valid() else initial_of(assignment.written)
    texts = {name: stored.get(name, "") for name in ("strengths", "weaknesses", "summary")}
    facts = {"overall_impact": stored.get("overall_impact"), **texts, "version": 0, **form.facts()}
    at = request.received_at  # type: ignore[attr-defined]
    return workflow.save_draft(assignment, **facts, by=request.user, at=at)


def _both_versions(request: HttpRequest, assignment: Assignment, form: ReviewForm) -> HttpResponse:
    """Show what was typed here beside what was saved elsewhere; saving again is then a choice with open eyes."""
    current: Review = Review.objects.of_assignment(assignment.pk).get()
    form.data = {**form.data.dict(), "version": current.version}  # type: ignore[assignment, attr-defined]
    context = {**_writing(assignment, form), "elsewhere": shown(current), "elsewhere_saved": saved(assignment, current)}
    return render(request, "reviews/review_form.html", context, status=409)


def _writing(assignment: Assignment, form: ReviewForm) -> dict[str, Any]:
    when = saved(assignment, assignment.written) if assignment.written else ""
    return {
        **packet_of(assignment),
        "form": form,
        "rows": form.score_rows(),
        "overall": form.overall_row(),
        "texts": form.text_fields(),
        "scale": scale(),
        "saved": when,
        "autosave_url": reverse("reviews:autosave", args=[assignment.pk]),
    }


def _reading(assignment: Assignment) -> dict[str, Any]:
    found = list(Review.objects.of_application(assignment.application_id))
    others = [shown(one) for one in found if one.assignment_id != assignment.pk]
    own = [shown(one) for one in found if one.assignment_id == assignment.pk]
    readable = assignment.application.state in IN_REVIEW
    return {**packet_of(assignment), "own": own[0], "others": others, "readable": readable}
