"""The order of a reviewer's desk: what is to do first, then what is in, then conflicts."""

import functools
import re
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, OuterRef, Subquery, Value, When, Window


@functools.cache
def ranked() -> Any:
    """Every live assignment in the order of a desk, put together once a process.

    A review's state is looked up for each row: PostgreSQL would otherwise read every review there is.
    """
    rows = apps.get_model("reviews", "Assignment").objects.live()
    review = apps.get_model("reviews", "Review").objects.filter(assignment=OuterRef("pk"))
    rank = Case(
        When(state="conflicted", then=Value(2)), When(written="submitted", then=Value(1)), default=Value(0),
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.alias(written=Subquery(review.values("state")[:1])).alias(rank=rank).order_by("rank", "due_at", "pk")


def one_page(rows: Any, asked: str, size: int) -> tuple[Any, list[int]]:
    """Return the page with the number `asked` (the first for what is no number, the last past the end) and the ids on it.

    One query finds ids and count: asking for the count apart would look at every row a second time.
    """
    number = int(asked) if re.fullmatch("[1-9][0-9]{0,4}", asked) else 1
    pks, count = _stretch(rows, (number - 1) * size, size)
    if not pks and number > 1:
        _, count = _stretch(rows, 0, 1)
        number = max(1, -(-count // size))
        pks, count = _stretch(rows, (number - 1) * size, size)
    return Paginator(range(count), size).get_page(number), pks


def _stretch(rows: Any, start: int, most: int) -> tuple[list[int], int]:
    """Return the ids of at most `most` rows from `start` on, and how many there are in all; past the end ([], 0)."""
    found = list(rows.annotate(total=Window(Count("*"))).values_list("pk", "total")[start : start + most])
    return [pk for pk, _ in found], found[0][1] if found else 0
