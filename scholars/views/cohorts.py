"""How a director changes a cohort, whose awards are known on this floor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from programs.models import Cohort
from programs.views.office import cohort_form, offices_of
from scholars import workflow


def cohort_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a cohort; what its awards hold stays."""
    cohort = get_object_or_404(Cohort.objects.of_programs(offices_of(request)), pk=pk)
    return cohort_form(request, cohort, workflow.change_cohort)
