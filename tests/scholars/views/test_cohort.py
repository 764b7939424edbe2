"""Changing a cohort: what its awards hold stays, and two directors do not undo each other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from programs.models import Cohort
from programs.revision import Refused
from programs.templatetags.portal import day
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


def test_a_first_day_before_a_call_has_decided_is_refused(client_of, call, director, address, facts):
    client = client_of(director)
    decided = call.decision_on
    for first in (decided, date(9999, 12, 31)):
        page = client.post(address, facts(client, starts_on=first.isoformat()))
        assert list(page.context["form"].errors) == ["starts_on"]
    page = client.post(address, facts(client, starts_on=decided.isoformat()))
    assert page.context["form"].errors["starts_on"] == [f"Call 2027 decides by {day(decided)}: the cohort must start after that."]
    assert client.post(address, facts(client, starts_on=(decided + timedelta(days=1)).isoformat())).status_code == 302


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


@pytest.mark.both
def test_two_tabs_do_not_undo_each_other(client_of, cohort, director, director2, address, facts):
    """What both have changed is asked about, and nothing of the one is saved before the other's change was read."""
    first, second = client_of(director), client_of(director2)
    stale = facts(first, name="Cohort 2027 (b)", places="2")
    assert second.post(address, facts(second, places="3")).status_code == 302
    page = first.post(address, stale)
    assert page.status_code == 409
    assert page.context["differences"] == [("Places", "3", "2")]
    assert 'value="Cohort 2027 (b)"' in page.content.decode()
    assert Cohort.objects.values_list("name", "places").get() == ("Cohort 2027", 3)
    assert first.post(address, {**stale, "places": "3", "seen": page.context["seen"]}).status_code == 302
    assert Cohort.objects.values_list("name", "places").get() == ("Cohort 2027 (b)", 3)


def test_changes_of_different_fields_both_stand_without_a_question(client_of, cohort, director, director2, address, facts):
    first, second = client_of(director), client_of(director2)
    stale = facts(first, name="Cohort 2027 (b)", starts_on="2027-08-01")
    assert second.post(address, facts(second, places="3", budget="900000")).status_code == 302
    page = first.post(address, stale, follow=True)
    assert page.redirect_chain == [("/programs/harbor-leap/", 302)]
    said = "Somebody else has changed this meanwhile, and it stands as well: Places and Budget of the cohort, in dollars."
    assert said in page.content.decode()
    found = Cohort.objects.values_list("name", "starts_on", "places", "budget").get()
    assert found == ("Cohort 2027 (b)", date(2027, 8, 1), 3, Decimal(900000))


def test_the_same_change_twice_is_no_question(client_of, cohort, director, director2, address, facts):
    first, second = client_of(director), client_of(director2)
    stale = facts(first, places="3")
    assert second.post(address, facts(second, places="3")).status_code == 302
    assert first.post(address, stale).status_code == 302
    assert Cohort.objects.get().places == 3


def test_two_changes_that_are_wrong_together_are_checked_together(client_of, cohort, director, director2, address, facts):
    """Four places cost $920,000: one more is right with the old amounts, higher amounts are right with four places."""
    Cohort.objects.update(budget=1_150_000)
    first, second = client_of(director), client_of(director2)
    stale = facts(first, places="5")
    assert second.post(address, facts(second, salary_per_year="100000")).status_code == 302
    page = first.post(address, stale)
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["budget"])
    assert "What they have changed is in the form already: Salary a year, in dollars." in page.content.decode()
    assert 'value="100000.00"' in page.content.decode()
    assert Cohort.objects.values_list("places", "salary_per_year").get() == (4, Decimal(100000))
    mended = {**stale, "salary_per_year": "100000", "budget": "1250000", "seen": page.context["seen"]}
    assert first.post(address, mended).status_code == 302
    assert Cohort.objects.values_list("places", "salary_per_year", "budget").get() == (5, Decimal(100000), Decimal(1250000))


@pytest.mark.both
def test_what_awards_hold_stays_also_when_two_changes_meet(client_of, cohort, application, director, director2, address, facts):
    first, second = client_of(director), client_of(director2)
    stale = facts(first, months="12")
    assert second.post(address, facts(second, name="Cohort 2027 (b)")).status_code == 302
    AwardFactory(application=application, accepted=True, offered_by=director)
    assert list(first.post(address, stale).context["form"].errors) == ["months"]
    assert Cohort.objects.values_list("name", "months").get() == ("Cohort 2027 (b)", 24)


@pytest.mark.parametrize("seen", ["other", "a-b-c", "", "-" * 7])
def test_a_form_that_does_not_say_what_it_showed_is_never_merged(client_of, cohort, director, address, facts, seen):
    client = client_of(director)
    assert client.post(address, {**facts(client, places="3"), "seen": seen}).status_code == 409
    assert Cohort.objects.get().places == 4
