"""Queries about applications."""

import functools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from mentors.models import ChairCommitment, MentorAgreement
from programs.models import LONGEST_GRACE, Membership, Role
from sponsors.models import SponsorCommitment

REMINDED_BEFORE = timedelta(days=30)
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

    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Return the person's own applications and those of the programmes whose office the person is."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.filter(Q(applicant=user.pk) | Q(call__cohort__program_id__in=offices))

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
        """Return one of the person's own, with `locked` its row locked until the transaction ends; who applied is known."""
        row = (self.own(user).select_for_update(of=("self",)) if locked else self.own(user)).get(pk=pk)
        row.applicant = user
        return row

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
        """Return applications whose title, applicant, address or tracking number contains the words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(
            Q(title__icontains=words)
            | Q(applicant__name__icontains=words)
            | Q(applicant__email__icontains=words)
            | Q(tracking_number__iexact=words)
        )

    def count_by_state(self) -> dict[str, int]:
        """Return how many applications there are in each state."""
        return dict(self.order_by().values_list("state").annotate(n=Count("*")))

    def count_by_call(self) -> dict[int, dict[str, int]]:
        """Return for each call how many applications there are in each state."""
        counts: dict[int, dict[str, int]] = {}
        for call, state, n in self.order_by().values_list("call_id", "state").annotate(n=Count("*")):
            counts.setdefault(call, {})[state] = n
        return counts

    def page(self, order: str, start: int, stop: int, *, asks_chair: bool = False) -> "ApplicationQuerySet":
        """Return rows `start` to `stop` in one of ORDERS for the office's list, without the texts.

        Each row has `parts_met` (required sections and documents that are there and within their limits, less optional
        ones over theirs), `sponsor` and `mentor`, with `asks_chair` also `chair` (name and state, or None). The rows are
        chosen by a query within, so that an index can serve it and nothing is counted for rows that are not shown.
        """
        ordering = ORDERS[order]
        chosen = self.order_by(*ordering).values("pk")[start:stop]
        return _counted(asks_chair).filter(pk__in=chosen).order_by(*ordering)

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


@functools.cache
def _counted(asks_chair: bool) -> "ApplicationQuerySet":
    """Every application with what the office's list counts, put together once a process: it takes longer than to run it."""
    rows: ApplicationQuerySet = apps.get_model("applications", "Application").objects.for_list()
    words, pages = F("section__word_limit"), F("request__page_limit")
    texts = _met("SectionText", "section", within=Q(words__gte=1, words__lte=words), over=Q(words__gt=words))
    files = _met("Document", "request", within=Q(pages__lte=pages), over=Q(pages__gt=pages))
    return rows.annotate(parts_met=texts + files, **_promises(asks_chair))


def _met(model: str, part: str, *, within: Q, over: Q) -> Any:
    """Count the required parts that are within, less the optional ones that are over and must be mended too.

    A subquery of its own, so that joins never multiply.
    """
    rows = apps.get_model("applications", model).objects.filter(application=OuterRef("pk")).order_by()
    required, optional = Q((f"{part}__required", True)), Q((f"{part}__required", False))
    sign = Case(When(required & within, then=Value(1)), When(optional & over, then=Value(-1)), default=Value(0))
    return Coalesce(Subquery(rows.values("application").annotate(n=Sum(sign)).values("n")), 0)


def _promises(asks_chair: bool) -> dict[str, Any]:
    """The standing sponsor, primary mentor and, where the call asks for one, chair of each row, as one small JSON value each."""
    same = {"call": OuterRef("call"), "applicant": OuterRef("applicant")}
    facts = JSONObject(name="name", state="state", opened_at="opened_at")
    chairs = ChairCommitment.objects.standing().filter(**same).values(facts=facts)[:1]
    return {
        **({"chair": Subquery(chairs)} if asks_chair else {}),
        "sponsor": Subquery(SponsorCommitment.objects.standing().filter(**same).values(facts=facts)[:1]),
        "mentor": Subquery(MentorAgreement.objects.standing().filter(role="primary", **same).values(facts=facts)[:1]),
    }
