"""Statements that PostgreSQL plans once a connection: what psycopg 3 does by itself, for psycopg2.

A page asks the same few statements all day, and PostgreSQL takes longer to plan one of six joined tables than to answer it.
A statement that begins with READY is prepared the second time a connection asks it; a statement without is sent as ever.
Only statements bear the mark whose open places are compared, or are a condition, with values of that column's type: a place in
`SELECT %s` or `CASE WHEN … THEN %s` has no type, and what is not whole would be rounded to fit.
SQLite takes the mark for the comment it is.
"""

import hashlib
import itertools
from collections import OrderedDict
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2.errors import FeatureNotSupported

READY = "/* ready */"
MOST = 100  # statements kept prepared on one connection, as psycopg 3 has it; the one asked longest ago goes first


class Connection(psycopg2.extensions.connection):
    """A connection that knows which statements it has prepared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names: OrderedDict[str, str] = OrderedDict()
        self.numbers = itertools.count(1)

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """Return a cursor that asks prepared statements by their names; one with a name of its own reads as ever."""
        named = args or kwargs.get("name")
        return super().cursor(*args, **(kwargs if named else {"cursor_factory": Cursor, **kwargs}))


class Cursor(psycopg2.extensions.cursor):
    """A cursor that prepares what bears the mark."""

    connection: Connection
    asked: tuple[Any, Any] | None = None

    @property
    def query(self) -> bytes | None:
        """The statement that was asked last, as it would have been sent unprepared: debugging reads it."""
        try:
            return self.mogrify(*self.asked) if self.asked else None
        except psycopg2.Error:  # it could not be sent either, and whoever asked reads why
            return super().query

    def execute(self, query: Any, vars: Any = None) -> None:
        """Send a statement with its values, by name where it is prepared.

        A plan that no longer fits its tables, because a migration ran meanwhile, is forgotten: outside a transaction the
        statement is sent again as it is, inside one it fails once on this connection.
        """
        self.asked = (query, vars)
        if not (vars and isinstance(vars, list | tuple) and isinstance(query, str) and query.startswith(READY)):
            return super().execute(query, vars)
        name = self._name(query, len(vars))
        if not name:
            return super().execute(query, vars)
        try:
            return super().execute(f"EXECUTE {name} ({', '.join(['%s'] * len(vars))})", vars)
        except FeatureNotSupported:
            self.connection.names.pop(query, None)
            if not self.connection.autocommit:
                raise
            return super().execute(query, vars)

    def _name(self, query: str, places: int) -> str:
        """Return the name under which a statement is prepared; "" the first time it is asked."""
        names = self.connection.names
        if query not in names:
            names[query] = ""
            return ""
        if not names[query]:
            # Its words are part of its name: should a pooler mix connections up, that is an error and no other statement's rows.
            name = f"ready_{next(self.connection.numbers)}_{hashlib.sha256(query.encode()).hexdigest()[:12]}"
            super().execute(f"PREPARE {name} AS {query % tuple(f'${place + 1}' for place in range(places))}")
            names[query] = name
        names.move_to_end(query)
        while len(names) > MOST:
            _, oldest = names.popitem(last=False)
            if oldest:
                super().execute(f"DEALLOCATE {oldest}")
        return names[query]
