"""Queries of one shape, put together once a process and asked with other values each time.

Django takes longer to put the words of six joined tables together than PostgreSQL to answer them, and a page that is asked for
all day says the same words each time: a reviewer's own assignment, an applicant's own application. The rules stay where they
are, in the methods of the app's queries; only the values are left open, as `Given`. PostgreSQL plans such a statement once a
connection, too (`lhs_k12.prepared`).
"""

import copy
import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections, models
from django.db.models import Expression, Q, QuerySet
from django.db.transaction import TransactionManagementError

LARGEST = 2**63 - 1  # no row has a greater id, and SQLite does not take one to look for


class Given(Expression):
    """A whole number or a text of a query that is named now and given when the query is asked: `filter(pk=Given("pk"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Leave the place of the value open, and stand among the statement's values until it is given."""
        return "%s", [self]


def given_among(field: str, name: str, count: int) -> Q:
    """Return the condition that `field` is one of the `count` (1 or more) values given as the sequence `name`."""
    return functools.reduce(operator.or_, (Q(**{field: Given(f"{name} {place}")}) for place in range(count)))


def whole(rows: QuerySet[Any, Any]) -> Any:
    """Return the model of a queryset from which nothing was chosen yet: a query that is ready would forget what was.

    Raises ValueError for one with conditions or limits, such as that of a related manager.
    """
    if rows.query.where or rows.query.is_sliced:
        raise ValueError("This is asked of all rows: a query that is put together once knows nothing of what was chosen before.")
    return rows.model


class Ready:
    """One query whose statement is kept; threads share it, each with its own connection."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.rows = rows
        self._kept: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def __call__(self, **values: int | str | Sequence[int]) -> QuerySet[Any, Any]:
        """Return the rows for these values: as models or as facts, as the query has it. They are not to be refined further."""
        each: dict[str, Any] = {}
        for name, value in values.items():
            each |= {name: value} if isinstance(value, int | str) else {f"{name} {place}": one for place, one in enumerate(value)}
        if any(isinstance(value, int) and abs(value) > LARGEST for value in each.values()):
            return self.rows.none()
        asked: QuerySet[Any, Any] = models.QuerySet(
            self.rows.model,
            query=_Asked(self, each),  # type: ignore[arg-type]
            using=self.rows.db,
        )
        for told in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(asked, told, getattr(self.rows, told))
        return asked

    def one(self, **values: int | str | Sequence[int]) -> Any:
        """Return the row of a query that finds at most one, or None."""
        return next(iter(self(**values)), None)

    def compiler(self, using: str, values: dict[str, Any]) -> Any:
        """Return Django's compiler of this query, which says the kept words with these values.

        Raises TransactionManagementError for a query that locks, outside a transaction.
        """
        connection = connections[using]
        if using not in self._kept:
            # Of a copy, because Django changes a query while it puts its words together, and another thread may be at it too.
            first = self.rows.query.clone().get_compiler(using=using)
            sql, given = first.as_sql()
            first.connection = None  # each thread brings its own; that of the first is not kept open for it
            self._kept[using] = first, f"/* ready */ {sql}", given
        first, sql, given = self._kept[using]
        if self.rows.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        compiler = copy.copy(first)
        compiler.connection = connection
        said = tuple(values[value.name] if isinstance(value, Given) else value for value in given)
        compiler.as_sql = lambda *args, **kwargs: (sql, said)
        return compiler


class _Asked:
    """A query as Django reads its rows: the one that was put together, with these values."""

    def __init__(self, ready: Ready, values: dict[str, Any]) -> None:
        self._ready, self._values = ready, values

    def get_compiler(self, using: str, **kwargs: Any) -> Any:
        """Return the compiler whose statement is kept."""
        return self._ready.compiler(using, self._values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ready.rows.query, name)


def ready(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Ready]:
    """Have what `build` returns put together once a process for each of its arguments: a number of programmes, a page."""

    @functools.lru_cache(maxsize=64)
    def kept(*shape: Any) -> Ready:
        return Ready(build(*shape))

    return kept
