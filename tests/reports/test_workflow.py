"""The one verb of the reading rooms: an export is kept, and only the office makes one."""

import pytest
from django.core.exceptions import PermissionDenied

from programs.models import HistoryEntry
from reports import workflow

pytestmark = pytest.mark.django_db


def test_an_export_is_kept_with_its_number_and_its_filters(call, coordinator, director, at):
    workflow.export_applications(call, by=coordinator, at=at, count=7, words="tele", state="draft")
    workflow.export_applications(call, by=director, at=at, count=1)
    rows = HistoryEntry.objects.about(call).order_by("pk")
    assert list(rows.values_list("verb", "by", "why", "office_only")) == [
        ("export applications", coordinator.pk, "7 rows as CSV: search “tele”, state draft", True),
        ("export applications", director.pk, "1 rows as CSV", True),
    ]


@pytest.mark.parametrize("who", ["applicant", "reviewer", "finance", "committee", "other_director", "stranger"])
def test_nobody_else_makes_one(call, who, request, at):
    with pytest.raises(PermissionDenied):
        workflow.export_applications(call, by=request.getfixturevalue(who), at=at, count=1)
    assert not HistoryEntry.objects.exists()
