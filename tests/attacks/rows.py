"""What stands in the tables: a snapshot of every row of the portal, and what differs between two of them."""

from typing import Any

from django.apps import apps
from django.db import connection, models

# Made by reading, by design: a session is the browser's own note, and the cache is no record of anything.
NO_RECORD = ("django_session", "portal_cache", "django_migrations", "sqlite_sequence")

Snapshot = dict[str, dict[Any, dict[str, Any]]]


def tables() -> list[type[models.Model]]:
    """Return the models whose tables are compared: all there are, also those of the libraries."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table not in NO_RECORD]


def snapshot() -> Snapshot:
    """Return {table: {primary key: {column: value}}}, by plain SQL, so that no manager hides a row."""
    found: Snapshot = {}
    with connection.cursor() as cursor:
        for model in tables():
            # In the order in which they were made: PostgreSQL puts a row wherever there is room.
            table, first = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
            cursor.execute(f"SELECT * FROM {table} ORDER BY {first}")
            columns = [column[0] for column in cursor.description]
            key = columns.index(model._meta.pk.column)
            found[model._meta.db_table] = {row[key]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
    return found


def changes(before: Snapshot, after: Snapshot) -> set[str]:
    """Return `table.column` for each column that changed, `table +` and `table -` for rows that came and went."""
    found = set()
    for table, rows in after.items():
        found |= {f"{table} +" for key in rows if key not in before[table]}
        found |= {f"{table} -" for key in before[table] if key not in rows}
        for key, row in rows.items():
            was = before[table].get(key, row)
            found |= {f"{table}.{column}" for column, value in row.items() if value != was[column]}
    return found
