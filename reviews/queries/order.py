"""The order of a reviewer's desk: what is to do first, then what is in, then conflicts."""

import functools
from typing import Any

from django.apps import apps
from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When


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
