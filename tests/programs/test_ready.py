"""Queries that are put together once: the same rows as ever, for other values, other shapes and other threads."""

import sys
import threading

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from programs.models import Membership, Program
from programs.queries import Given, Ready, given_among, ready, whole
from reviews.models import Assignment
from reviews.queries.own import _own_one
from tests.factories.accounts import UserFactory
from tests.factories.programs import MembershipFactory, ProgramFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@ready
def of_role(role: str):
    """Roles of one kind in a programme, with the programme joined."""
    return Membership.objects.select_related("program").filter(role=role, program=Given("program")).order_by("pk")


@ready
def among(count: int):
    """Short names of some programmes, by name."""
    return Program.objects.filter(given_among("pk", "ids", count)).order_by("name").values_list("short_name", flat=True)


def test_the_words_are_put_together_once_and_asked_with_other_values(django_assert_num_queries):
    first, second = MembershipFactory(role="reviewer"), MembershipFactory(role="reviewer")
    MembershipFactory(role="finance", program=second.program)
    assert of_role("reviewer") is of_role("reviewer")
    assert of_role("reviewer") is not of_role("finance")
    for row in (first, second, first):
        with django_assert_num_queries(1):
            [found] = of_role("reviewer")(program=row.program_id)
            assert (found, found.program.name) == (row, row.program.name)
    assert not of_role("finance")(program=first.program_id)


def test_facts_come_as_the_query_has_them_for_as_many_values_as_it_was_made_for():
    one, two, three = (ProgramFactory(name=name, short_name=name) for name in ("Avon", "Bute", "Clyde"))
    assert list(among(2)(ids=[three.pk, one.pk])) == ["Avon", "Clyde"]
    assert list(among(1)(ids=[two.pk])) == ["Bute"]
    facts = ready(lambda: Program.objects.filter(short_name=Given("name")).values("pk", "name"))
    assert list(facts()(name="Bute")) == [{"pk": two.pk, "name": "Bute"}]


def test_what_is_read_beside_the_rows_is_read_as_ever(django_assert_num_queries):
    row = MembershipFactory(role="director")
    programs = ready(lambda: Program.objects.filter(pk=Given("pk")).prefetch_related("memberships"))
    with django_assert_num_queries(2):
        [found] = programs()(pk=row.program_id)
        assert list(found.memberships.all()) == [row]


@pytest.mark.parametrize("number", [2**63, -(2**64), 10**30])
def test_a_number_that_no_row_can_have_finds_nothing(number):
    MembershipFactory(role="reviewer")
    assert list(of_role("reviewer")(program=number)) == []
    assert list(among(2)(ids=[number, 1])) == []


def test_a_value_is_never_part_of_the_words():
    ProgramFactory(short_name="It's 100 %s")
    named = ready(lambda: Program.objects.filter(short_name=Given("name")))
    assert named()(name="It's 100 %s")
    assert not named()(name="' OR 1=1 --")


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError, match="program"):
        list(of_role("reviewer")(programme=1))


def test_the_rows_cannot_be_chosen_from_further():
    with pytest.raises(Exception, match=r"Given|adapt|binding|supported"), transaction.atomic():
        list(of_role("reviewer")(program=1).filter(Q(user=1)))


def test_a_query_that_locks_needs_a_transaction_each_time(transactional_db):
    row = ProgramFactory()
    locked = ready(lambda: Program.objects.select_for_update().filter(pk=Given("pk")))()
    with transaction.atomic():
        assert list(locked(pk=row.pk)) == [row]
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError, match="outside of a transaction"):
            list(locked(pk=row.pk))


def in_threads(count, act):
    """Let `act(number)` run in so many threads that begin together, as often switched as can be."""
    meet, usual = threading.Barrier(count), sys.getswitchinterval()

    def one(number):
        try:
            meet.wait(timeout=20)
            act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)


def test_every_thread_asks_over_its_own_connection(transactional_db):
    rows = [MembershipFactory(role="reviewer", user=UserFactory()) for _ in range(6)]
    found: dict[int, list[int]] = {}

    def ask(number):
        found[number] = [one.pk for _ in range(20) for one in of_role("reviewer")(program=rows[number].program_id)]

    in_threads(6, ask)
    assert found == {number: [row.pk] * 20 for number, row in enumerate(rows)}


def test_threads_that_put_it_together_at_once_do_not_spoil_each_others_words():
    def words(query):
        return query.compiler("default", {"pk": 1, "reviewer": 2, "programs 0": 3}).as_sql()

    expected, wrong = words(Ready(_own_one(Assignment, 1).rows)), []
    for _ in range(40):
        fresh = Ready(_own_one(Assignment, 1).rows)

        def ask(number, fresh=fresh):
            try:
                said = words(fresh)
            except RuntimeError as fault:
                said = fault
            if said != expected:
                wrong.append(said)

        in_threads(4, ask)
    assert wrong == []


def test_the_connection_of_the_first_to_ask_is_not_kept():
    query = Ready(Program.objects.filter(pk=Given("pk")))
    list(query(pk=1))
    assert [first.connection for first, _, _ in query._kept.values()] == [None]


def test_what_was_chosen_before_is_not_forgotten_in_silence():
    assert whole(Program.objects.all()) is Program
    for rows in (Program.objects.filter(pk=1), Program.objects.all()[:5], ProgramFactory().memberships.all()):
        with pytest.raises(ValueError, match="asked of all rows"):
            whole(rows)
