"""The page of a request in every state, by the link and signed in: it says how things stand and takes no second answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs import links
from programs.models import Call, HistoryEntry, SealedLink
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

# What happened before → what the page answers, what it says, what it answers to a late yes.
BY_LINK = {
    "asked": (200, "Send my answer", 302),
    "committed": (200, "You have committed", 302),
    "committed as somebody else": (200, "You have committed", 409),
    "declined": (200, "You have declined", 409),
    "late": (200, "The time to answer ended on", 409),
    "replaced": (410, "Nothing more is expected of you", 410),
    "replaced, its link forgotten": (200, "This request has ended", 409),
    "revoked": (410, "Nothing more is expected of you", 410),
    "expired": (410, "This link has expired", 410),
}
SIGNED_IN = {
    **{before: BY_LINK[before] for before in ("asked", "committed", "committed as somebody else", "declined", "late")},
    "replaced": (200, "This request has ended", 409),
    "revoked": (200, "Send my answer", 302),
    "expired": (200, "Send my answer", 302),
}


@pytest.fixture
def bring(kind, asked, link, applicant):
    """Bring the request into a state, by the verbs where there is one."""
    at = timezone.now()
    verbs = {
        "asked": lambda: None,
        "committed": lambda: kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link),
        "committed as somebody else": lambda: kind.workflow.commit(
            asked, signed_name="Lee Castellano", signed_title="Director", note="", at=at, link=link
        ),
        "declined": lambda: kind.workflow.decline(asked, **kind.signed, reason="No capacity.", at=at, link=link),
        "late": lambda: Call.objects.update(closes_at=at - timedelta(days=9), letters_grace_hours=24),
        "replaced": lambda: kind.workflow.replace(asked, by=applicant, at=at),
        "replaced, its link forgotten": lambda: kind.model.objects.update(state="replaced"),
        "revoked": lambda: links.revoke(asked, at=at),
        "expired": lambda: SealedLink.objects.update(expires_at=at),
    }
    return lambda before: verbs[before]()


def look(client, address, yes, expected, kind):
    code, words, late = expected
    page = client.get(address)
    text = " ".join(page.content.decode().split())
    assert (page.status_code, words in text) == (code, True)
    assert ("Send my answer" in text) == (words == "Send my answer")
    row, told = kind.model.objects.values().get(), HistoryEntry.objects.count()
    assert client.post(address, yes).status_code == late
    if words != "Send my answer":
        assert (kind.model.objects.values().get(), HistoryEntry.objects.count()) == (row, told)


@pytest.mark.parametrize("before", BY_LINK)
def test_by_the_link(holder, bring, yes, kind, before):
    client, address = holder
    client.get(address)
    bring(before)
    look(client, address, yes, BY_LINK[before], kind)


@pytest.mark.parametrize("before", SIGNED_IN)
def test_signed_in(client_of, asked, bring, yes, kind, before):
    """A person with an account needs no link, so that its end is no hindrance."""
    bring(before)
    client = client_of(UserFactory(email=asked.email))
    look(client, reverse(kind.door.format("respond"), args=[asked.pk]), yes, SIGNED_IN[before], kind)
