"""The person's own page: what it keeps, and what it says beside a field."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/profile/"
SHAPE = "An ORCID iD looks like 0000-0002-1825-0097."
CHECK = "The last character of this ORCID iD does not fit the others. Please check it."
FACTS = {
    "name": "Samuel Ng",
    "credentials": "MD, MPH",
    "title": "Assistant Professor",
    "division": "Cardiology",
    "institution": "Harbor University",
    "orcid": "0000-0002-1825-0097",
    "time_zone": "America/New_York",
}


def test_a_person_describes_themselves(applicant, client_of):
    page = client_of(applicant).post(ADDRESS, FACTS, follow=True)
    assert "Your profile is saved." in page.content.decode()
    assert User.objects.filter(pk=applicant.pk).values(*FACTS).get() == FACTS


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [("/applications/7/", "/applications/7/"), ("", ADDRESS), ("https://evil.example/", ADDRESS), ("//evil.example/", ADDRESS)],
)
def test_who_came_from_a_page_goes_back_to_it_and_to_no_other_site(applicant, client_of, came_from, goes_to):
    page = client_of(applicant).get(f"{ADDRESS}?next={came_from}").content.decode()
    assert (f'href="{came_from}">Go back</a>' in page) is (goes_to == came_from)
    response = client_of(applicant).post(f"{ADDRESS}?next={came_from}", FACTS)
    assert response.headers["Location"] == goes_to


@pytest.mark.parametrize(
    "orcid",
    ["zzzz", "-", "0000000218250097", "000X-0002-1825-0097", "0000-0002-1825-0x97", "٠٠٠٠-٠٠٠٢-١٨٢٥-٠٠٩٧"],
)
def test_what_is_no_orcid_is_said_beside_the_field(orcid, applicant, client_of):
    page = client_of(applicant).post(ADDRESS, {**FACTS, "orcid": orcid})
    assert page.status_code == 200
    assert page.context["form"].errors["orcid"] == [SHAPE]
    assert list(page.context["form"].errors) == ["orcid"]
    assert f'value="{orcid}"' in page.content.decode()
    assert User.objects.get(pk=applicant.pk).orcid == ""


def test_an_orcid_that_is_too_long_is_said_beside_the_field(applicant, client_of):
    page = client_of(applicant).post(ADDRESS, {**FACTS, "orcid": "0000-0002-1825-00970"})
    assert page.context["form"].errors["orcid"] == [SHAPE]
    assert User.objects.get(pk=applicant.pk).orcid == ""


@pytest.mark.parametrize("typed", ["https://orcid.org/0000-0002-1825-0097", "orcid.org/0000-0002-1694-233x/"])
def test_the_address_of_an_orcid_is_taken_as_the_orcid(typed, applicant, client_of):
    client = client_of(applicant)
    assert 'maxlength="60"' in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {**FACTS, "orcid": typed})
    assert User.objects.get(pk=applicant.pk).orcid == typed.strip("/")[-19:].upper()


def test_signs_that_nobody_sees_do_not_reach_a_name(applicant, client_of):
    client_of(applicant).post(ADDRESS, {**FACTS, "name": "Farah \u202eSid\x07diqui\u2069", "division": "Car\x0bdiology\u2066"})
    assert User.objects.filter(pk=applicant.pk).values_list("name", "division").get() == ("Farah Siddiqui", "Car diology")


# The examples that ORCID itself gives of its check digit (ISO 7064 mod 11-2).
@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X", "0000-0002-1694-233x", ""])
def test_an_orcid_is_kept_when_its_check_digit_fits(orcid, applicant, client_of):
    client_of(applicant).post(ADDRESS, {**FACTS, "orcid": orcid})
    assert User.objects.get(pk=applicant.pk).orcid == orcid.upper()


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0098", "0000-0001-5109-370X", "0000-0002-1694-2330"])
def test_a_wrong_check_digit_is_said(orcid, applicant, client_of):
    page = client_of(applicant).post(ADDRESS, {**FACTS, "orcid": orcid})
    assert page.context["form"].errors["orcid"] == [CHECK]
    assert User.objects.get(pk=applicant.pk).orcid == ""


def test_nobody_describes_somebody_else(applicant, client_of):
    other = UserFactory(name="Other Person")
    client_of(applicant).post(ADDRESS, {**FACTS, "id": other.pk, "user": other.pk, "email": "new@example.org"})
    other.refresh_from_db()
    assert other.name == "Other Person"
    assert User.objects.get(pk=applicant.pk).email == "samuel@example.org"
