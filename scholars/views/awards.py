"""How an awardee answers an offer, and how the office follows offers, answers and letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.taken import taken
from programs.appointments import years
from programs.models import Call, Role, WorkState
from programs.permissions import OFFICE, may_run
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible, open_to
from scholars import workflow
from scholars.forms import AnswerForm, DeclineForm
from scholars.letters import SHOWN, fingerprint
from scholars.models import Award, AwardLetter, Decision, Scholar
from scholars.permissions import may_answer, may_build_letter, may_decide, may_judge
from scholars.views.decisions import call_of
from scholars.workflow.awards import TABLE

PAGE = 50
TONES = {"offered": "due", "accepted": "ok", "declined": "neutral", "lapsed": "neutral"}
LETTER_WORDS = {
    WorkState.QUEUED: ("Waiting", "due"),
    WorkState.WORKING: ("Being built", "due"),
    WorkState.DONE: ("Built", "ok"),
    WorkState.FAILED: ("Failed", "bad"),
}


@dataclass(frozen=True)
class Row:
    """One award of the office's list: its words, and what can be done."""

    award: Award
    letter: AwardLetter | None
    tone: str
    letter_word: str
    letter_tone: str
    letter_is_built: bool
    letter_is_due: bool
    letter_fault: str
    may_build_again: bool
    is_open: bool


@require_http_methods(["GET", "POST"])
def award(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the offer to its awardee, who answers here, or the award to the office."""
    found = _award(request, pk)
    own = may_answer(request.user, found)
    if request.method == "POST" and not own:
        raise PermissionDenied
    if not own:
        return render(request, "scholars/award_detail.html", _office_facts(request, found))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _answered(request, found, form)
    return _offer_page(request, found, form)


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what declining means, and decline on POST."""
    found = _award(request, pk)
    if not may_answer(request.user, found):
        raise PermissionDenied
    at = request.received_at  # type: ignore[attr-defined]
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        workflow.decline(found, reason=form.cleaned_data["reason"], by=request.user, at=at)  # type: ignore[arg-type]
        taken(request, "You have declined the award. Thank you for letting us know.")
        return redirect("scholars:award", found.pk)
    if not open_to(TABLE, request.user, found, at):
        messages.error(request, "This offer cannot be declined any more. Below you see how it stands.")
        return redirect("scholars:award", found.pk)
    return render(request, "scholars/award_decline.html", {**_facts(request, found), "form": form})


@require_safe
def award_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far one award's letter is, for a page that asks again; the awardee's is loaded anew for its form."""
    found = _award(request, pk)
    facts = _letter_facts(found)
    answer = render(request, "scholars/_letter_progress.html", facts)
    if may_answer(request.user, found) and not facts["is_being_built"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def build_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a new version of an award's letter built."""
    found = _award(request, pk)
    at = request.received_at  # type: ignore[attr-defined]
    try:
        letter = workflow.build_again(found, by=request.user, at=at)  # type: ignore[arg-type]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Version {letter.version} of the letter for {found.awardee.name} is being built.")
    return redirect("scholars:award", found.pk)


@require_POST
def give_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an offer stand as long as if it were made now."""
    found = _award(request, pk)
    at = request.received_at  # type: ignore[attr-defined]
    try:
        until = workflow.give_time(found, by=request.user, at=at)  # type: ignore[arg-type]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        stands = f"The offer to {found.awardee.name} stands until {in_zone(until, found.application.call.time_zone)}."
        messages.success(request, f"{stands} A new letter that says so is being built.")
    return redirect("scholars:award", found.pk)


@require_safe
def awards(request: HttpRequest, call_pk: int) -> HttpResponse:
    """List the awards of a call: who was offered one, who answered, how far the letters are."""
    call = call_of(request, call_pk, *OFFICE, Role.FINANCE)
    return render(request, "scholars/award_list.html", _list_facts(request, call))


@require_safe
def awards_progress(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show the same list alone, for a page that asks again while letters are being built."""
    call = call_of(request, call_pk, *OFFICE, Role.FINANCE)
    return render(request, "scholars/_award_table.html", _list_facts(request, call))


def _award(request: HttpRequest, pk: int) -> Award:
    found: Award = get_object_or_404(Award.objects.visible_to(request.user).for_page(), pk=pk)
    return found


def _answered(request: HttpRequest, found: Award, form: AnswerForm) -> HttpResponse:
    """Accept, or lead to the page that says what declining means."""
    if form.cleaned_data["answer"] == AnswerForm.DECLINE:
        return redirect("scholars:decline", found.pk)
    signed = {name: form.cleaned_data[name] for name in ("letter", "signed_name")}
    at = request.received_at  # type: ignore[attr-defined]
    try:
        workflow.accept(found, **signed, by=request.user, at=at)  # type: ignore[arg-type]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return _offer_page(request, found, form, status=409)
    messages.success(request, f"You have accepted the award. Welcome to {found.cohort.name}.")
    return redirect("scholars:award", found.pk)


def _offer_page(request: HttpRequest, found: Award, form: AnswerForm, status: int = 200) -> HttpResponse:
    """Show the offer; what the form signs is the letter that this page shows, and without one there is no form."""
    facts = _facts(request, found)
    signed = workflow.to_be_signed(found) if facts["is_open"] else None
    if status == 409:  # what is posted next is about the letter that is shown now; otherwise it is still about the one shown then
        again = request.POST.copy()
        again["letter"] = str(signed.pk) if signed else ""
        form.data = again
    form.initial["letter"] = signed.pk if signed else None
    return render(request, "scholars/award_offer.html", {**facts, "form": form, "may_sign": signed is not None}, status=status)


def _letter_facts(found: Award) -> dict[str, Any]:
    """Return the newest letter that is built, and whether one is still on its way."""
    letters = list(AwardLetter.objects.of_award(found.pk))
    last = letters[0] if letters else None
    # What was signed stands here, whatever was built since.
    signed = next((letter for letter in letters if letter.pk == found.letter_id), None)
    built = signed or next((letter for letter in letters if letter.state == WorkState.DONE), None)
    return {
        "award": found,
        "letter": built,
        "text_fingerprint": fingerprint(built.text) if built else "",
        "letters": letters,
        "text_fingerprint_shown": fingerprint(built.text)[:SHOWN] if built else "",
        "is_being_built": bool(last and last.is_on_its_way),
        "letter_failed": bool(last and last.state == WorkState.FAILED),
    }


def _facts(request: HttpRequest, found: Award) -> dict[str, Any]:
    """Return what every page of one award prints."""
    at = request.received_at  # type: ignore[attr-defined]
    found_years = years(found.starts_on, found.ends_on, salary=found.salary_per_year, research=found.research_per_year)
    return {
        **_letter_facts(found),
        "call": found.application.call,
        "zone": found.application.call.time_zone,
        "years": found_years,
        "tone": TONES[found.state],
        "is_open": bool(open_to(TABLE, request.user, found, at)),
        "stands": found.state == Award.State.OFFERED and at < found.accept_by,
        "is_accepted": found.state == Award.State.ACCEPTED,
        "is_declined": found.state == Award.State.DECLINED,
        "scholar": Scholar.objects.of_award(found.pk).first(),
    }


def _office_facts(request: HttpRequest, found: Award) -> dict[str, Any]:
    last = AwardLetter.objects.of_award(found.pk).first()
    return {
        **_facts(request, found),
        "may_build_again": _may_build_again(request, found, last),
        "longer_until": _longer_until(request, found, last),
        "may_open_application": may_run(request.user, found.cohort.program),
        "last_letter": last,
    }


def _list_facts(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Return the page of awards with their letters, the room that is left and the alternates who wait."""
    at = request.received_at  # type: ignore[attr-defined]
    page = Paginator(Award.objects.of_call(call.pk), PAGE).get_page(request.GET.get("page"))
    rows = [_row(request, found, at) for found in page]
    waiting = list(Decision.objects.of_call(call.pk).waiting())
    room = workflow.room(call.cohort)
    directs = may_decide(request.user, call)
    return {
        "call": call,
        "zone": call.time_zone,
        "page_obj": page,
        "rows": rows,
        "letters_done": sum(row.letter_is_built for row in rows),
        "is_being_built": any(row.letter_is_due for row in rows),
        "letters_total": len(rows),
        "waiting": waiting,
        "waiting_count": len(waiting),
        "room": room,
        "may_end_waiting": directs,
        "may_offer_next": directs and bool(waiting) and not room.hindrance(1),
        "may_see_decisions": may_run(request.user, call.program),
    }


def _row(request: HttpRequest, found: Award, at: datetime) -> Row:
    last = max(found.letters.all(), key=lambda letter: letter.version, default=None)
    word, tone = LETTER_WORDS.get(WorkState(last.state), ("", "neutral")) if last else ("None yet", "neutral")
    return Row(
        award=found,
        letter=last,
        tone=TONES[found.state],
        letter_word=word,
        letter_tone=tone,
        letter_is_built=bool(last and last.state == WorkState.DONE),
        letter_is_due=bool(last and last.is_on_its_way),
        letter_fault=last.last_error if last and last.state == WorkState.FAILED else "",
        may_build_again=_may_build_again(request, found, last),
        is_open=found.state == Award.State.OFFERED and at < found.accept_by,
    )


def _longer_until(request: HttpRequest, found: Award, last: AwardLetter | None) -> datetime | None:
    """Return until when a director may let the offer stand, or None."""
    at = request.received_at  # type: ignore[attr-defined]
    busy = last is not None and last.is_on_its_way
    may = may_decide(request.user, found.application.call) and may_judge(request.user, found.application)
    return workflow.longer_until(found, at) if may and not busy else None


def _may_build_again(request: HttpRequest, found: Award, last: AwardLetter | None) -> bool:
    stands = found.state in (Award.State.OFFERED, Award.State.ACCEPTED)
    busy = last is not None and last.is_on_its_way
    return stands and not busy and not workflow.is_signed(found, last) and may_build_letter(request.user, found)
