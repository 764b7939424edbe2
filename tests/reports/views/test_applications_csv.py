"""The door of the export: it asks first, keeps who took what, and is the office's only."""

import pytest
from django.urls import reverse

from programs.models import HistoryEntry
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db


def url(call):
    return reverse("reports:applications_csv", args=[call.pk])


def test_looking_changes_nothing(client_of, call, coordinator):
    ApplicationFactory(call=call, state="submitted")
    page = client_of(coordinator).get(url(call), {"state": "submitted"}).content.decode()
    assert "Export 1 application" in page
    assert "state “Submitted”" in page
    assert not HistoryEntry.objects.exists()


@pytest.mark.both
def test_the_file_is_the_list_as_filtered_and_the_history_knows(client_of, call, coordinator):
    for name, state in (("Ann", "submitted"), ("Bob", "draft")):
        ApplicationFactory(call=call, applicant=UserFactory(name=name), state=state)
    answer = client_of(coordinator).post(f"{url(call)}?state=submitted")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="applications-2027.csv"'
    assert ("Ann" in text, "Bob" in text, len(text.splitlines())) == (True, False, 2)
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.by, entry.why, entry.office_only) == (
        "export applications", coordinator, "1 rows as CSV: state submitted", True,
    )  # fmt: skip


def test_strange_filters_are_left_out(client_of, call, coordinator):
    ApplicationFactory(call=call, state="submitted")
    answer = client_of(coordinator).post(f"{url(call)}?state=x&sort=applicant__password&q=%00")
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 2


def test_the_history_names_what_was_looked_for(client_of, call, coordinator):
    client_of(coordinator).post(f"{url(call)}?q=tele&state=submitted")
    assert HistoryEntry.objects.get().why == "0 rows as CSV: search “tele”, state submitted"


@pytest.mark.parametrize("who", ["applicant", "reviewer", "finance", "committee", "other_director", "stranger"])
def test_nobody_else(client_of, call, who, request):
    client = client_of(request.getfixturevalue(who))
    assert [client.get(url(call)).status_code, client.post(url(call)).status_code] == [404, 404]
    assert not HistoryEntry.objects.exists()
