"""Changing a cohort: what its awards hold stays, and two directors do not undo each other."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from programs.models import Cohort
from programs.revision import Refused
from scholars import workflow
from tests.factories.scholars import AwardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(cohort):
    return reverse("scholars:cohort_edit", args=[cohort.pk])


@pytest.fixture
def facts(cohort):
    """Return a function that gives what a browser posts for the cohort as its page shows it, with changes."""

    def posted(client, **changes):
        page = client.get(reverse("scholars:cohort_edit", args=[cohort.pk]))
        shown = {field.html_name: str(field.value()) for field in page.context["form"]}
        return {**shown, "seen": page.context["seen"], **changes}

    return posted


def test_a_director_changes_the_own_cohort_only(client_of, cohort, director, coordinator, other_director, address, facts):
    posted = facts(client_of(director), name="Cohort 2028", starts_on="2028-07-01", places="3")
    assert client_of(coordinator).post(address, posted).status_code == 403
    assert client_of(other_director).post(address, posted).status_code == 404
    assert client_of(director).post(address, posted).headers["Location"] == "/programs/harbor-leap/"
    assert Cohort.objects.values_list("name", "starts_on", "places").get() == ("Cohort 2028", date(2028, 7, 1), 3)


def test_what_awards_hold_stays(client_of, cohort, application, director, address, facts):
    AwardFactory(application=application, accepted=True, offered_by=director)
    client = client_of(director)
    page = client.post(address, facts(client, starts_on="2030-07-01", months="12", effort_percent="50", budget="500000"))
    assert set(page.context["form"].errors) == {"starts_on", "months", "effort_percent"}
    assert page.context["form"].errors["months"] == [
        "1 award of this cohort is offered or accepted with what stands here, so it cannot change any more."
    ]
    assert 'value="2030-07-01"' in page.content.decode()
    assert Cohort.objects.get().starts_on == cohort.starts_on
    assert client.post(address, facts(client, name="Cohort 2027 (a)", places="5", budget="1150000")).status_code == 302
    assert Cohort.objects.values_list("name", "places", "budget").get() == ("Cohort 2027 (a)", 5, Decimal(1150000))


def test_places_and_budget_cover_what_is_held(cohort, application, director, at, call):
    award = AwardFactory(application=application, offered_by=director, total=Decimal(300000))
    cohort.places, cohort.budget = 1, Decimal("299999.99")
    with pytest.raises(Refused, match=r"cost \$300,000. The budget must cover that"):
        workflow.change_cohort(cohort, by=director, at=at)
    cohort.budget = Decimal(300000)
    workflow.change_cohort(cohort, by=director, at=at)
    cohort.places = 0
    with pytest.raises(Refused, match="fewer places"):
        workflow.change_cohort(cohort, by=director, at=at)
    type(award).objects.update(state="declined")
    cohort.places, cohort.months = 1, 12
    workflow.change_cohort(cohort, by=director, at=at)
    assert Cohort.objects.values_list("places", "months").get() == (1, 12)


def test_only_a_director_of_the_programme_may(cohort, coordinator, other_director, at):
    for by in (coordinator, other_director):
        with pytest.raises(PermissionDenied):
            workflow.change_cohort(cohort, by=by, at=at)


def test_two_tabs_do_not_undo_each_other(client_of, cohort, director, director2, address, facts):
    first, second = client_of(director), client_of(director2)
    stale = facts(first, name="Cohort 2027 (b)")
    assert second.post(address, facts(second, places="3")).status_code == 302
    page = first.post(address, stale)
    assert page.status_code == 409
    assert page.context["differences"] == [("Name", "Cohort 2027", "Cohort 2027 (b)"), ("Places", "3", "4")]
    assert 'value="Cohort 2027 (b)"' in page.content.decode()
    assert Cohort.objects.values_list("name", "places").get() == ("Cohort 2027", 3)
    assert first.post(address, {**stale, "places": "3", "seen": page.context["seen"]}).status_code == 302
    assert Cohort.objects.values_list("name", "places").get() == ("Cohort 2027 (b)", 3)
