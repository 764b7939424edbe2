"""Two directors at one form at the same moment: nobody's work is overwritten, no name and no address is taken twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from programs import workflow
from programs.models import Call, Cohort
from programs.revision import fingerprint
from programs.transitions import NotPossible
from tests.factories.programs import CallFactory, CohortFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do the acts at the same moment, each in a thread of its own; return what each returned, or its refusal."""
    barrier = threading.Barrier(len(acts), timeout=30)

    def run(act):
        try:
            barrier.wait()
            return act()
        except NotPossible as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_save_the_call_they_saw_one_is_told(call, director, director2):
    def saving(person, title):
        mine, seen = Call.objects.with_parts().get(), fingerprint(call)
        first, second = mine.sections.all()
        first.title, second.title, mine.title = second.title, first.title, title
        return lambda: (
            workflow.keep_call(
                mine, by=person, at=timezone.now(), sections=[first, second], criteria=mine.criteria.all(), seen=seen
            ).title
        )

    results = at_once(saving(director, "One"), saving(director2, "Two"))
    assert sorted(results) in (["One", "Overtaken"], ["Overtaken", "Two"])
    assert Call.objects.get().title in results
    assert list(call.sections.values_list("title", flat=True)) == ["Research plan", "Specific aims"]


def test_two_calls_of_one_title_get_two_addresses(cohort, director, director2):
    def writing(person):
        call = CallFactory.build(cohort=cohort, title="Call 2028", slug="", parts=False)
        return lambda: workflow.keep_call(call, by=person, at=timezone.now()).slug

    assert sorted(at_once(writing(director), writing(director2))) == ["call-2028", "call-2028-2"]


def test_two_cohorts_of_one_name_are_one_cohort(program, director, director2):
    def setting_up(person, name):
        cohort = CohortFactory.build(program=program, name=name)
        return lambda: workflow.keep_cohort(cohort, by=person, at=timezone.now()).name

    results = at_once(setting_up(director, "Cohort 2028"), setting_up(director2, "cohort 2028"))
    assert "Refused" in results
    assert Cohort.objects.count() == 1
