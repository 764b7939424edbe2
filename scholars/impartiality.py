"""Who must stand aside from a decision, and what the reviews lack; reviews know of conflicts, so the floor above answers.

Reviews and scholars do not meet (docs/decisions/0002). What a decision needs of the reviews are two narrow questions; `reports`,
which may know both, hands the answers in when it starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower

from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, Membership, Role
from sponsors.models import SponsorCommitment


@dataclass(frozen=True)
class Judgement:
    """Two questions: `conflicts(person)` gives ids of applications, `lacking(call_id)` the reviews (in, asked) by application."""

    conflicts: Callable[[Any], Any]
    lacking: Callable[[int], dict[int, tuple[int, int]]]


_handed_in: list[Judgement] = []


def hand_in(judgement: Judgement) -> None:
    """Take the answers of the floor above; the last ones count."""
    _handed_in[:] = [judgement]


def judgement() -> Judgement:
    """Return the answers; without them nothing is decided, rather than decided in spite of a conflict."""
    if not _handed_in:
        raise RuntimeError("Nobody has handed in what the reviews know of conflicts.")
    return _handed_in[0]


def closed_to(user: Any, call_id: int) -> set[int]:
    """Return the applications of a call that a person must not decide, by id: the own one, one that names the person as
    sponsor, mentor or chair (by any verified address), one in which the person declared a conflict.

    Whoever has answered stays named, also when somebody else was asked since or the call asks for no chair any more.
    """
    verified = EmailAddress.objects.filter(user=user.pk, verified=True).annotate(low=Lower("email")).values("low")
    addressed = Q(email=user.email) | Q(email__in=verified)
    parties = Q(applicant=user.pk) | Q(pk__in=judgement().conflicts(user))
    for model in (SponsorCommitment, MentorAgreement, ChairCommitment):
        parties |= Q(applicant__in=model.objects.parties().filter(addressed, call=call_id).values("applicant"))
    return set(Application.objects.of_call(call_id).filter(parties).values_list("pk", flat=True))


def must_stand_aside(user: Any, call: Call, *, what: str = "This application", act: str = "decide it") -> str:
    """Return the sentence for a person who must not decide: why, and that another director must, or must be appointed."""
    named = "sponsor, mentor or chair" if call.asks_chair else "sponsor or mentor"
    why = f"it is your own, names you as {named}, or you declared a conflict of interest"
    others = Membership.objects.current().filter(program=call.program, role=Role.DIRECTOR, user__is_active=True)
    if others.exclude(user=user.pk).exists():
        return f"{what} is closed to you: {why}. Another director of the programme must {act}."
    return f"{what} is closed to you: {why}. The programme has no other director; please appoint one, who can {act}."
