"""The clock reminds mentors who have not answered: by the same link, once each, never in a pile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mentors import tasks, workflow
from mentors.models import MentorAgreement
from programs import reminders
from programs.models import Call, Email, LinkToken, Reminder, SealedLink

pytestmark = pytest.mark.django_db


def reminded():
    return Email.objects.filter(kind="mentor reminder").count()


def beat(at):
    return reminders.keep(workflow.REMINDER, workflow.remind_steps(at), at=at)


@pytest.fixture
def waiting(asked, call):
    MentorAgreement.objects.update(asked_at=call.closes_at - timedelta(days=30))
    return MentorAgreement.objects.for_page().get()


def test_the_ladder_over_the_weeks(waiting, call):
    moments = [call.closes_at - timedelta(days=day) for day in (14, 7, 3, 1)] + [call.letters_until - timedelta(days=1)]
    Call.objects.update(opens_at=call.closes_at - timedelta(days=60), published_at=call.closes_at - timedelta(days=60))
    beat(moments[0] - timedelta(days=1))
    for count, moment in enumerate(moments, start=1):
        assert beat(moment - timedelta(seconds=1)) == 0
        assert beat(moment) == 1
        assert beat(moment) == 0
        assert reminded() == count
    assert beat(call.letters_until) == 0


def test_the_reminder_carries_the_same_link_with_a_fresh_token(waiting, call, deliver_all, mailoutbox):
    beat(call.closes_at - timedelta(days=3))
    Email.objects.filter(kind="mentor reminder").update(due_at=timezone.now())
    deliver_all()
    assert SealedLink.objects.count() == 1
    assert LinkToken.objects.count() == 2
    first, second = mailoutbox
    assert first.to == second.to == [waiting.email]
    assert "Your answer is still needed by" in second.body.splitlines()[0]
    assert first.body.split("/links/")[1] != second.body.split("/links/")[1]


def test_two_beats_send_once(waiting, call):
    """F11."""
    at = call.closes_at - timedelta(days=3)
    assert [beat(at), beat(at)] == [1, 0]
    assert reminded() == 1


def test_after_days_without_a_beat_one_goes_out(waiting, call):
    """F12."""
    beat(call.closes_at - timedelta(days=14, hours=1))
    assert beat(call.closes_at - timedelta(hours=20)) == 1
    assert reminded() == 1


def test_after_the_grace_nothing_goes_out(waiting, call):
    assert beat(call.letters_until) == 0
    assert reminded() == 0


def test_the_office_holds_one(waiting, call, coordinator):
    at = call.closes_at - timedelta(days=3)
    beat(at - timedelta(hours=1))
    reminders.hold(Reminder.objects.get(key__endswith="+3d"), by=coordinator, at=at)
    assert beat(at) == 0


def test_the_task_is_safe_to_run_at_any_time(waiting):
    assert [tasks.remind() for _ in range(3)] == [1, 0, 0]


def test_an_answer_in_between_stops_it(waiting, call):
    at = call.closes_at - timedelta(days=3)
    beat(at - timedelta(hours=1))
    workflow.commit(waiting, signed_name="Maya", signed_title="Professor", note="", at=at, link=SealedLink.objects.get())
    assert beat(at) == 0
    assert not Reminder.objects.planned().exists()
