"""Starting: one page, one button, and the same application whenever it is pressed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application


@pytest.fixture
def url(call):
    return reverse("applications:start", args=[call.pk])


def test_reading_makes_nothing_and_shows_what_is_needed(client_of, applicant, url):
    page = client_of(applicant).get(url).content.decode()
    assert "Start my application" in page
    assert "Specific aims, at most 500 words" in page
    assert not Application.objects.exists()


def test_the_button_opens_a_draft_once(client_of, applicant, url):
    client = client_of(applicant)
    first, second = client.post(url), client.post(url)
    draft = Application.objects.get()
    assert first.url == second.url == reverse("applications:title", args=[draft.pk])
    assert draft.applicant == applicant


def test_somebody_who_has_one_is_led_to_it(client_of, application, applicant, url):
    assert client_of(applicant).get(url).url == reverse("applications:application", args=[application.pk])


def test_a_visitor_signs_in_first_and_comes_back(url):
    assert Client().get(url).url == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize(("moved", "sentence"), [("opens_at", "is not open yet"), ("closes_at", "is closed")])
def test_a_call_that_is_not_open_says_so_and_takes_nothing(client_of, applicant, call, url, at, moved, sentence):
    setattr(call, moved, at + timedelta(days=2) if moved == "opens_at" else at - timedelta(seconds=1))
    call.save()
    client = client_of(applicant)
    assert sentence in client.get(url).content.decode()
    assert client.post(url).status_code == 409
    assert not Application.objects.exists()


def test_an_unpublished_call_does_not_exist(client_of, applicant, call, url):
    call.published_at = None
    call.save()
    assert client_of(applicant).get(url).status_code == 404
    assert client_of(applicant).post(url).status_code == 404


def test_the_office_is_told_that_it_cannot_apply(client_of, coordinator, url):
    assert "you cannot apply to it" in client_of(coordinator).get(url).content.decode()
    assert client_of(coordinator).post(url).status_code == 403


@pytest.mark.both
def test_nothing_that_is_posted_is_taken(client_of, applicant, stranger, url):
    """S29."""
    client_of(applicant).post(url, {"state": "awarded", "applicant": stranger.pk, "submitted_at": "2020-01-01", "title": "x"})
    draft = Application.objects.get()
    assert (draft.state, draft.applicant, draft.submitted_at, draft.title) == ("draft", applicant, None, "")


@pytest.fixture
def page_of(client_of, call):
    """Return a function that gives the public page of the call as somebody who is signed in reads it."""

    def read(person):
        address = reverse("programs:call", args=[call.program.slug, call.slug])
        return client_of(person).get(address).content.decode()

    return read


def test_the_call_leads_each_to_what_they_can_do(page_of, client_of, applicant, stranger, coordinator, url):
    client_of(applicant).post(url)
    assert f'<form method="post" action="{url}">' in page_of(stranger)
    for person, offered in ((applicant, True), (coordinator, False)):
        page = page_of(person)
        assert "Start an application" not in page
        assert (f'href="{url}">Open your application</a>' in page) is offered


def test_who_has_withdrawn_before_the_title_is_led_to_what_became_of_it(client_of, applicant, page_of, url):
    client_of(applicant).post(url)
    Application.objects.update(state="withdrawn")
    application = Application.objects.get()
    assert "Open your application" in page_of(applicant)
    for answer in (client_of(applicant).get(url), client_of(applicant).post(url)):
        assert answer.url == reverse("applications:application", args=[application.pk])


def test_a_title_that_cannot_change_is_words_and_no_field(client_of, application, applicant):
    address = reverse("applications:title", args=[application.pk])
    assert "<input" in client_of(applicant).get(address).content.decode().split("<main")[1]
    Application.objects.update(state="withdrawn")
    page = client_of(applicant).get(address).content.decode().split("<main")[1].split("</main")[0]
    assert application.title in page
    assert "<input" not in page
    assert "They are not told of a new title" not in page
    refused = client_of(applicant).post(address, {"title": "Typed too late"})
    assert refused.status_code == 409
    assert 'value="Typed too late"' in refused.content.decode()
