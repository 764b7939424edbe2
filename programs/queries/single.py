"""Reading a single row without asking for an order."""

from typing import Any


def single(rows: Any) -> Any:
    """Return the row of a query that finds at most one, or None.

    Unlike first() it asks for no order: Django would hold every column of every joined table against it, which takes
    longer than the rest of the query.
    """
    return next(iter(rows.order_by()), None)
