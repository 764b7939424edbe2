"""Asking another sponsor, mentor or chair: its consequence first, then the end of the request."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from programs.models import Call, HistoryEntry
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory

KINDS = {"sponsor": SponsorCommitmentFactory, "mentor": MentorAgreementFactory, "chair": ChairCommitmentFactory}


@pytest.fixture(params=list(KINDS))
def noun(request):
    return request.param


@pytest.fixture
def promise(noun, application):
    Call.objects.filter(pk=application.call_id).update(asks_chair=noun == "chair")
    return KINDS[noun](call=application.call, applicant=application.applicant, name="Lee Castellano")


@pytest.fixture
def address(noun, application, promise):
    return reverse(f"applications:replace_{noun}", args=[application.pk, promise.pk])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_says_what_it_means_and_does_nothing(client_of, address, promise, application, applicant, noun):
    text = text_of(client_of(applicant).get(address))
    assert f"Ask another {noun}?" in text
    assert "The link in their e-mail stops working." in text
    assert "no longer counts" not in text
    assert f"An application without a {noun} is not complete, so please name somebody else afterwards." in text
    assert "End the request to Lee Castellano" in text
    assert reverse("applications:application", args=[application.pk]) in text
    promise.refresh_from_db()
    assert promise.state == "asked"


def test_the_request_ends_and_the_next_person_can_be_named(client_of, address, promise, application, applicant, noun):
    answer = client_of(applicant).post(address, {"why": "On leave.", "seen": "asked"}, follow=True)
    assert answer.redirect_chain == [(reverse(f"applications:{noun}", args=[application.pk]), 302)]
    assert "The request to Lee Castellano has ended." in text_of(answer)
    assert "Ask this person" in text_of(answer)
    promise.refresh_from_db()
    assert promise.state == "replaced"
    assert HistoryEntry.objects.about(promise).latest("pk").why == "On leave."


def test_twice_is_once(client_of, address, promise, applicant):
    client = client_of(applicant)
    client.post(address, {"seen": "asked"})
    answer = client.post(address, {"seen": "asked", "why": "Typed in vain."})
    assert answer.status_code == 409
    assert "has ended already" in text_of(answer)
    assert "What you wrote, not sent" in text_of(answer)
    assert "Typed in vain." in text_of(answer)
    assert HistoryEntry.objects.about(promise).filter(verb="replace").count() == 1


def test_a_reason_that_is_too_long_as_well_as_too_late_is_shown(client_of, address, promise, applicant):
    client = client_of(applicant)
    client.post(address, {"seen": "asked"})
    words = "word " * 1000
    page = text_of(client.post(address, {"seen": "asked", "why": words}))
    assert "has ended already" in page
    assert words.strip() in page
    assert "not sent" not in text_of(client.get(address))


def test_an_answer_that_came_meanwhile_is_shown_first(client_of, address, promise, applicant):
    client = client_of(applicant)
    client.get(address)
    now = timezone.now()
    type(promise).objects.update(state="committed", signed_name="Lee Castellano", answered_at=now)
    answer = client.post(address, {"why": "On leave.", "seen": "asked"})
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Lee Castellano has committed meanwhile." in text
    assert "the commitment they have given no longer counts" in text
    assert "On leave." in text
    assert " data-unsaved>" in answer.content.decode()  # the browser keeps its copy
    promise.refresh_from_db()
    assert promise.state == "committed"
    assert answer.context["form"]["seen"].value() == "committed"
    assert client.post(address, {"why": "On leave.", "seen": "committed"}).status_code == 302


@pytest.mark.parametrize("person", ["applicant", "coordinator"])
def test_under_review_the_page_offers_nothing(client_of, address, promise, application, person, request):
    now = timezone.now()
    Application.objects.filter(pk=application.pk).update(state="under_review", submitted_at=now, tracking_number="HL-1")
    client = client_of(request.getfixturevalue(person))
    page = client.get(address)
    assert "nobody can be named any more" in text_of(page)
    assert "End the request" not in text_of(page)
    assert client.post(address, {"why": "On leave.", "seen": "asked"}).status_code == 409
    overview = text_of(client.get(reverse("applications:application", args=[application.pk])))
    assert address not in overview
    promise.refresh_from_db()
    assert promise.state == "asked"


def test_after_the_time_nobody_does(client_of, address, promise, applicant, coordinator):
    Call.objects.update(closes_at=timezone.now() - timedelta(days=9), letters_grace_hours=1)
    for person in (applicant, coordinator):
        assert client_of(person).post(address, {"why": "On leave.", "seen": "asked"}).status_code == 409
    promise.refresh_from_db()
    assert promise.state == "asked"


def test_the_office_gives_a_reason(client_of, address, promise, application, coordinator):
    client = client_of(coordinator)
    page = client.post(address, {"why": "", "seen": "asked"})
    assert "Please say why somebody else is to be asked." in text_of(page)
    assert "The applicant reads these words in an e-mail." in text_of(page)
    assert "only the programme office reads it" not in text_of(page)
    answer = client.post(address, {"why": "Has left the hospital.", "seen": "asked"})
    assert answer.headers["Location"] == reverse("applications:application", args=[application.pk])
    promise.refresh_from_db()
    assert promise.state == "replaced"


def test_who_may(client_of, address, promise, application, noun, stranger, other_director, reviewer, sponsor_person):
    for person in (stranger, other_director, reviewer, sponsor_person):
        assert client_of(person).get(address).status_code == 404
        assert client_of(person).post(address, {"seen": "asked"}).status_code == 404
    promise.refresh_from_db()
    assert promise.state == "asked"


def test_a_promise_of_another_application_is_not_found(client_of, application, other_call, applicant):
    foreign = SponsorCommitmentFactory(call=other_call, applicant=applicant)
    assert client_of(applicant).get(reverse("applications:replace_sponsor", args=[application.pk, foreign.pk])).status_code == 404
