"""F10 and F11: the same work asked for twenty times by four workers, or by two clocks at once, is done once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from applications import workflow as applications
from applications.models import Submission
from applications.tasks import remind
from programs import mail
from programs.models import Email, Reminder
from scholars import workflow as scholars
from scholars.models import AwardLetter
from tests.factories.applications import ApplicationFactory
from tests.factories.scholars import AwardFactory

DELIVERIES, WORKERS = 20, 4

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, times=DELIVERIES, hands=WORKERS):
    """Call `work` so many times from that many threads, each with a connection of its own; return what the calls returned."""
    barrier = threading.Barrier(hands, timeout=30)

    def share():
        try:
            barrier.wait()
            return [work() for _ in range(times // hands)]
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        shares = [pool.submit(share) for _ in range(hands)]
    return [answer for done in shares for answer in done.result()]


def files(folder):
    folders, names = default_storage.listdir(folder)
    return [*names, *(name for inner in folders for name in files(f"{folder}/{inner}"))]


def test_an_email_is_sent_once(program):
    now = timezone.now()
    facts = {"program": program, "kind": "test", "to": "dana@county.example", "text": "Words.", "created_at": now, "due_at": now}
    rows = [Email.objects.create(dedupe_key=str(number), subject=f"E-mail {number}", **facts) for number in range(5)]
    for row in rows:
        sent = at_once(lambda pk=row.pk: mail.deliver(pk, at=timezone.now()))
        assert sorted(sent) == [False] * (DELIVERIES - 1) + [True]
    assert [message.subject for message in post.outbox] == [row.subject for row in rows]
    assert set(Email.objects.values_list("state", "attempts", "maybe_twice")) == {("done", 1, False)}


def test_a_letter_is_built_and_announced_once(call, applicant, director):
    award = AwardFactory(application=ApplicationFactory(call=call, state="awarded", applicant=applicant), offered_by=director)
    letter = AwardLetter.objects.create(award=award, text=scholars.merged(award, at=timezone.now()), due_at=timezone.now())
    built = at_once(lambda: scholars.build_letter(letter.pk, at=timezone.now()))
    assert sorted(built) == [False] * (DELIVERIES - 1) + [True]
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("done", 1)
    assert len(files("letters")) == 1
    assert Email.objects.count() == 1


def test_letters_taken_together_are_built_once_each(call, director):
    awards = [AwardFactory(application=ApplicationFactory(call=call, state="awarded"), offered_by=director) for _ in range(4)]
    due = {"text": scholars.merged(awards[0], at=timezone.now()), "due_at": timezone.now()}
    ids = [AwardLetter.objects.create(award=award, **due).pk for award in awards]
    built = at_once(lambda: scholars.build_letters(list(AwardLetter.objects.for_build().filter(pk__in=ids)), at=timezone.now()))
    assert sum(built) == len(ids)
    assert set(AwardLetter.objects.values_list("state", "attempts")) == {("done", 1)}
    assert len(files("letters")) == Email.objects.count() == len(ids)


def test_a_packet_is_made_once(call, applicant):
    submission = Submission.objects.get(application=ApplicationFactory(call=call, state="submitted", applicant=applicant))
    made = at_once(lambda: applications.make_packet(Submission.objects.get(pk=submission.pk), at=timezone.now()))
    assert sorted(made) == [False] * (DELIVERIES - 1) + [True]
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("done", 1)
    assert default_storage.exists(submission.packet.name)
    assert len(files(submission.packet.name.split("/", 1)[0])) == 1


def test_two_clocks_remind_once(call):
    """Eight rounds with new drafts in each, because two clocks meet in the same moment only sometimes."""
    begun = timezone.now() - timedelta(days=20)
    for number in range(1, 9):
        for _ in range(4):  # whoever began before the first step, two weeks before the deadline, is reminded now
            ApplicationFactory(call=call, started_at=begun)
        sent = at_once(remind, times=2, hands=2)
        assert sum(sent) == 4
        assert Email.objects.count() == Reminder.objects.filter(sent_at__isnull=False).count() == 4 * number
    assert len(set(Email.objects.values_list("to", flat=True))) == 4 * 8
    assert remind() == 0
