"""Whom the office may choose as reviewer of one application, and in words why not the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Value

from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Membership, Role
from reviews.models import Assignment
from reviews.queries import IN_REVIEW
from sponsors.models import SponsorCommitment

# Who stands behind an application cannot judge it, by the noun that says why.
PARTIES: dict[str, Any] = {"mentor": MentorAgreement, "sponsor": SponsorCommitment, "chair": ChairCommitment}

ALREADY = "is assigned already"


@dataclass(frozen=True)
class Candidate:
    """A reviewer of the programme as the assign page lists them; `why_not` is "" when they may be chosen.

    `load` is how many applications of the call they were given; of `unread` the review is not in, nor of `elsewhere`
    applications of the programme's other calls.
    """

    person: Any
    kind: str
    load: int
    unread: int
    elsewhere: int
    same_division: bool
    why_not: str
    chosen: bool = False

    @property
    def to_read(self) -> str:
        """What is left to read: `2`, or `1 of 2` when a review is in; with what other calls ask: `2 to read, 3 in other calls`."""
        here = str(self.load) if self.unread == self.load else f"{self.unread} of {self.load}"
        calls = "another call" if self.elsewhere == 1 else "other calls"
        return f"{here} to read" + (f", {self.elsewhere} in {calls}" if self.elsewhere else "")


def candidates(application: Application) -> list[Candidate]:
    """Return every reviewer of the programme, those who may be chosen and were given the least first."""
    program = application.call.program
    members = list(Membership.objects.for_page().filter(program=program, role=Role.REVIEWER))
    load = Assignment.objects.load(application.call)
    named = _named_people(application, [member.user for member in members])
    standing = {row.reviewer_id: row for row in Assignment.objects.of_application(application.pk)}
    found = [
        Candidate(
            person=member.user,
            kind=member.get_reviewer_kind_display(),
            load=given,
            unread=unread,
            elsewhere=elsewhere,
            same_division=_same_division(member.user, application.applicant),
            why_not=named.get(member.user_id, "") or _already(standing.get(member.user_id)),
        )
        for member in members
        for given, unread, elsewhere in [load.get(member.user_id, (0, 0, 0))]
    ]
    return sorted(found, key=lambda one: (bool(one.why_not), one.load + one.elsewhere, one.person.name))


def why_not(application: Application, person: Any) -> str:
    """Return "" when the person may review the application, otherwise the sentence that says why not."""
    if not Membership.objects.current().filter(program=application.call.program, user=person, role=Role.REVIEWER).exists():
        return f"{person.name} is not a reviewer of {application.call.program.name}."
    if not person.is_active:
        return f"The account of {person.name} is switched off."
    reason = _named_people(application, [person]).get(person.pk, "")
    reason = reason or _already(Assignment.objects.of_application(application.pk).filter(reviewer=person).first())
    if reason == ALREADY:
        return f"{person.name} {reason}."
    return f"{person.name} {reason} and cannot review this application." if reason else ""


def is_party(application: Application, person: Any) -> bool:
    """Whether the person is the applicant, or named as sponsor, mentor or chair under any verified address of theirs."""
    return person.pk in _named_people(application, [person])


def hindrance(application: Application) -> str:
    """Return "" while reviewers can be assigned, otherwise the sentence that says why they cannot."""
    if application.state in IN_REVIEW:
        return ""
    state = application.get_state_display().lower()
    return f"Reviewers are assigned to complete applications only; the state of this one is “{state}”."


def _named_people(application: Application, people: Iterable[Any]) -> dict[int, str]:
    """Return why each of `people` is a party to the application, by person's id; found by any verified address of theirs."""
    addresses = {person.pk: {person.email} for person in people}
    for user_id, email in EmailAddress.objects.filter(user__in=list(addresses), verified=True).values_list("user_id", "email"):
        addresses[user_id].add(email.lower())
    named = _named(application)
    reasons: dict[int, str] = {}
    for person_id, known in addresses.items():
        if person_id == application.applicant_id:
            reasons[person_id] = "is the applicant"
        elif as_what := next((noun for noun in PARTIES if known & named[noun]), ""):
            reasons[person_id] = f"is named as {as_what}"
    return reasons


def _named(application: Application) -> dict[str, set[str]]:
    """Return the addresses of the mentors, sponsor and chair an application names, in one query.

    Whoever has answered stays a party, also when somebody else was asked since or the call asks for no chair any more.
    """
    rows = [
        model.objects.parties()
        .filter(call=application.call_id, applicant=application.applicant_id)
        .order_by()
        .annotate(noun=Value(noun))
        .values_list("noun", "email")
        for noun, model in PARTIES.items()
    ]
    found: dict[str, set[str]] = {noun: set() for noun in PARTIES}
    for noun, email in rows[0].union(*rows[1:], all=True):
        found[noun].add(email.lower())
    return found


def _already(assignment: Assignment | None) -> str:
    if assignment is None:
        return ""
    return "declared a conflict" if assignment.state == Assignment.State.CONFLICTED else ALREADY


def _same_division(person: Any, applicant: Any) -> bool:
    here, there = person.division.strip().lower(), applicant.division.strip().lower()
    return bool(here) and here == there
