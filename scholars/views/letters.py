"""How letters are worded, previewed and read."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.taken import taken
from programs.models import Membership, Program, WorkState
from programs.permissions import OFFICE, may_run
from programs.revision import Overtaken
from programs.transitions import ClosedToYou, NotPossible
from scholars import letters, pdfs, workflow
from scholars.forms import LetterForm
from scholars.impartiality import must_stand_aside
from scholars.models import AwardLetter, Decision
from scholars.permissions import may_judge, may_write_letter


@require_http_methods(["GET", "POST"])
def letter_template(request: HttpRequest, program: str) -> HttpResponse:
    """Word the programme's award letter; `preview` answers with a sample PDF of what was typed, and keeps nothing."""
    own, overtaken = _own_program(request, program), False
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        initial={"letter_template": own.letter_template or letters.DEFAULT_TEMPLATE},
    )
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["letter_template"]
        if "preview" in request.POST:
            return _sample(own, text)
        at, seen = request.received_at, request.POST.get("seen")  # type: ignore[attr-defined]
        try:
            workflow.word_letter(own, template=text, by=request.user, at=at, seen=seen)  # type: ignore[arg-type]
        except Overtaken:
            own.refresh_from_db()
            overtaken = True
        else:
            taken(request, "The award letter is saved. Letters written from now on use it.")
            return redirect("scholars:letter_template", own.slug)
    placeholders = [(f"{{{name}}}", meaning, example) for name, (meaning, example) in letters.PLACEHOLDERS.items()]
    facts = {"programme": own, "form": form, "placeholders": placeholders, "is_default": not own.letter_template}
    facts |= {"overtaken": overtaken, "seen": workflow.words_mark(own.letter_template)}
    if overtaken:
        facts["differences"] = [
            ("The letter", own.letter_template or letters.DEFAULT_TEMPLATE, form.cleaned_data["letter_template"])
        ]
    elif request.method == "POST":
        facts["seen"] = request.POST.get("seen", facts["seen"])
    return render(request, "scholars/letter_form.html", facts, status=409 if overtaken else 200)


@require_safe
def letter_sample(request: HttpRequest, program: str) -> HttpResponse:
    """Show the programme's letter as it is kept, for a fictional awardee."""
    own = _own_program(request, program)
    return _sample(own, own.letter_template)


@require_safe
def letter_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter of a staged award as it would be written now."""
    decision = get_object_or_404(Decision.objects.of_office(request.user), pk=pk)
    application = decision.application
    if not may_run(request.user, application.call.program):
        raise PermissionDenied
    if not may_judge(request.user, application):
        raise ClosedToYou(must_stand_aside(request.user, application.call))
    if decision.released_at or decision.outcome != Decision.Outcome.AWARD:
        raise NotPossible("Only the letter of a staged award can be previewed.")
    at = request.received_at  # type: ignore[attr-defined]
    award = workflow.terms(application, cohort=application.call.cohort, by=request.user, at=at)  # type: ignore[arg-type]
    text = workflow.merged(award, at=at)
    return _pdf(pdfs.letter(award.cohort.program, text=text, version=1, name=award.awardee.styled_name, sample=True))


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Show a letter that is built."""
    found: AwardLetter = get_object_or_404(AwardLetter.objects.visible_to(request.user), pk=pk)
    if found.state != WorkState.DONE:
        raise NotPossible("The letter is being built. Please come back in a minute.")
    return FileResponse(found.file.open(), filename=f"award-letter-{found.version}.pdf", content_type="application/pdf")


def _own_program(request: HttpRequest, slug: str) -> Program:
    """Return a programme the person directs; 404 for others, 403 for a coordinator."""
    own: Program = get_object_or_404(Program.objects.with_ids(Membership.objects.program_ids(request.user, *OFFICE)), slug=slug)
    if not may_write_letter(request.user, own):
        raise PermissionDenied
    return own


def _sample(program: Program, template: str) -> HttpResponse:
    facts = {**letters.SAMPLE, "programme_name": program.name}
    facts |= (
        {"signatory_name": program.signatory_name, "signatory_title": program.signatory_title} if program.signatory_name else {}
    )
    text = letters.merge(template, facts, address=letters.SAMPLE_ADDRESS, short_name=program.short_name)
    return _pdf(pdfs.letter(program, text=text, version=1, name=letters.SAMPLE["awardee_name"], sample=True))


def _pdf(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="preview.pdf"'})
