"""The office keeps its list of health systems; nobody else does."""

import pytest

from sponsors.forms import HealthSystemForm
from sponsors.models import HealthSystem
from tests.factories.promises import HealthSystemFactory

URL = "/sponsors/programs/harbor-leap/systems/"


def test_the_office_adds_a_health_system(client_of, coordinator, program):
    page = client_of(coordinator).post(URL, {"name": "County  General", "kind": "safety_net", "city": "Port Marlow"}, follow=True)
    system = HealthSystem.objects.get()
    assert (system.program, system.name, system.kind, system.city) == (program, "County General", "safety_net", "Port Marlow")
    assert "County General is saved." in page.content.decode()


def test_the_office_changes_one(client_of, director, health_system):
    client_of(director).post(
        f"/sponsors/systems/{health_system.pk}/", {"name": "County General Hospital", "kind": "safety_net", "city": ""}
    )
    health_system.refresh_from_db()
    assert health_system.name == "County General Hospital"


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"name": "", "kind": "va"}, "name", "Please fill this in."),
        ({"name": "Bay VA", "kind": "moon base"}, "kind", "not one of"),
        ({"name": "county general", "kind": "va"}, "name", "has a health system of this name already"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(client_of, director, health_system, values, field, sentence):
    page = client_of(director).post(URL, values)
    assert sentence in str(page.context["form"].errors[field])
    assert page.context["form"]["name"].value() == values["name"]
    assert HealthSystem.objects.count() == 1


@pytest.mark.both
def test_the_second_of_two_who_add_one_at_once_hears_it_beside_the_name(client_of, director, health_system, monkeypatch):
    # As when the other was saved after this form had looked.
    monkeypatch.setattr(HealthSystemForm, "clean_name", lambda form: form.cleaned_data["name"])
    page = client_of(director).post(URL, {"name": health_system.name, "kind": "va", "city": "Port Marlow"})
    assert page.context["form"].errors == {"name": ["The programme has a health system of this name already."]}
    assert page.context["form"]["city"].value() == "Port Marlow"
    assert HealthSystem.objects.count() == 1


def test_others_are_kept_out(client, client_of, program, health_system, reviewer, finance, applicant, other_director):
    for path in (URL, f"/sponsors/systems/{health_system.pk}/"):
        assert client.get(path).status_code == 302
        assert client_of(applicant).get(path).status_code == 404
        assert client_of(other_director).get(path).status_code == 404
        assert client_of(reviewer).get(path).status_code == 403
        assert client_of(finance).post(path, {"name": "X", "kind": "va"}).status_code == 403
    assert HealthSystem.objects.get().name == "County General"


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(client_of, director, program, count, django_assert_num_queries):
    HealthSystemFactory.create_batch(count, program=program)
    client = client_of(director)
    with django_assert_num_queries(6):
        page = client.get(URL)
    assert page.content.decode().count('scope="row"') == count


def test_fifty_a_page(client_of, director, program):
    HealthSystemFactory.create_batch(51, program=program)
    client = client_of(director)
    text = client.get(URL).content.decode()
    assert text.count('scope="row"') == 50
    assert "1–50 of 51 health systems" in text
    assert len(client.get(URL, {"page": 2}).context["page_obj"]) == 1
