"""Setting up and changing a cohort."""

import pytest
from django.utils import timezone

from programs.models import Cohort

pytestmark = pytest.mark.django_db
ADDRESS = "/programs/harbor-leap/cohorts/new/"
FACTS = {
    "name": "Cohort 2028", "starts_on": "2028-07-01", "months": "24", "places": "4", "salary_per_year": "90000",
    "research_per_year": "25000", "effort_percent": "75", "budget": "920000",
}  # fmt: skip


def test_a_director_sets_up_a_cohort(client_of, program, director):
    assert client_of(director).post(ADDRESS, {**FACTS, "program": "999"}).status_code == 302
    cohort = Cohort.objects.get()
    assert (cohort.program, cohort.places, cohort.award_cost) == (program, 4, 230000)


def test_more_awards_than_money_is_a_sentence_and_keeps_what_was_typed(client_of, program, director):
    page = client_of(director).post(ADDRESS, {**FACTS, "places": "5"})
    text = page.content.decode()
    assert "5 places cost $1,150,000" in text
    assert 'value="Cohort 2028"' in text
    assert not Cohort.objects.exists()


@pytest.mark.parametrize("year", [1900, 1999, timezone.now().year + 11])
def test_a_start_that_can_only_be_a_slip_is_refused_beside_its_field(client_of, program, director, year):
    page = client_of(director).post(ADDRESS, {**FACTS, "starts_on": f"{year}-07-01"})
    words = f"The first day must lie between 2000 and {timezone.now().year + 10}. Please check the year."
    assert page.context["form"].errors == {"starts_on": [words]}
    assert words in page.content.decode()
    assert f'value="{year}-07-01"' in page.content.decode()
    assert not Cohort.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"months": "9999999999"}, "months", "Please give"),
        ({"months": "99999999"}, "months", "Please give 72 or less."),
        ({"starts_on": "9999-12-31"}, "starts_on", "The first day must lie between 2000 and"),
        ({"places": "30000"}, "places", "Please give 100 or less."),
    ],
)
def test_what_is_far_too_much_is_a_sentence_beside_its_field(client_of, program, director, facts, field, words):
    page = client_of(director).post(ADDRESS, {**FACTS, **facts})
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"].errors[field][0].startswith(words)
    assert f'value="{facts[field]}"' in page.content.decode()


def test_a_cohort_is_entered_afterwards_and_years_ahead(client_of, program, director):
    client, ahead = client_of(director), timezone.now().year + 10
    for year in (2000, 2019, ahead):
        assert client.post(ADDRESS, {**FACTS, "name": f"Cohort {year}", "starts_on": f"{year}-07-01"}).status_code == 302
    assert Cohort.objects.count() == 3


def test_who_may_set_up(client_of, program, coordinator, other_director):
    assert client_of(coordinator).get(ADDRESS).status_code == 403
    assert client_of(other_director).post(ADDRESS, FACTS).status_code == 404


def test_the_form_begins_with_the_usual_terms_from_next_july(client_of, program, director, as_shown):
    posted = as_shown(client_of(director).get(ADDRESS))
    assert posted.pop("starts_on").endswith("-07-01")
    assert posted == {
        "seen": "", "name": "", "months": "24", "places": "4", "salary_per_year": "90000", "research_per_year": "25000",
        "effort_percent": "75", "budget": "920000.00",
    }  # fmt: skip
