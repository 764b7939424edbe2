"""Reminders of many rows: so many at a time, the same number of queries, one message to the broker, the rest at the next tick."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core.cache import cache

from applications import checklist
from applications.models import Application
from applications.workflow.reminders import DRAFT_REMINDER
from mentors import workflow as mentoring
from mentors.workflow import chair as chairing
from programs import links, reminders
from programs.models import Call, Email, Reminder
from programs.promises.table import opens_until
from reviews.tasks import REVIEW_REMINDER
from scholars.workflow.reminders import OFFER_REMINDER
from sponsors import workflow as sponsoring
from tests.factories.applications import ApplicationFactory, write_sections
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory
from tests.factories.scholars import AwardFactory, built

pytestmark = pytest.mark.django_db
BEGUN = timedelta(days=40)  # before the first step of every ladder


def drafts(call, many):
    return [ApplicationFactory(call=call, started_at=call.closes_at - BEGUN) for _ in range(many)]


@pytest.fixture
def waiting(call, reviewer, coordinator, director):
    """Make rows of one kind that wait for somebody; returns the moment at which each has one reminder to send."""

    def promises(factory, many):
        for draft in drafts(call, many):
            promise = factory(call=call, applicant=draft.applicant, asked_at=call.closes_at - BEGUN)
            links.seal(promise, purpose="answer", email=promise.email, at=promise.asked_at, expires_at=opens_until(promise))
        return call.closes_at - timedelta(days=3)

    def made(rule, many):
        if rule is DRAFT_REMINDER:
            drafts(call, many)
            return call.closes_at - timedelta(days=3)
        if rule is OFFER_REMINDER:
            decided = [ApplicationFactory(call=call, state="awarded") for _ in range(many)]
            [*_, award] = awards = [AwardFactory(application=application, offered_by=director) for application in decided]
            for award in awards:
                built(award)
            return award.accept_by - timedelta(days=1)
        if rule is REVIEW_REMINDER:
            facts = {"reviewer": reviewer, "assigned_by": coordinator}
            read = [ApplicationFactory(call=call, state="under_review") for _ in range(many)]
            [*_, last] = [AssignmentFactory(application=application, **facts) for application in read]
            return last.due_at - timedelta(days=1)
        if rule is chairing.REMINDER:
            Call.objects.update(asks_chair=True)
            return promises(ChairCommitmentFactory, many)
        return promises(SponsorCommitmentFactory if rule is sponsoring.REMINDER else MentorAgreementFactory, many)

    return made


# What does not wait any more; the ids of what does; what is planned, and its rows; what is due; savepoint, take, mark, write,
# release. Then what each kind reads for its e-mails: what a draft holds, the links that still open a request.
FIXED = 10
OWN = {"draft": 3, "sponsor reminder": 1, "mentor reminder": 1, "chair reminder": 1, "review": 0, "offer to accept": 0}
RULES = [DRAFT_REMINDER, sponsoring.REMINDER, mentoring.REMINDER, chairing.REMINDER, REVIEW_REMINDER, OFFER_REMINDER]


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_the_number_of_queries_does_not_grow(rule, many, waiting, django_assert_num_queries):
    at = waiting(rule, many)
    reminders.keep(rule, at=at - timedelta(hours=1))
    before = Email.objects.count()
    with django_assert_num_queries(FIXED + OWN[rule.kind]):
        assert reminders.keep(rule, at=at) == many
    assert Email.objects.count() == before + many


def test_what_is_missing_of_many_is_what_is_missing_of_each(call, other_call):
    Call.objects.filter(pk=call.pk).update(asks_chair=True)
    first, second, third = drafts(call, 3)
    fourth = ApplicationFactory(call=other_call, applicant=first.applicant)
    write_sections(first)
    SponsorCommitmentFactory(call=call, applicant=first.applicant, committed=True)
    MentorAgreementFactory(call=call, applicant=second.applicant, declined=True)
    MentorAgreementFactory(call=other_call, applicant=first.applicant)
    ChairCommitmentFactory(call=call, applicant=third.applicant)
    ChairCommitmentFactory(call=other_call, applicant=first.applicant)  # of a call that does not ask for one
    together = list(Application.objects.for_page().filter(pk__in=[one.pk for one in (first, second, third, fourth)]))
    held = checklist.contents_of(together)
    for application in together:
        assert checklist.missing(application, held[application.pk]) == checklist.missing(application)
    assert len({tuple(checklist.missing(application)) for application in together}) == 4
    assert checklist.contents_of([]) == {}


def test_when_the_time_is_up_the_rest_waits_for_the_next_tick(call, waiting):
    at = waiting(DRAFT_REMINDER, 7)
    facts = {"seconds": 0, "together": 3}
    assert [reminders.keep(DRAFT_REMINDER, at=at + timedelta(minutes=5 * n), **facts) for n in range(5)] == [3, 3, 1, 0, 0]
    assert len(set(Email.objects.values_list("to", flat=True))) == Email.objects.count() == 7
    assert Reminder.objects.filter(sent_at__isnull=False).count() == 7


def test_one_that_comes_due_behind_the_place_is_reached_too(call, waiting):
    """The next tick goes round: whoever was looked at already is looked at again, after those who were not."""
    at = waiting(DRAFT_REMINDER, 4)
    facts = {"seconds": 0, "together": 2}
    assert reminders.keep(DRAFT_REMINDER, at=at, **facts) == 2
    later = at + timedelta(days=2)  # the next step of all four
    assert [reminders.keep(DRAFT_REMINDER, at=later, **facts) for _ in range(3)] == [2, 2, 0]


def test_a_lost_place_loses_nothing(call, waiting):
    at = waiting(DRAFT_REMINDER, 5)
    assert reminders.keep(DRAFT_REMINDER, at=at, seconds=0, together=2) == 2
    cache.clear()
    assert reminders.keep(DRAFT_REMINDER, at=at) == 3


def test_one_held_after_it_was_planned_stays_behind_when_the_others_go(call, waiting, coordinator):
    at = waiting(DRAFT_REMINDER, 3)
    reminders.keep(DRAFT_REMINDER, at=at - timedelta(hours=1))
    reminders.keep(DRAFT_REMINDER, at=at - timedelta(minutes=30))
    reminders.hold(Reminder.objects.planned().filter(due_at=at).first(), by=coordinator, at=at)
    assert reminders.keep(DRAFT_REMINDER, at=at) == 2


@pytest.mark.django_db(transaction=True)
def test_a_tick_asks_the_broker_once(call, waiting, monkeypatch):
    at, asked_for = waiting(DRAFT_REMINDER, 5), []
    monkeypatch.setattr(current_app, "send_task", lambda task, **options: asked_for.append(task))
    assert reminders.keep(DRAFT_REMINDER, at=at, together=2) == 5
    assert asked_for == ["programs.tasks.sweep_emails"]
    assert reminders.keep(DRAFT_REMINDER, at=at) == 0
    assert asked_for == ["programs.tasks.sweep_emails"]
