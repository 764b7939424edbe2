"""Queries about applications."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce, Replace

from applications.queries.rows import ListRow, rows_of
from programs.models import LONGEST_GRACE, Membership, Role
from programs.queries import Given, given_among, ready, whole

REMINDED_BEFORE = timedelta(days=30)
SHORTEST_NUMBER = 3  # signs of a tracking number that are looked for: every number begins with the same two
# A draft sorts as if it was submitted never: an index can serve this order, and both databases put drafts last alike.
SUBMITTED = Coalesce("submitted_at", Value(datetime(1970, 1, 1, tzinfo=UTC)))
ORDERS: dict[str, tuple[Any, ...]] = {
    "submitted": (SUBMITTED.desc(), "-pk"),
    "title": ("title", "pk"),
    "applicant": ("applicant__name", "pk"),
    "state": ("state", "-pk"),
    "started": ("-started_at", "-pk"),
}


class ApplicationQuerySet(models.QuerySet[Any]):
    """Applications, seen by their applicant and by the office of their programme."""

    def of_office(self, user: Any) -> "ApplicationQuerySet":
        """Return the applications of the programmes whose office the person is."""
        return self.filter(call__cohort__program_id__in=Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR))

    def own(self, user: Any) -> "ApplicationQuerySet":
        """Return the person's own applications with call and programme joined, the newest first; who applied is known."""
        return self.select_related("call__cohort__program").filter(applicant=user.pk).order_by("-started_at")

    def for_page(self) -> "ApplicationQuerySet":
        """Return applications with call, programme and applicant joined."""
        return self.select_related("call__cohort__program", "applicant")

    def own_one(self, user: Any, pk: int, *, locked: bool = False) -> Any:
        """Return one of the person's own (or None), with `locked` its row locked to the transaction's end; who applied is known."""
        row = _own_one(whole(self), locked).one(pk=pk, applicant=user.pk)
        if row is not None:
            row.applicant = user
        return row

    def visible_one(self, user: Any, pk: int) -> Any:
        """Return one of the person's own or of an office of the person's (or None); call, programme and applicant are joined."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return _visible_one(whole(self), len(offices)).one(pk=pk, applicant=user.pk, offices=[*offices])

    def locked(self, pk: int) -> Any:
        """Return one application, its row locked until the transaction ends: first the lock, then the checks."""
        return self.for_page().select_for_update(of=("self",)).get(pk=pk)

    def locked_again(self, application: Any) -> Any:
        """Return the row as it is now, locked like `locked`, beside the call and the person that came with `application`."""
        row = self.select_for_update().get(pk=application.pk)
        row.call, row.applicant = application.call, application.applicant
        return row

    def of_call(self, call_id: int) -> "ApplicationQuerySet":
        """Return the applications of one call."""
        return self.filter(call_id=call_id)

    def in_states(self, *states: str) -> "ApplicationQuerySet":
        """Return applications in any of these states (all of them when none is named)."""
        return self.filter(state__in=states) if states else self

    def matching(self, words: str) -> "ApplicationQuerySet":
        """Return applications whose title, applicant, address or tracking number (with hyphens or without) contains the words."""
        words = words.strip()
        if not words:
            return self
        found = Q(title__icontains=words) | Q(applicant__name__icontains=words) | Q(applicant__email__icontains=words)
        number = re.sub(r"[\s\u2010-\u2015-]", "", words)  # programs for writing turn a hyphen into its kin
        if len(number) < SHORTEST_NUMBER:
            return self.filter(found)
        return self.alias(number=Replace("tracking_number", Value("-"), Value(""))).filter(found | Q(number__icontains=number))

    def count_by_state(self) -> dict[str, int]:
        """Return how many applications there are in each state."""
        return dict(self.order_by().values_list("state").annotate(n=Count("*")))

    def count_by_call(self) -> dict[int, dict[str, int]]:
        """Return for each call how many applications there are in each state."""
        counts: dict[int, dict[str, int]] = {}
        for call, state, n in self.order_by().values_list("call_id", "state").annotate(n=Count("*")):
            counts.setdefault(call, {})[state] = n
        return counts

    def page(self, order: str, start: int, stop: int) -> list[ListRow]:
        """Return rows `start` to `stop` in one of ORDERS as the lines of the office's list; nothing is counted for others."""
        return rows_of(list(self.order_by(*ORDERS[order]).values_list("pk", flat=True)[start:stop]))

    def for_list(self) -> "ApplicationQuerySet":
        """Return applications for a list: one row each, without the texts."""
        return self.select_related("applicant").only(
            "title", "state", "submitted_at", "tracking_number", "started_at", "call_id", "applicant__name", "applicant__email",
            "applicant__institution", "applicant__division",
        )  # fmt: skip

    def drafts_of_open_calls(self, at: datetime) -> "ApplicationQuerySet":
        """Return drafts whose call still takes them, and returned applications that may still come back."""
        soon = self.for_page().filter(call__published_at__lte=at, call__closes_at__lte=at + REMINDED_BEFORE)
        return soon.filter(Q(state="draft", call__closes_at__gt=at) | Q(state="returned", call__closes_at__gt=at - LONGEST_GRACE))


@ready
def _own_one(model: Any, locked: bool) -> Any:
    rows = model.objects.select_related("call__cohort__program").filter(pk=Given("pk"), applicant=Given("applicant"))
    return rows.select_for_update(of=("self",)) if locked else rows


@ready
def _visible_one(model: Any, offices: int) -> Any:
    whose = Q(applicant=Given("applicant"))
    if offices:
        whose |= given_among("call__cohort__program", "offices", offices)
    return model.objects.for_page().filter(whose, pk=Given("pk"))
