"""Publishing a call: its consequence first, then the act, once."""

import pytest
from django.urls import reverse

from programs.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(call):
    Call.objects.update(published_at=None)
    return reverse("programs:call_publish", args=[call.pk])


def test_the_page_says_what_happens_and_does_nothing(client_of, address, director):
    text = client_of(director).get(address).content.decode()
    assert "Applications are taken at once" in text
    assert "cannot be hidden again" in text
    assert Call.objects.get().published_at is None


def test_a_director_publishes_once(client, client_of, call, address, director):
    assert client_of(director).post(address).headers["Location"] == "/calls/harbor-leap/2027/"
    first = Call.objects.get().published_at
    assert "published already" in client_of(director).post(address, follow=True).content.decode()
    assert Call.objects.get().published_at == first
    assert client.get("/calls/harbor-leap/2027/").status_code == 200


def test_a_call_without_parts_stays_a_draft(client_of, call, address, director):
    call.sections.all().delete()
    assert "at least one section" in client_of(director).get(address).content.decode()
    client_of(director).post(address)
    assert Call.objects.get().published_at is None


def test_who_may(client_of, address, coordinator, other_director):
    assert client_of(coordinator).post(address).status_code == 403
    assert client_of(other_director).post(address).status_code == 404
    assert Call.objects.get().published_at is None
