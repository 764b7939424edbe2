"""The mentor's page behind the sealed link: it shows the request, takes one answer, and later shows it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentors import workflow
from mentors.models import MentorAgreement
from programs import links
from programs.models import Call, Email, HistoryEntry, SealedLink

pytestmark = pytest.mark.django_db
YES = {
    "choice": "commit",
    "duty_0": "on",
    "duty_1": "on",
    "duty_2": "on",
    "signed_name": "Maya Okafor",
    "signed_title": "Professor",
}
NO = {"choice": "decline", "reason": "No capacity.", "signed_name": "Maya Okafor", "signed_title": "Professor"}


def text_of(response):
    return " ".join(response.content.decode().split())


def close(call):
    now = timezone.now()
    Call.objects.update(closes_at=now - timedelta(days=9), review_due_at=now + timedelta(days=9), letters_grace_hours=24)


def test_the_request_is_shown_and_nothing_is_chosen(holder):
    client, address = holder
    page = client.get(address)
    text = text_of(page)
    for words in (
        "Will you mentor Samuel Ng?", "Samuel Ng", "Telehealth titration", "the primary mentor", "1 July 2027 to 30 June 2029",
        "Dear Maya, as discussed.", *MentorAgreement.DUTIES, "No account is needed", "m•••@harbor.example",
    ):  # fmt: skip
        assert words in text
    assert " checked" not in text
    assert page.headers["Cache-Control"] == "no-store, private"


def test_reading_stamps_the_first_opening_and_nothing_else(holder, asked, link):
    """S7: twenty times HEAD and GET."""
    client, address = holder
    client.head(address)
    asked.refresh_from_db()
    assert asked.opened_at is None
    client.get(address)
    first = MentorAgreement.objects.values().get()
    assert first["opened_at"] is not None
    rows = HistoryEntry.objects.count(), Email.objects.count()
    for _ in range(20):
        client.get(address)
        client.head(address)
    assert MentorAgreement.objects.values().get() == first
    assert (HistoryEntry.objects.count(), Email.objects.count()) == rows


def test_a_yes_is_taken_and_shown_later(holder, asked):
    client, address = holder
    assert client.post(address, YES).headers["Location"] == address
    text = text_of(client.get(address))
    assert "You have committed" in text
    assert "Maya Okafor, Professor" in text
    assert "UTC" in text or "Pacific" in text
    assert '<button type="submit" class="btn btn-primary">Send my answer' not in text
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_a_no_is_taken_and_shown_later(holder, asked):
    client, address = holder
    client.post(address, NO)
    text = text_of(client.get(address))
    assert "You have declined" in text
    assert "No capacity." in text
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("declined", "No capacity.")


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Please choose whether you commit or decline."),
        ({**YES, "duty_1": ""}, "Please tick this promise too, or decline and say why."),
        ({**NO, "reason": ""}, "Please say why you decline."),
        ({**YES, "reason": "I cannot, sorry."}, "You commit, yet say here why you decline."),
        ({**YES, "signed_name": ""}, "it stands for your signature"),
        ({**YES, "choice": "maybe"}, "maybe is not one of the available choices"),
        ({**YES, "signed_name": "x" * 5000}, "at most 120 characters"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_keeps_what_was_typed(holder, asked, posted, words):
    client, address = holder
    page = client.post(address, {"note": "Typed with care", **posted})
    text = text_of(page)
    assert words in text
    assert "Typed with care" in text
    assert all(typed in text for typed in posted.values() if len(typed) < 200)
    assert 'role="alert"' in text
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_double_click_counts_once(holder, asked):
    """F25."""
    client, address = holder
    assert [client.post(address, YES).status_code for _ in range(3)] == [302, 302, 302]
    assert HistoryEntry.objects.about(asked).filter(verb="commit").count() == 1
    assert Email.objects.filter(kind="mentor answered").count() == 1


def test_another_answer_afterwards_explains_itself(holder, asked):
    client, address = holder
    client.post(address, YES)
    page = client.post(address, NO)
    assert page.status_code == 409
    assert "is not possible any more" in text_of(page)
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_after_it_was_replaced_or_withdrawn_the_page_says_so(holder, asked, applicant):
    """F25: the stale link explains, and changes nothing."""
    client, address = holder
    workflow.replace(asked, by=applicant, at=timezone.now())
    for answer in (client.get(address), client.post(address, YES)):
        assert answer.status_code == 410
        assert "Nothing more is expected of you" in text_of(answer)
    asked.refresh_from_db()
    assert (asked.state, asked.signed_name) == ("replaced", "")


def test_after_the_grace_the_page_says_so(holder, asked, call):
    client, address = holder
    close(call)
    assert "The time to answer ended on" in text_of(client.get(address))
    assert client.post(address, YES).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_within_the_grace_an_answer_counts(holder, asked, call):
    client, address = holder
    now = timezone.now()
    Call.objects.update(closes_at=now - timedelta(hours=1), letters_grace_hours=2)
    assert client.post(address, YES).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_an_expired_link_takes_no_answer(holder, asked, link):
    client, address = holder
    SealedLink.objects.update(expires_at=timezone.now())
    assert client.post(address, YES).status_code == 410
    assert "Send a fresh link" in text_of(client.get(address))
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_without_the_link_in_this_browser_there_is_nothing(link, asked, client_of, applicant, coordinator):
    """The clean address is no key, not even for people who may see the request."""
    address = reverse("mentors:answer", args=[link.public_id])
    for client in (Client(), client_of(applicant), client_of(coordinator)):
        assert client.get(address).status_code == 404
        assert client.post(address, YES).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_link_of_another_purpose_is_refused(holder, link, asked):
    """S5: the key of one door does not open the other, whatever address it is tried on."""
    client, _ = holder
    assert client.get(reverse("sponsors:answer", args=[link.public_id])).status_code == 404
    assert client.post(reverse("sponsors:answer", args=[link.public_id]), YES).status_code == 404
    SealedLink.objects.update(purpose="sponsors:answer")
    assert client.get(reverse("mentors:answer", args=[link.public_id])).status_code == 404
    assert client.get(reverse("sponsors:answer", args=[link.public_id])).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_an_answer_needs_the_pages_own_token(holder, asked, link):
    _, address = holder
    strict = Client(enforce_csrf_checks=True)
    strict.get(urlsplit(links.mint(link, at=timezone.now())).path)
    assert strict.post(address, YES).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_words_of_the_applicant_are_not_markup(holder):
    client, address = holder
    MentorAgreement.objects.update(note="<script>alert(1)</script>", project_title="<b>Bold</b>")
    text = text_of(client.get(address))
    assert "<script>alert" not in text
    assert "<b>Bold" not in text


def test_queries(holder, django_assert_max_num_queries):
    client, address = holder
    client.get(address)
    with django_assert_max_num_queries(6):
        client.get(address)
