"""The scholars of a programme, and the page of one of them."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mentors.models import ChairCommitment, MentorAgreement
from programs.permissions import may_see_money
from scholars.models import Scholar
from scholars.permissions import may_see_amounts
from sponsors.models import SponsorCommitment

PAGE = 50
TONES = {"appointed": "ok", "completed": "primary", "left_early": "neutral"}


@require_safe
def scholar_list(request: HttpRequest) -> HttpResponse:
    """List the scholars the person may see, of one cohort or of all."""
    visible = Scholar.objects.visible_to(request.user)
    chosen = request.GET.get("cohort", "")
    cohorts = visible.cohorts()
    cohort_id = next((pk for pk, _, _ in cohorts if str(pk) == chosen), None)
    page = Paginator(visible.for_page().of_cohort(cohort_id), PAGE).get_page(request.GET.get("page"))
    facts = {
        "page_obj": page,
        "rows": [(scholar, TONES[scholar.state]) for scholar in page],
        "cohorts": [(pk, f"{name}, {program}", pk == cohort_id) for pk, name, program in cohorts],
        "is_filtered": cohort_id is not None,
    }
    return render(request, "scholars/scholar_list.html", facts)


@require_safe
def scholar(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one scholar: award, years with their money, sponsor, mentor, chair and project."""
    found: Scholar = get_object_or_404(Scholar.objects.visible_to(request.user).for_page(), pk=pk)
    application = found.award.application
    asks_chair = application.call.asks_chair
    years = list(found.years.all())
    facts: dict[str, Any] = {
        "scholar": found,
        "is_own": found.user_id == request.user.pk,
        "tone": TONES[found.state],
        "application": application,
        "sponsors": list(SponsorCommitment.objects.of_applicant(application.call_id, found.user_id)),
        "mentors": list(MentorAgreement.objects.of_applicant(application.call_id, found.user_id)),
        "chairs": list(ChairCommitment.objects.of_applicant(application.call_id, found.user_id)) if asks_chair else [],
        "shows_money": may_see_amounts(request.user, found),
        "may_open_award": found.user_id == request.user.pk or may_see_money(request.user, found.cohort.program),
        "years": [(year, year.salary + year.research) for year in years],
        "salary": sum((year.salary for year in years), Decimal(0)),
        "research": sum((year.research for year in years), Decimal(0)),
        "total": sum((year.salary + year.research for year in years), Decimal(0)),
    }
    return render(request, "scholars/scholar_detail.html", facts)
