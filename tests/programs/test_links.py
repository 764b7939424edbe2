"""Sealed links: one purpose, one row, one addressee; they expire, are renewed and revoked, and cannot be guessed."""

import base64
import secrets
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


def test_a_hundred_thousand_guesses_hit_none_of_a_thousand_tokens(link, browser, at):
    """S4: 1,000 minted tokens, 32 bytes each of which nothing stays the same, and as many guesses looked up by the stored hash."""
    tokens = [token_of(link, at) for _ in range(1000)]
    token, long = tokens[0], 32
    inside = [base64.urlsafe_b64decode(f"{one}=") for one in tokens]
    assert {len(one) for one in inside} == {long}
    # Of 1,000 draws from 256 some 250 differ at each place; below 200 there would be less in a byte than its eight bits.
    assert min(len(set(place)) for place in zip(*inside, strict=True)) > 200
    assert LinkToken.objects.count() == len(set(tokens)) == 1000
    guesses = [secrets.token_urlsafe(long) for _ in range(100_000)]
    for guess in guesses[:1000]:
        with pytest.raises(links.LinkRefused):
            links.follow(browser, guess)
    for start in range(0, len(guesses), 500):
        assert not LinkToken.objects.filter(sha256__in=map(links.digest, guesses[start : start + 500])).exists()
    assert browser.session == {}
    assert links.follow(browser, token) == link


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


def test_it_expires_to_the_second_for_good(link, browser, at):
    links.follow(browser, token_of(link, at))
    late = link.expires_at
    assert links.granted(browser, link.public_id, at=late - timedelta(seconds=1))
    assert links.living(link, at=late - timedelta(seconds=1)) == link
    for _ in range(2):
        with pytest.raises(links.LinkRefused) as refused:
            links.granted(browser, link.public_id, at=late)
        assert (refused.value.reason, refused.value.link) == ("expired", link)
        links.living(link, at=late)


def test_what_follows_an_expired_link_opens_the_same_with_its_own_token_alone(link, asked, browser, at):
    links.follow(browser, token_of(link, at))
    late = link.expires_at
    fresh = links.living(link, at=late)
    same = ("purpose", "subject", "email", "program")
    assert [getattr(fresh, name) for name in same] == [getattr(link, name) for name in same]
    assert (fresh.created_at, fresh.expires_at, fresh.tokens.count()) == (late, late + timedelta(days=14), 0)
    assert links.living(link, at=late + timedelta(days=1)) == fresh
    with pytest.raises(links.LinkRefused) as refused:
        links.granted(browser, fresh.public_id, at=late)
    assert refused.value.reason == "unknown"
    links.follow(browser, token_of(fresh, late))
    assert links.granted(browser, fresh.public_id, "sponsors:answer", at=late + timedelta(days=13)) == fresh
    assert links.revoke(asked, at=late) == 2


def test_a_grant_can_be_let_go(link, browser, at):
    links.follow(browser, token_of(link, at))
    links.let_go(browser, link)
    with pytest.raises(links.LinkRefused):
        links.granted(browser, link.public_id, at=at)


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
