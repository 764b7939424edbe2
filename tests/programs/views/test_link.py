"""The door for sealed links: a token leads to a clean address, guesses lead nowhere, scanners change nothing."""

import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs import links
from programs.models import Call, Email, HistoryEntry, SealedLink
from programs.templatetags.portal import in_zone
from programs.views.links import MISSES
from sponsors.models import SponsorCommitment

pytestmark = [pytest.mark.django_db, pytest.mark.both]
YES = {"choice": "commit", "duty_0": "on", "duty_1": "on", "duty_2": "on", "signed_name": "Dana Whitfield", "signed_title": "Chief"}


@pytest.fixture
def link(asked):
    return SealedLink.objects.get()


def address_of(link):
    return urlsplit(links.mint(link, at=timezone.now())).path


def expire(link):
    SealedLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_a_token_leads_to_a_clean_address(client, link):
    address = address_of(link)
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("sponsors:answer", args=[link.public_id])
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert address.rsplit("/", 2)[1] not in page.content.decode()


def test_a_second_browser_needs_the_token_too(client, link):
    client.get(address_of(link))
    assert Client().get(reverse("sponsors:answer", args=[link.public_id])).status_code == 404


def test_scanners_change_nothing(link, asked):
    """S7: HEAD and GET, twenty times, from several places."""
    address = address_of(link)
    before = state()
    for number in range(20):
        scanner = Client(REMOTE_ADDR=f"198.51.100.{number}")
        assert scanner.head(address).status_code == 200
        page = scanner.get(address, follow=True)
        assert page.status_code == 200
        assert scanner.head(page.redirect_chain[-1][0]).status_code == 200
    after = state()
    assert after["opened"] is not None
    assert {**after, "opened": None} == {**before, "opened": None}


def test_head_leaves_no_trace_at_all(client, link):
    client.head(address_of(link))
    client.head(reverse("sponsors:answer", args=[link.public_id]))
    assert state()["opened"] is None
    assert "sessionid" not in client.cookies


def state():
    return {
        "opened": SponsorCommitment.objects.get().opened_at, "state": SponsorCommitment.objects.get().state,
        "history": HistoryEntry.objects.count(), "emails": Email.objects.count(),
        "link": list(SealedLink.objects.values_list("expires_at", "revoked_at")),
    }  # fmt: skip


def test_guessing_is_stopped(client, link, django_assert_num_queries):
    """S4: every guess costs the same one query, by its whole hash; 429 after 20 misses. See test_links.py for 100,000 of them."""
    address_of(link)
    codes = []
    for _ in range(200):
        with django_assert_num_queries(1) as asked:
            codes.append(client.get(f"/links/{secrets.token_urlsafe(32)}/").status_code)
        assert "sha256" in asked[0]["sql"]
    assert codes == [404] * MISSES + [429] * (200 - MISSES)
    assert links.GRANTED not in client.session


def test_a_part_of_a_token_and_its_neighbours_are_no_token(client, link, django_assert_num_queries):
    """S4: whoever has read half a token over a shoulder is no nearer; nor does the answer say how near a guess is."""
    token = address_of(link).rsplit("/", 2)[1]
    other = "A" if token[20] != "A" else "B"
    guesses = [token[:length] for length in range(1, len(token))]
    guesses += [token[:place] + ("x" if sign != "x" else "y") + token[place + 1 :] for place, sign in enumerate(token)]
    guesses += [token + "A", token.swapcase(), token[::-1], token[:20] + other + token[21:], f"{token}%20", links.digest(token)]
    words = set()
    for number, guess in enumerate(guesses):
        browser = Client(REMOTE_ADDR=f"198.51.100.{number}")
        with django_assert_num_queries(1):
            answer = browser.get(f"/links/{guess}/")
        assert answer.status_code == 404
        words.add(answer.content)
        assert links.GRANTED not in browser.session
    assert len(words) == 1
    assert client.get(f"/links/{token}/").status_code == 303


def test_a_known_link_works_from_an_address_of_many_misses(client, link):
    """A hospital has one address for all its people: a broken mail program of one must not lock the others out."""
    address = address_of(link)
    for number in range(MISSES * 2):
        assert client.get(f"{address[:-2]}/").status_code == (404 if number < MISSES else 429)
        assert client.get(address).status_code == 303
    expire(link)
    assert client.get(address, follow=True).status_code == 410
    assert client.get("/links/mistyped/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get("/links/mistyped/").status_code == 404


def test_hits_count_for_nothing(client, link):
    address = address_of(link)
    for _ in range(MISSES * 2):
        assert client.get(address).status_code == 303
    assert client.get("/links/mistyped/").status_code == 404


def test_an_unknown_link_says_what_to_do_and_sends_no_referrer(client_of, link, applicant):
    answer = client_of(applicant).get("/links/mistyped/")
    text = answer.content.decode()
    assert answer.status_code == 404
    assert "We do not know this link" in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "<form" not in text  # a form of a page without referrer would be refused as forged


def test_an_expired_link_offers_a_fresh_one_to_its_own_address(client, link, deliver_all, mailoutbox):
    address = address_of(link)
    expire(link)
    page = client.get(address, follow=True)
    text = page.content.decode()
    assert page.status_code == 410
    assert "This link has expired" in text
    assert "Send a fresh link to d•••@county.example" in text
    assert "dana@county.example" not in text
    renewed = client.post(reverse("programs:link_renew", args=[link.public_id]))
    assert "It usually arrives within a minute" in renewed.content.decode()
    deliver_all()
    assert mailoutbox[-1].to == ["dana@county.example"]
    fresh = re.search(r"/links/\S+", mailoutbox[-1].body)[0]
    assert client.get(fresh, follow=True).status_code == 200
    assert client.get(address, follow=True).status_code == 410


def test_no_fresh_link_is_offered_when_nothing_can_be_answered_any_more(client, link):
    address = address_of(link)
    expire(link)
    Call.objects.update(opens_at=timezone.now() - timedelta(days=900), closes_at=timezone.now() - timedelta(days=800))
    page = client.get(address, follow=True)
    text = page.content.decode()
    assert page.status_code == 410
    assert "and nothing was answered. Nothing more is expected of you." in text
    assert "Send a fresh link" not in text
    refused = client.post(reverse("programs:link_renew", args=[link.public_id]))
    assert (refused.status_code, Email.objects.count()) == (410, 1)
    answered = {"state": "committed", "answered_at": timezone.now() - timedelta(days=801), "signed_name": "Dana Whitfield"}
    SponsorCommitment.objects.update(**answered)
    assert "Send a fresh link to d•••@county.example" in client.get(address, follow=True).content.decode()


def test_the_fresh_link_comes_in_an_e_mail_of_its_own(client, link, asked, deliver_all, mailoutbox):
    """The last e-mail may have been a reminder that names a day which is over: it is not repeated."""
    address = address_of(link)
    Email.objects.update(subject="[Action required] Reminder: answer by 3 May", text="Please answer by 3 May.")
    expire(link)
    client.get(address)
    client.post(reverse("programs:link_renew", args=[link.public_id]))
    deliver_all()
    received = mailoutbox[-1]
    fresh = SealedLink.objects.latest("pk")
    assert received.subject == f"Your fresh link: {asked.applicant.name}’s application"
    assert in_zone(fresh.expires_at, asked.call.time_zone) in received.body
    assert f"Dear {asked.name}" in received.body
    assert "3 May" not in received.body


def test_an_expired_token_never_opens_anything_again(client, link, asked, deliver_all, mailoutbox):
    """S6: whoever holds an old token, but not the mailbox, gets an e-mail sent to its owner and nothing else."""
    address, page = address_of(link), reverse("sponsors:answer", args=[link.public_id])
    thief, earlier = Client(), Client()
    earlier.get(address)
    expire(link)
    assert thief.get(address, follow=True).status_code == 410
    assert thief.post(reverse("programs:link_renew", args=[link.public_id])).status_code == 200
    deliver_all()
    for browser in (thief, earlier, client):
        for _ in range(2):
            assert browser.get(page).status_code in (404, 410)
            assert browser.post(page, YES).status_code in (404, 410)
            browser.get(address)
    asked.refresh_from_db()
    assert (asked.state, asked.signed_name) == ("asked", "")
    owner = Client()
    opened = owner.get(re.search(r"/links/\S+", mailoutbox[-1].body)[0], follow=True)
    assert owner.post(opened.redirect_chain[-1][0], YES).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "committed"


def test_renewing_lets_the_grant_of_the_expired_link_go(client, link):
    client.get(address_of(link))
    expire(link)
    client.post(reverse("programs:link_renew", args=[link.public_id]))
    assert client.session[links.GRANTED] == []
    assert client.post(reverse("programs:link_renew", args=[link.public_id])).status_code == 404
    assert Email.objects.count() == 2


def test_a_revoked_link_says_that_nothing_is_expected(client, link, asked):
    address = address_of(link)
    links.revoke(asked, at=timezone.now())
    page = client.get(address, follow=True)
    assert page.status_code == 410
    assert "Nothing more is expected of you" in page.content.decode()
    assert client.post(reverse("programs:link_renew", args=[link.public_id])).status_code == 410
    assert Email.objects.count() == 1


def test_renewing_needs_the_old_link_in_this_browser(client, link):
    expire(link)
    assert client.post(reverse("programs:link_renew", args=[link.public_id])).status_code == 404
    assert client.get(reverse("programs:link_renew", args=[link.public_id])).status_code == 405
    assert Email.objects.count() == 1


def test_renewing_a_living_link_goes_to_its_page(client, link):
    client.get(address_of(link))
    answer = client.post(reverse("programs:link_renew", args=[link.public_id]))
    assert answer.headers["Location"] == reverse("sponsors:answer", args=[link.public_id])
    assert Email.objects.count() == 1


def test_at_most_three_fresh_links_an_hour(client, link):
    address = address_of(link)
    Email.objects.update(created_at=timezone.now() - timedelta(days=40))
    expire(link)
    for _ in range(5):
        client.get(address)
        last = client.post(reverse("programs:link_renew", args=[link.public_id]))
    assert Email.objects.count() == 1 + 3
    assert "several times within an hour" in last.content.decode()
