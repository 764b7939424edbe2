"""F13: two directors at the same moment never fill the last place twice, nor release one decision twice."""

import itertools
import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from programs.models import Cohort, Email, HistoryEntry, Section
from programs.transitions import NotPossible
from programs.workflow import keep_call
from scholars import workflow
from scholars.models import Award, AwardLetter, Decision, Scholar
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory
from tests.factories.scholars import AwardFactory, DecisionFactory, accept

ROUNDS = 200

pytestmark = pytest.mark.django_db(transaction=True)


def race(rounds, contenders, reset, check):
    """Let the contenders run into each other `rounds` times; each returns what it did or the sentence that refused it."""
    barrier = threading.Barrier(len(contenders) + 1, timeout=60)
    results = [None] * len(contenders)

    def run(place, act):
        try:
            for _ in range(rounds):
                barrier.wait()
                try:
                    results[place] = act()
                except NotPossible as refusal:
                    results[place] = str(refusal)
                barrier.wait()
        except threading.BrokenBarrierError:
            pass
        except BaseException:
            barrier.abort()
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(contenders)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            reset()
            barrier.wait()
            barrier.wait()
            check(results)
    finally:
        barrier.abort()
        for thread in threads:
            thread.join()


def start_again(*applications):
    AwardLetter.objects.all().delete()
    Award.objects.all().delete()
    HistoryEntry.objects.all().delete()
    Email.objects.all().delete()
    Decision.objects.update(released_at=None, released_by=None)
    for application in applications:
        type(application).objects.filter(pk=application.pk).update(state="under_review")


def test_two_directors_release_the_same_decision_once(call, director, director2):
    application = ApplicationFactory(call=call, state="under_review", written=False)
    DecisionFactory(application=application, staged_by=director)

    def release_by(person):
        return lambda: len(workflow.release(call, by=person, at=timezone.now()).awards)

    def check(results):
        assert sorted(map(str, results)) == ["1", "No decision is staged: somebody may have released them just now."]
        assert Award.objects.count() == AwardLetter.objects.count() == 1

    race(50, [release_by(director), release_by(director2)], lambda: start_again(application), check)


@pytest.mark.long
def test_two_calls_do_not_fill_the_last_place_of_a_cohort_twice(call, cohort, director, director2):
    Cohort.objects.filter(pk=cohort.pk).update(places=1, budget=Decimal("10000000"))
    calls = [call, CallFactory(cohort=cohort, parts=False, opens_at=call.opens_at, closes_at=call.closes_at)]
    applications = [ApplicationFactory(call=each, state="under_review", written=False) for each in calls]
    for application in applications:
        DecisionFactory(application=application, staged_by=director)

    def release(each, person):
        return lambda: len(workflow.release(each, by=person, at=timezone.now()).awards)

    def check(results):
        assert sorted(map(str, results)) == ["1", "1 award staged, 0 places left."]
        assert workflow.room(cohort).taken == 1

    contenders = [release(each, person) for each, person in zip(calls, (director, director2), strict=True)]
    race(ROUNDS, contenders, lambda: start_again(*applications), check)


def test_two_directors_offer_one_free_place_once(call, cohort, director, director2):
    Cohort.objects.filter(pk=cohort.pk).update(places=1)
    applications = [ApplicationFactory(call=call, state="alternate", written=False) for _ in range(2)]
    for order, application in enumerate(applications, start=1):
        DecisionFactory(
            application=application, outcome="alternate", alternate_order=order, staged_by=director, released_at=timezone.now(),
            released_by=director,
        )  # fmt: skip

    def reset():
        AwardLetter.objects.all().delete()
        Award.objects.all().delete()
        for application in applications:
            type(application).objects.filter(pk=application.pk).update(state="alternate")

    def offer_by(person):
        return lambda: workflow.offer_next(call, by=person, at=timezone.now()).application_id

    def check(results):
        refused = [result for result in results if isinstance(result, str)]
        assert len(refused) == 1
        assert refused[0].startswith("1 award to offer, 0 places left.")
        assert Award.objects.get().application == applications[0]

    race(20, [offer_by(director), offer_by(director2)], reset, check)


def test_a_cohort_is_changed_while_calls_are_written_and_an_offer_is_accepted(cohort, call, director, director2):
    """Whoever changes a cohort holds its row and the programme's; both are pointed to by what the others write."""
    numbers = itertools.count()
    Cohort.objects.filter(pk=cohort.pk).update(places=100, budget=Decimal(99_000_000))
    offered = []

    def change():
        changed = Cohort.objects.select_related("program").get(pk=cohort.pk)
        changed.budget += 1
        workflow.change_cohort(changed, by=director, at=timezone.now())
        return True

    def write():
        fresh = CallFactory.build(cohort=Cohort.objects.select_related("program").get(pk=cohort.pk), slug="", parts=False)
        fresh.title = f"Call {next(numbers)}"
        keep_call(fresh, by=director2, at=timezone.now(), sections=[Section(position=1, title="Aims", word_limit=10)])
        return True

    def sign():
        award = Award.objects.for_page().get(pk=offered[-1])
        accept(award, signed_name="Ada Lund", by=award.awardee, at=timezone.now())
        return True

    def reset():
        offered.append(AwardFactory(application=ApplicationFactory(call=call, state="awarded"), offered_by=director).pk)

    def check(results):
        assert results == [True] * 3

    race(25, [change, write, sign], reset, check)
    assert Scholar.objects.count() == 25
