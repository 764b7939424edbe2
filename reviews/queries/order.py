"""One page of a reviewer's desk: what is to do first, then what is in, then conflicts."""

import re
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator

from programs.models import Membership, Role
from programs.queries import Given, given_among, ready
from reviews.queries.own import PROGRAM


def desk_page(user: Any, asked: str, size: int) -> tuple[Any, list[int]]:
    """Return the page of a person's desk with the number `asked`, and the ids of the assignments on it.

    What is no number asks for the first page, a number past the end for the last. As long as there is a next page the whole
    desk is not counted, only looked one row ahead: an index has the rows in this order, a count would read them all.
    """
    number = int(asked) if re.fullmatch("[1-9][0-9]{0,4}", asked) else 1
    pks = _stretch(user, (number - 1) * size, size + 1)
    if not pks and number > 1:
        count = apps.get_model("reviews", "Assignment").objects.on_desk(user).count()
        number = max(1, -(-count // size))
        pks = _stretch(user, (number - 1) * size, size + 1)
    known = (number - 1) * size + len(pks)
    return Paginator(range(known), size).get_page(number), pks[:size]


def _stretch(user: Any, start: int, most: int) -> list[int]:
    """Return the ids of at most `most` assignments of a person's desk from `start` on."""
    programs = Membership.objects.program_ids(user, Role.REVIEWER)
    return list(_part(len(programs), start, most)(reviewer=user.pk, programs=[*programs])) if programs else []


@ready
def _part(programs: int, start: int, most: int) -> Any:
    rows = apps.get_model("reviews", "Assignment").objects.live().in_order()
    rows = rows.filter(given_among(PROGRAM, "programs", programs), reviewer=Given("reviewer"))
    return rows.values_list("pk", flat=True)[start : start + most]
