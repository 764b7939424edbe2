"""Queries about awards and their letters."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from programs.models import Email, Membership, Role
from programs.queries import QueuedQuerySet


class AwardQuerySet(models.QuerySet[Any]):
    """Awards."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        """Return the person's own awards and those of programmes where the person is office or finance."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE)
        return self.filter(Q(awardee=user.pk) | Q(cohort__program_id__in=ids))

    def for_page(self) -> "AwardQuerySet":
        """Return awards with application, call, cohort, programme and awardee joined."""
        return self.select_related("application__call__cohort__program", "application__applicant", "cohort__program", "awardee")

    def locked(self, pk: int) -> Any:
        """Return one award, its row locked until the transaction ends: first the lock, then the checks."""
        return self.for_page().select_for_update(of=("self",)).get(pk=pk)

    def holding_a_place(self) -> "AwardQuerySet":
        """Return awards that take a place and money: offered or accepted."""
        return self.filter(state__in=["offered", "accepted"])

    def taken(self, cohort_id: int) -> tuple[int, Decimal]:
        """Return how many places of a cohort are taken, and the dollars they cost."""
        found = self.holding_a_place().filter(cohort_id=cohort_id).aggregate(places=models.Count("pk"), money=models.Sum("total"))
        return found["places"], found["money"] or Decimal(0)

    def of_call(self, call_id: int) -> "AwardQuerySet":
        """Return the awards of a call."""
        return self.for_page().filter(application__call_id=call_id).prefetch_related("letters").order_by("offered_at", "pk")

    def awaiting_answer(self) -> "AwardQuerySet":
        """Return offers that were neither accepted nor declined."""
        return self.for_page().filter(state="offered")

    def as_first_told(self) -> "AwardQuerySet":
        """Return offers that await their answer and of whose letter no newer version was announced."""
        newer = Email.objects.filter(kind="letter renewed", object_id=OuterRef("pk"), state="done")
        return self.awaiting_answer().exclude(Exists(newer))

    def with_a_letter(self) -> "AwardQuerySet":
        """Return awards whose newest letter is built: nobody is reminded of, or loses, an offer that cannot be accepted now."""
        letters = self.model.letters.rel.related_model.objects.filter(award=OuterRef("pk"))
        return self.annotate(letter_state=Subquery(letters.order_by("-version").values("state")[:1])).filter(letter_state="done")

    def states(self, ids: list[int]) -> dict[int, str]:
        """Return the states of these awards by id."""
        return dict(self.filter(pk__in=ids).values_list("pk", "state"))

    def overdue(self, at: datetime) -> "AwardQuerySet":
        """Return offers that could be read and whose date to accept has passed."""
        return self.awaiting_answer().with_a_letter().filter(accept_by__lte=at)


class LetterQuerySet(QueuedQuerySet):
    """Award letters; as queued work they stand for their PDF."""

    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Return the person's own released letters and those of programmes where the person is office or finance."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE)
        return self.filter(Q(award__awardee=user.pk) | Q(award__cohort__program_id__in=ids))

    def of_award(self, award_id: int) -> "LetterQuerySet":
        """Return the letters of an award, the newest version first."""
        return self.filter(award_id=award_id).order_by("-version")

    def for_build(self) -> "LetterQuerySet":
        """Return letters with everything their PDF and their e-mail print."""
        return self.select_related("award__application__call", "award__cohort__program", "award__awardee")

    def held_by(self, letter: Any) -> "LetterQuerySet":
        """Return the letter (none or one) as long as this worker's lease on it holds."""
        return self.filter(pk=letter.pk, state="working", lease_until=letter.lease_until)

    def held_of(self, letters: Sequence[Any]) -> set[int]:
        """Return the ids of those of these letters, claimed together, on which this worker's lease holds, and lock them."""
        rows = self.filter(pk__in=[letter.pk for letter in letters], state="working", lease_until=letters[0].lease_until)
        return set(rows.select_for_update().values_list("pk", flat=True))

    def with_ids(self, ids: set[int]) -> "LetterQuerySet":
        """Return the letters with these ids."""
        return self.filter(pk__in=ids)
