"""The page behind the sealed link of a sponsor, mentor or chair: it shows the request, takes one answer, and later shows it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs import links
from programs.models import Call, Email, HistoryEntry, SealedLink

pytestmark = pytest.mark.django_db


def text_of(response):
    return " ".join(response.content.decode().split())


def close(call):
    now = timezone.now()
    Call.objects.update(closes_at=now - timedelta(days=9), review_due_at=now + timedelta(days=9), letters_grace_hours=24)


def test_the_request_is_shown_and_nothing_is_chosen(kind, holder, no):
    client, address = holder
    page = client.get(address)
    text = text_of(page)
    for words in (
        kind.question, "Samuel Ng", "Telehealth titration", kind.role, "1 July 2027 to 30 June 2029",
        "Dear colleague, as discussed.", "We will titrate by telephone. Your beds empty sooner.",
        *kind.duties, "No account is needed", kind.masked,
    ):  # fmt: skip
        assert words in text
    assert " checked" not in text
    assert page.headers["Cache-Control"] == "no-store, private"


@pytest.mark.both
def test_reading_stamps_the_first_opening_and_nothing_else(kind, holder, asked, link):
    """S7: twenty times HEAD and GET."""
    client, address = holder
    client.head(address)
    asked.refresh_from_db()
    assert asked.opened_at is None
    client.get(address)
    first = kind.model.objects.values().get()
    assert first["opened_at"] is not None
    rows = HistoryEntry.objects.count(), Email.objects.count()
    for _ in range(20):
        client.get(address)
        client.head(address)
    assert kind.model.objects.values().get() == first
    assert (HistoryEntry.objects.count(), Email.objects.count()) == rows


def test_nobody_promises_for_a_title_that_the_page_did_not_show(kind, holder, asked, yes):
    client, address = holder
    seen = client.get(address).context["seen"]
    assert seen == asked.project_title
    kind.model.objects.update(project_title="A quite different project")
    page = client.post(address, {**yes, "seen": seen})
    text = text_of(page)
    assert "The project has another title since you opened this page: “A quite different project”." in text
    assert f'value="{yes["signed_name"]}"' in text  # what was typed stays
    asked.refresh_from_db()
    assert asked.state == "asked"
    client.post(address, {**yes, "seen": page.context["seen"]})
    asked.refresh_from_db()
    assert (asked.state, asked.project_title) == ("committed", "A quite different project")


def test_a_mistake_in_the_form_does_not_hide_that_the_title_changed(kind, holder, asked, yes):
    client, address = holder
    seen = client.get(address).context["seen"]
    kind.model.objects.update(project_title="A quite different project")
    page = client.post(address, {**yes, "signed_name": "", "seen": seen})
    assert page.context["seen"] == seen
    assert "has another title since" in text_of(client.post(address, {**yes, "seen": page.context["seen"]}))


def test_whoever_declines_need_not_read_again(kind, holder, asked, no):
    client, address = holder
    kind.model.objects.update(project_title="A quite different project")
    client.post(address, {**no, "seen": "Telehealth titration"})
    asked.refresh_from_db()
    assert asked.state == "declined"


def test_a_yes_is_taken_and_shown_later(kind, holder, asked, yes):
    client, address = holder
    assert client.post(address, yes).headers["Location"] == address
    text = text_of(client.get(address))
    assert "You have committed" in text
    for duty in kind.duties:
        assert duty in text
    assert f"{kind.signed['signed_name']}, {kind.signed['signed_title']}" in text
    assert "UTC" in text or "Pacific" in text
    assert '<button type="submit" class="btn btn-primary">Send my answer' not in text
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_a_no_is_taken_and_shown_later(holder, asked, no):
    client, address = holder
    client.post(address, no)
    text = text_of(client.get(address))
    assert "You have declined" in text
    assert "No capacity." in text
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("declined", "No capacity.")


@pytest.mark.parametrize(
    ("choice", "changes", "words"),
    [
        ("", {}, "Please choose whether you commit or decline."),
        ("commit", {"duty_1": ""}, "Please tick this promise too, or decline and say why."),
        ("decline", {"reason": ""}, "Please say why you decline."),
        ("commit", {"reason": "I cannot, sorry, unless the board agrees."}, "You commit, yet say here why you decline."),
        ("commit", {"signed_name": ""}, "it stands for your signature"),
        ("decline", {"signed_name": "x.", "reason": "No time."}, "it stands for your signature"),
        ("commit", {"choice": "maybe"}, "maybe is not one of the available choices"),
        ("commit", {"signed_name": "x" * 5000}, "to 120 characters; it has 5000"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_keeps_what_was_typed(holder, asked, yes, no, choice, changes, words):
    client, address = holder
    posted = {"note": "Typed with care", **{"commit": yes, "decline": no, "": {}}[choice], **changes}
    page = client.post(address, posted)
    text = text_of(page)
    assert words in text
    assert all(typed in text for typed in posted.values() if len(typed) < 200)
    assert 'role="alert"' in text
    asked.refresh_from_db()
    assert asked.state == "asked"


@pytest.mark.both
def test_a_double_click_counts_once(kind, holder, asked, yes):
    """F25."""
    client, address = holder
    assert [client.post(address, yes).status_code for _ in range(3)] == [302, 302, 302]
    assert HistoryEntry.objects.about(asked).filter(verb="commit").count() == 1
    assert Email.objects.filter(kind=f"{kind.noun} answered").count() == 1


def test_another_answer_afterwards_explains_itself_and_shows_what_was_written(holder, asked, yes, no):
    client, address = holder
    client.post(address, yes)
    page = client.post(address, no)
    assert page.status_code == 409
    text = text_of(page)
    assert f"This request was answered already: {yes['signed_name']} has committed." in text
    assert "This answer was not taken" in text
    assert "not sent yet" not in text
    assert "What you wrote, not sent" in text
    assert no["reason"] in text
    asked.refresh_from_db()
    assert asked.state == "committed"


@pytest.mark.both
def test_after_it_was_replaced_or_withdrawn_the_page_says_so(kind, holder, asked, applicant, yes):
    """F25: the stale link explains, and changes nothing."""
    client, address = holder
    kind.workflow.replace(asked, by=applicant, at=timezone.now())
    for answer in (client.get(address), client.post(address, yes)):
        assert answer.status_code == 410
        assert "Nothing more is expected of you" in text_of(answer)
        assert "It was answered on" not in text_of(answer)
    asked.refresh_from_db()
    assert (asked.state, asked.signed_name) == ("replaced", "")


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_link_that_has_ended_still_says_that_it_was_answered(answer, kind, holder, asked, applicant, request):
    client, address = holder
    form = request.getfixturevalue(answer)
    client.post(address, form)
    kind.workflow.replace(kind.model.objects.get(), by=applicant, at=timezone.now())
    text = text_of(client.get(address))
    assert "This request has ended" in text
    assert f"signed by {form['signed_name']}. The answer stays on record and binds nobody any more." in text


def test_after_the_grace_the_page_says_so(holder, asked, call, yes):
    client, address = holder
    close(call)
    assert "The time to answer ended on" in text_of(client.get(address))
    assert client.post(address, yes).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_within_the_grace_an_answer_counts(holder, asked, call, yes):
    client, address = holder
    now = timezone.now()
    Call.objects.update(closes_at=now - timedelta(hours=1), letters_grace_hours=2)
    assert client.post(address, yes).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_an_expired_link_takes_no_answer(holder, asked, link, yes):
    client, address = holder
    SealedLink.objects.update(expires_at=timezone.now())
    late = client.post(address, yes | {"note": "I know the ward well."})
    assert late.status_code == 410
    assert "What you wrote, not sent" in text_of(late)
    assert "I know the ward well." in text_of(late)
    assert "Send a fresh link" in text_of(client.get(address))
    assert "not sent" not in text_of(client.get(address))
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_without_the_link_in_this_browser_there_is_nothing(kind, link, asked, client_of, applicant, coordinator, yes, no):
    """The clean address is no key, not even for people who may see the request."""
    address = reverse(kind.door.format("answer"), args=[link.public_id])
    for client in (Client(), client_of(applicant), client_of(coordinator)):
        assert client.get(address).status_code == 404
        assert client.post(address, yes).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_link_of_another_purpose_is_refused(kind, holder, link, asked, yes):
    """S5: the key of one door does not open the other, whatever address it is tried on."""
    client, _ = holder
    here, there = (reverse(name, args=[link.public_id]) for name in (kind.words.purpose, kind.other))
    assert client.get(there).status_code == 404
    assert client.post(there, yes).status_code == 404
    SealedLink.objects.update(purpose=kind.other)
    assert client.get(here).status_code == 404
    assert client.get(there).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_an_answer_needs_the_pages_own_token(holder, asked, link, yes):
    _, address = holder
    strict = Client(enforce_csrf_checks=True)
    strict.get(urlsplit(links.mint(link, at=timezone.now())).path)
    assert strict.post(address, yes).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_words_of_the_applicant_are_not_markup(kind, holder):
    client, address = holder
    kind.model.objects.update(note="<script>alert(1)</script>", project_title="<b>Bold</b>")
    text = text_of(client.get(address))
    assert "<script>alert" not in text
    assert "<b>Bold" not in text


def test_queries(holder, django_assert_max_num_queries):
    client, address = holder
    client.get(address)
    with django_assert_max_num_queries(6):
        client.get(address)
