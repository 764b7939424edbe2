"""Asking once more, and going back only to a page of this site."""

import pytest
from django.urls import reverse

from programs.models import Email

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(kind, asked):
    return reverse(kind.door.format("ask_again"), args=[asked.pk])


def test_the_applicant_and_the_office_ask_again(kind, client_of, address, applicant, coordinator):
    for count, person in enumerate((applicant, coordinator), start=2):
        answer = client_of(person).post(address, {"next": "/calls/"}, follow=True)
        assert answer.redirect_chain == [("/calls/", 302)]
        assert f"{kind.name} has been asked again." in answer.content.decode()
        assert Email.objects.filter(kind=f"{kind.noun} asked").count() == count


def test_too_often_is_a_sentence(client_of, address, applicant):
    client = client_of(applicant)
    for _ in range(4):
        answer = client.post(address, {"next": "/calls/"}, follow=True)
    assert "sent several times just now" in answer.content.decode()
    assert Email.objects.count() == 3


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "javascript:alert(1)", "evil", "",
        "/%0d%0a//evil.example\r\n", "http:///evil.example",
    ],
)  # fmt: skip
@pytest.mark.both
def test_no_way_off_the_site(client_of, address, applicant, wanted):
    """S11."""
    location = client_of(applicant).post(address, {"next": wanted}).headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location
    assert client_of(applicant).post(f"{address}?next=//evil.example").headers["Location"] == reverse("reports:desk")


def test_who_may(client_of, address, asked, stranger, other_director, applicant):
    from tests.factories.accounts import UserFactory  # noqa: PLC0415

    assert client_of(applicant).get(address).status_code == 405
    for person, code in ((stranger, 404), (other_director, 404), (UserFactory(email=asked.email), 403)):
        assert client_of(person).post(address).status_code == code
    assert Email.objects.count() == 1
