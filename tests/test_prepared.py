"""Statements that PostgreSQL plans once a connection: which, by which names, and what becomes of a plan that no longer fits."""

import re

import pytest
from django.db import connection, transaction
from django.db.utils import NotSupportedError, ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lhs_k12 import prepared
from lhs_k12.prepared import READY

pytestmark = [
    pytest.mark.both,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans a statement whenever it is asked"),
]
ASKED = f"{READY} SELECT %s::int + 1, '100 %%'"


def ask(sql=ASKED, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values) or [1])
        return cursor.fetchall()


def kept():
    """Return the names and words that PostgreSQL itself has for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements ORDER BY prepare_time")
        return dict(cursor.fetchall())


@pytest.fixture(autouse=True)
def afresh(transactional_db):
    connection.close()
    yield
    connection.close()


def test_a_marked_statement_is_prepared_the_second_time():
    assert ask(ASKED, 1) == [(2, "100 %")]
    assert kept() == {}
    assert [ask(ASKED, 2), ask(ASKED, 3)] == [[(3, "100 %")], [(4, "100 %")]]
    [(name, words)] = kept().items()
    assert re.fullmatch("ready_1_[0-9a-f]{12}", name)
    assert words == f"PREPARE {name} AS {READY} SELECT $1::int + 1, '100 %'"


def test_what_bears_no_mark_or_has_no_values_is_sent_as_ever():
    for _ in range(3):
        ask("SELECT %s", 1)
        with connection.cursor() as cursor:
            cursor.execute(f"{READY} SELECT 1")
    assert kept() == {}


def test_debugging_reads_the_statement_as_it_would_have_been_sent():
    for _ in range(2):
        ask()
    with CaptureQueriesContext(connection) as caught:
        ask(ASKED, 41)
    assert [query["sql"] for query in caught] == [f"{READY} SELECT 41::int + 1, '100 %'"]


def test_debugging_hides_no_fault():
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="adapt"), CaptureQueriesContext(connection):
        cursor.execute("SELECT %s", [object()])


def test_values_by_name_are_sent_as_ever():
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute(f"{READY} SELECT %(one)s::int", {"one": 1})
    assert kept() == {}


def test_another_connection_prepares_its_own():
    for _ in range(2):
        ask()
    connection.close()
    assert ask() == ask() == [(2, "100 %")]
    assert len(kept()) == 1


def test_what_was_rolled_back_stays_prepared():
    with transaction.atomic():
        ask()
        ask()
        transaction.set_rollback(True)
    assert ask() == [(2, "100 %")]
    assert len(kept()) == 1


def test_the_statement_asked_longest_ago_makes_room(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 3)
    for number in (1, 2, 3, 1, 4):
        for _ in range(2):
            ask(f"{READY} SELECT %s, {number}")
    assert [words[-1] for words in kept().values()] == ["1", "3", "4"]
    assert len(connection.connection.names) == 3


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE grows (id int)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE grows")


GROWS = f"{READY} SELECT * FROM grows WHERE id = %s"


def grown():
    for _ in range(2):
        ask(GROWS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grows ADD COLUMN more int")
        cursor.execute("INSERT INTO grows VALUES (1, 2)")


def test_a_plan_that_no_longer_fits_is_made_anew(table):
    grown()
    assert ask(GROWS) == ask(GROWS) == [(1, 2)]


def test_in_a_transaction_it_fails_once(table):
    grown()
    with pytest.raises(NotSupportedError, match="cached plan"), transaction.atomic():
        ask(GROWS)
    with transaction.atomic():
        assert ask(GROWS) == ask(GROWS) == [(1, 2)]


def test_a_statement_that_is_wrong_says_so_each_time():
    for _ in range(3):
        with pytest.raises(ProgrammingError, match="no_such_table"):
            ask(f"{READY} SELECT * FROM no_such_table WHERE id = %s")


def test_pages_ask_by_name(client_of, coordinator, call):
    client = client_of(coordinator)
    for _ in range(3):
        client.get(reverse("applications:of_call", args=[call.pk]))
    tables = ("django_session", "accounts_user", "programs_membership", "programs_call")
    assert [table for table in tables if not any(table in words for words in kept().values())] == []
