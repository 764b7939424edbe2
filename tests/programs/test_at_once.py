"""E-mails sent again and links renewed by several hands in the same moment: each gets a copy or a sentence, never an error."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from programs import workflow
from programs.models import Email, SealedLink
from programs.transitions import NotPossible

HANDS = 4

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, hands=HANDS):
    """Let several hands act in the same moment; return what each got: True, or the sentence that refused it."""
    barrier = threading.Barrier(hands, timeout=30)

    def one(number):
        try:
            barrier.wait()
            act(number)
        except NotPossible as refusal:
            return str(refusal)
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


def test_one_email_is_sent_again_once(asked, coordinator, at):
    Email.objects.update(state="done", done_at=at)
    found = at_once(lambda number: workflow.send_again(Email.objects.earliest("pk"), by=coordinator, at=at))
    assert sorted(map(str, found)) == ["This e-mail is still on its way."] * 3 + ["True"]
    assert Email.objects.count() == 2


def test_an_expired_link_is_renewed_three_times_an_hour_by_however_many(asked, at):
    late = SealedLink.objects.get().expires_at + timedelta(minutes=1)
    found = at_once(lambda number: workflow.renew_link(SealedLink.objects.earliest("pk"), at=late))
    assert found.count(True) == workflow.RENEWALS_AN_HOUR
    assert Email.objects.count() == 1 + workflow.RENEWALS_AN_HOUR
    assert SealedLink.objects.count() == 2
