"""Sealed links: one purpose, one row, one addressee; they expire, are renewed and revoked, and cannot be guessed."""

import uuid
from datetime import timedelta

import pytest
from django.test import RequestFactory

from mentors.models import MentorAgreement
from programs import links
from programs.models import LinkToken, SealedLink
from sponsors.models import SponsorCommitment

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(asked):
    return SealedLink.objects.get()


@pytest.fixture
def browser():
    request = RequestFactory().get("/")
    request.session = {}
    return request


def token_of(link, at):
    return links.mint(link, at=at).rstrip("/").rsplit("/", 1)[-1]


def test_a_token_grants_its_link_to_this_browser(link, browser, at):
    assert links.follow(browser, token_of(link, at)) == link
    assert links.granted(browser, link.public_id, "sponsors:answer", at=at) == link
    assert links.subject_of(link, SponsorCommitment).email == "dana@county.example"


def test_every_token_of_a_link_works(link, browser, at):
    for token in [token_of(link, at) for _ in range(3)]:
        assert links.follow(browser, token) == link
    assert LinkToken.objects.count() == 3


@pytest.mark.parametrize(
    "mend", [lambda token: token[:-1], lambda token: token + "A", str.swapcase, lambda token: "", lambda token: "a"]
)
def test_a_mistyped_token_is_unknown(link, browser, at, mend):
    with pytest.raises(links.LinkRefused) as refused:
        links.follow(browser, mend(token_of(link, at)))
    assert (refused.value.reason, refused.value.link) == ("unknown", None)
    assert browser.session == {}


def test_the_address_alone_opens_nothing(link, browser, at):
    for public_id in (link.public_id, uuid.uuid4()):
        with pytest.raises(links.LinkRefused) as refused:
            links.granted(browser, public_id, "sponsors:answer", at=at)
        assert refused.value.reason == "unknown"


def test_another_purpose_is_refused(link, browser, at):
    links.follow(browser, token_of(link, at))
    with pytest.raises(links.LinkRefused):
        links.granted(browser, link.public_id, "mentors:answer", at=at)
    with pytest.raises(links.LinkRefused):
        links.subject_of(link, MentorAgreement)


def test_it_expires_to_the_second_and_can_be_extended(link, browser, at):
    links.follow(browser, token_of(link, at))
    assert links.granted(browser, link.public_id, at=link.expires_at - timedelta(seconds=1))
    with pytest.raises(links.LinkRefused) as refused:
        links.granted(browser, link.public_id, at=link.expires_at)
    assert (refused.value.reason, refused.value.link) == ("expired", link)
    links.extend(link, at=link.expires_at)
    assert links.granted(browser, link.public_id, at=link.expires_at + timedelta(days=13))


def test_revoked_is_dead_at_once(link, asked, browser, at):
    links.follow(browser, token_of(link, at))
    assert links.revoke(asked, at=at) == 1
    with pytest.raises(links.LinkRefused) as refused:
        links.granted(browser, link.public_id, at=at)
    assert refused.value.reason == "revoked"
    assert links.revoke(asked, at=at) == 0


def test_the_first_opening_is_stamped_once(link, at):
    assert links.note_opened(link, at=at)
    assert not links.note_opened(link, at=at + timedelta(hours=1))
    link.refresh_from_db()
    assert link.opened_at == at


def test_a_session_holds_at_most_twenty_links(asked, browser, at):
    for _ in range(25):
        sealed = links.seal(asked, purpose="sponsors:answer", email="a@example.org", at=at, expires_at=at + timedelta(days=1))
        links.follow(browser, token_of(sealed, at))
    assert len(browser.session[links.GRANTED]) == 20
    assert browser.session[links.GRANTED][-1] == str(sealed.public_id)


def test_an_address_is_masked():
    assert links.masked("dana@county.example") == "d•••@county.example"
