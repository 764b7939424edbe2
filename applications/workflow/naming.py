"""Naming those who promise support: sponsor, primary mentor and, where the call asks for one, chair."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications.models import Application
from applications.permissions import may_write
from applications.workflow.table import naming_is_over
from applications.workflow.writing import note_saved
from mentors import workflow as mentoring
from mentors.models import ChairCommitment, MentorAgreement
from mentors.workflow import chair as chairing
from programs import mail
from programs.models import PromiseState
from programs.transitions import NotPossible
from sponsors import workflow as sponsoring
from sponsors.models import HealthSystem, SponsorCommitment


def name_sponsor(
    application: Application,
    *,
    name: str,
    email: str,
    title: str,
    health_system: HealthSystem,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> SponsorCommitment:
    """Ask a person to be the sponsor; whoever stands as sponsor must be replaced first, unless they declined."""
    with transaction.atomic():
        locked = _naming(application, by, at)
        _need_two_people(locked, email, "sponsor", {"mentor": MentorAgreement, "chair": ChairCommitment})
        commitment = sponsoring.ask(
            call=locked.call, applicant=locked.applicant, name=name, email=email, title=title, health_system=health_system,
            project_title=locked.title, note=note, summary=summary, by=by, at=at,
        )  # fmt: skip
        note_saved(locked, at)
    return commitment


def name_mentor(
    application: Application,
    *,
    name: str,
    email: str,
    title: str,
    institution: str,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> MentorAgreement:
    """Ask a person to be the primary mentor; whoever stands must be replaced first, unless they declined."""
    with transaction.atomic():
        locked = _naming(application, by, at)
        _need_two_people(locked, email, "mentor", {"sponsor": SponsorCommitment})
        agreement = mentoring.ask(
            call=locked.call, applicant=locked.applicant, name=name, email=email, title=title, institution=institution,
            role=MentorAgreement.MentorRole.PRIMARY, project_title=locked.title, note=note, summary=summary, by=by, at=at,
        )  # fmt: skip
        note_saved(locked, at)
    return agreement


def name_chair(
    application: Application,
    *,
    name: str,
    email: str,
    title: str,
    department: str,
    note: str,
    summary: str = "",
    by: User,
    at: datetime,
) -> ChairCommitment:
    """Ask the chair of the department to commit, where the call asks for one; whoever stands must be replaced first, unless
    they declined."""
    with transaction.atomic():
        locked = _naming(application, by, at)
        _need_two_people(locked, email, "chair", {"sponsor": SponsorCommitment})
        commitment = chairing.ask(
            call=locked.call, applicant=locked.applicant, name=name, email=email, title=title, department=department,
            project_title=locked.title, note=note, summary=summary, by=by, at=at,
        )  # fmt: skip
        note_saved(locked, at)
    return commitment


def _need_two_people(application: Application, email: str, named: str, kinds: dict[str, Any]) -> None:
    """Refuse a sponsor who mentors or chairs as well: the sponsor speaks for the health system, the others for the scholar.

    `named` is what the person is to be, `kinds` are the promises by their words beside which that cannot stand.
    A chair may be the mentor, as in small departments; whoever declined is free for another promise. Where the call does not ask
    for a chair any more, whoever was asked as one is none.
    """
    for word, model in kinds.items():
        if model is ChairCommitment and not application.call.asks_chair:
            continue
        asked = model.objects.of_applicant(application.call_id, application.applicant_id)
        if asked.filter(email=mail.check_address(email)).exclude(state=PromiseState.DECLINED).exists():
            raise NotPossible(
                f"This person is asked to be your {word} already. The sponsor answers for the health system, "
                f"so the sponsor and the {word if named == 'sponsor' else named} are two people."
            )


def _naming(application: Application, by: User, at: datetime) -> Application:
    """Return the locked application when its applicant may name somebody now."""
    if not may_write(by, application):
        raise PermissionDenied
    locked: Application = Application.objects.locked(application.pk)
    if hindrance := naming_is_over(locked, at):
        raise NotPossible(hindrance)
    if not locked.title:
        raise NotPossible("Please give your project a title first: the person you ask reads it.")
    return locked
