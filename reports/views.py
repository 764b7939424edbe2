"""The doors of the reading rooms: my desk, the ranked list, the export of a call's applications."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from applications.forms import ListForm
from applications.models import Application
from programs.models import Call, Membership, Role
from programs.permissions import OFFICE, may_run
from reports import exports, office, ranking, workflow
from reports.desk import lines, own, summary
from reports.permissions import may_act_on_ranking
from scholars.permissions import may_read_awards

PAGE = 100
STAGED_AT_ONCE = 500  # so many applications one form may carry (DATA_UPLOAD_MAX_NUMBER_FIELDS)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what awaits the person, in the order of its dates, and to the office how far its call is."""
    at = request.received_at  # type: ignore[attr-defined]
    worked_for = office.of(request.user, at)
    rows = lines([*own(request.user, at), *office.tasks(worked_for)], at)
    waiting, quiet = [row for row in rows if not row.task.quiet], [row for row in rows if row.task.quiet]
    context = {
        "waiting": waiting,
        "quiet": quiet,
        "summary": summary(rows),
        "funnel": office.funnel(worked_for),
        "works_here": bool(Membership.objects.program_ids(request.user)),
    }
    return render(request, "reports/desk.html", context)


@require_safe
def decide(request: HttpRequest, call_pk: int) -> HttpResponse:
    """Show the ranked list of a call with the line where places and money end, and what is staged."""
    call = _call(request, call_pk, *OFFICE, Role.COMMITTEE)
    ranked = ranking.of_call(call, request.user)
    page = Paginator(ranked.rows, PAGE).get_page(request.GET.get("page"))
    rows: list[ranking.Row] = list(page)
    ranking.dress(rows)
    before = (page.start_index() or 1) - 1
    is_over = request.received_at >= call.closes_at  # type: ignore[attr-defined]
    acts = is_over and may_act_on_ranking(request.user, call)
    facts = {
        "call": call,
        "ranking": ranked,
        "page_obj": page,
        "above": rows[: max(ranked.line_after - before, 0)],
        "below": rows[max(ranked.line_after - before, 0) :],
        "shows_line": bool(ranked.rows) and before <= ranked.line_after <= before + len(rows),
        "is_over": is_over,
        "may_act": acts,
        "may_open": may_run(request.user, call.program),
        "may_read_awards": may_read_awards(request.user, call),
        # Whoever must leave an application out cannot draw the line: `stage_line` refuses it.
        "stage_ids": [str(pk) for pk in ranked.open_ids[:STAGED_AT_ONCE]] if acts and not ranked.stands_aside else [],
        "more_than_staged": len(ranked.open_ids) > STAGED_AT_ONCE,
    }
    return render(request, "reports/decide.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def applications_csv(request: HttpRequest, call_pk: int) -> HttpResponseBase:
    """Say what the export will hold; hand it out on POST, because taking personal facts out is kept in the history."""
    call = _call(request, call_pk, *OFFICE)
    words, state, order = ListForm(request.GET).chosen()
    count = Application.objects.of_call(call.pk).matching(words).in_states(*([state] if state else [])).count()
    if request.method != "POST":
        said = exports.STATES.get(state, "")
        facts = {"call": call, "count": count, "words": words, "state": said, "headings": exports.headings(call)}
        return render(request, "reports/export.html", facts)
    at: Any = request.received_at  # type: ignore[attr-defined]
    workflow.export_applications(call, by=request.user, at=at, count=count, words=words, state=state)  # type: ignore[arg-type]
    stream = exports.applications_csv(call, request.user, words=words, state=state, order=order)
    answer = StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="applications-{call.slug}.csv"'
    return answer


def _call(request: HttpRequest, pk: int, *roles: str) -> Call:
    """Return a call of a programme in which the person holds one of the roles, otherwise 404."""
    call: Call | None = Call.objects.one_of_programs(Membership.objects.program_ids(request.user, *roles), pk)
    if call is None:
        raise Http404
    return call
