"""Queries that are put together once: the same rows as ever, for other values, other shapes and other threads."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from programs.models import Membership, Program
from programs.queries import Given, given_among, ready
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


def test_every_thread_asks_over_its_own_connection(transactional_db):
    people = [UserFactory() for _ in range(6)]
    rows = [MembershipFactory(role="reviewer", user=person) for person in people]
    found: dict[int, list[int]] = {}

    def ask(row):
        try:
            found[row.pk] = [one.pk for _ in range(20) for one in of_role("reviewer")(program=row.program_id)]
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {row.pk: [row.pk] * 20 for row in rows}
