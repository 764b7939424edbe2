"""Every write of the programme office about itself: its facts, roles, cohorts and calls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from accounts.workflow import open_account
from programs import emails, mail, revision
from programs.models import (
    Call,
    Cohort,
    Criterion,
    DocumentRequest,
    HistoryEntry,
    Membership,
    Program,
    Section,
)
from programs.permissions import may_direct, may_grant
from programs.transitions import NotPossible, record


def describe_program(
    program: Program, *, by: User, at: datetime, seen: str | None = None, fields: Iterable[str] = revision.EDITABLE[Program]
) -> Program:
    """Keep the changed facts of a programme, of `fields` only; `seen` is the fingerprint of what the form showed."""
    _require(may_direct(by, program))
    with transaction.atomic():
        stored = Program.objects.locked(program.pk)
        revision.require_seen(stored, seen)
        program.save(update_fields=[name for name in fields if getattr(program, name) != getattr(stored, name)])
        record(program, "describe", at=at, by=by)
    return program


def grant(program: Program, *, user: User, role: str, by: User, at: datetime, reviewer_kind: str = "") -> Membership:
    """Give a person a role in the own programme, record it and tell the person; a role held already is refused."""
    _require(may_grant(by, program))
    with transaction.atomic():
        Program.objects.locked(program.pk)
        if Membership.objects.current().filter(program=program, user=user, role=role).exists():
            raise NotPossible(f"{user.name} holds this role already.")
        facts = {"role": role, "reviewer_kind": reviewer_kind, "granted_at": at, "granted_by": by}
        membership = Membership.objects.create(program=program, user=user, **facts)
        record(membership, "grant", at=at, by=by, to_state=role, why=f"{user.name} ({user.email})", office_only=True)
        mail.enqueue(emails.role_granted(membership), key=f"role granted:{membership.pk}", at=at)
    return membership


def invite(program: Program, *, email: str, name: str, role: str, by: User, at: datetime, reviewer_kind: str = "") -> Membership:
    """Grant a role to an address; a person without an account gets one that a sign-in code opens."""
    _require(may_grant(by, program))
    with transaction.atomic():
        user = open_account(email=mail.check_address(email), name=name, keeps_name=Membership.objects.has_others(program, email))
        return grant(program, user=user, role=role, by=by, at=at, reviewer_kind=reviewer_kind)


def end_role(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role; the last director of a programme who can sign in stays."""
    _require(may_grant(by, membership.program))
    with transaction.atomic():
        Program.objects.locked(membership.program_id)
        directors = Membership.objects.current().filter(program=membership.program_id, role="director", user__is_active=True)
        if membership.role == "director" and not directors.exclude(pk=membership.pk).exists():
            raise NotPossible("A programme needs a director. Please make somebody else director first.")
        if not Membership.objects.current().filter(pk=membership.pk).update(ended_at=at, ended_by=by):
            raise NotPossible("This role has ended already.")
        membership.refresh_from_db()
        record(membership, "end role", at=at, by=by, from_state=membership.role, why=str(membership.user), office_only=True)
        mail.enqueue(emails.role_ended(membership), key=f"role ended:{membership.pk}", at=at)


def keep_cohort(cohort: Cohort, *, by: User, at: datetime, seen: str | None = None) -> Cohort:
    """Set up a cohort, or keep the changed fields of one; `seen` is the fingerprint of what the form showed.

    People change a cohort by `scholars.workflow.change_cohort`, which knows the awards that are held.
    """
    _require(may_direct(by, cohort.program))
    verb = "change" if cohort.pk else "set up"
    with transaction.atomic():
        Program.objects.locked(cohort.program_id)  # two cohorts set up at once must not take one name
        if Cohort.objects.of_programs({cohort.program_id}).named(cohort.name).exclude(pk=cohort.pk).exists():
            raise revision.Refused([revision.Refusal("name", "The programme has a cohort of this name already.")])
        stored = Cohort.objects.locked(cohort.pk) if cohort.pk else None
        revision.require_sound_start(stored, cohort, at=at)
        _keep(cohort, seen, stored)
        record(cohort, verb, at=at, by=by)
    return cohort


def keep_call(
    call: Call,
    *,
    by: User,
    at: datetime,
    sections: Iterable[Section] = (),
    document_requests: Iterable[DocumentRequest] = (),
    criteria: Iterable[Criterion] = (),
    removed: Iterable[Any] = (),
    seen: str | None = None,
) -> Call:
    """Set up a call, or keep the changed fields of one, with its parts and rubric.

    `seen` is the fingerprint of what the form showed: Overtaken when somebody else has saved meanwhile. Once the call has
    opened, Refused says which fields would ask more than was announced.
    """
    _require(may_direct(by, call.program))
    verb = "change" if call.pk else "set up"
    parts, gone = [*sections, *document_requests, *criteria], [part for part in removed if part.pk]
    with transaction.atomic():
        stored = Call.objects.locked(call.pk) if call.pk else None
        if stored:
            revision.require_seen(stored, seen)
            _require_fair(stored, call, parts, gone, at)
        if not call.slug:
            Program.objects.locked(call.program.pk)  # two calls written at once must not take one address
            call.slug = _free_slug(call)
        _keep(call, None, stored)
        _keep_parts(call, parts, gone)
        record(call, verb, at=at, by=by)
    return call


def _require_fair(stored: Call, call: Call, parts: list[Any], gone: list[Any], at: datetime) -> None:
    """Raise Refused when an open call would ask more than was announced; parts that are not named stay as they are."""
    named = {(type(part), part.pk) for part in (*parts, *gone)}
    after = [*parts, *(part for part in revision.parts_of(stored) if (type(part), part.pk) not in named)]
    has_submission = HistoryEntry.objects.has_submission(stored.pk)
    if refusals := revision.refusals(stored, call, after, has_submission=has_submission, at=at):
        raise revision.Refused(refusals)


def _keep(row: Any, seen: str | None, stored: Any) -> None:
    """Write a new row, or of a stored one (locked by the caller) the fields that have changed and no other."""
    if stored is None:
        row.save(force_insert=True)
        return
    revision.require_seen(stored, seen)
    if names := revision.changed(stored, row):
        row.save(update_fields=names)


def _keep_parts(call: Call, parts: list[Any], gone: list[Any]) -> None:
    """Write the parts of a call; the titles that change stand aside first, so that two rows can exchange theirs."""
    for part in gone:
        part.delete()
    for part in parts:
        if part.pk:
            type(part).objects.filter(pk=part.pk).exclude(title=part.title).update(title=f"moving {uuid4()}")
    for part in parts:
        part.call = call
        part.save()


def _free_slug(call: Call) -> str:
    """Return the words of the title as an address that no other call of the programme has."""
    base = slugify(call.title)[:70] or "call"
    taken = set(Call.objects.of_programs({call.program.pk}).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1000))) if slug not in taken)


def publish(call: Call, *, by: User, at: datetime) -> None:
    """Let visitors read the call; it takes applications from its opening on."""
    _require(may_direct(by, call.program))
    with transaction.atomic():
        revision.require_whole(Call.objects.locked(call.pk))
        if not Call.objects.filter(pk=call.pk, published_at=None).update(published_at=at):
            raise NotPossible("The call is published already.")
        call.refresh_from_db(fields=["published_at"])
        record(call, "publish", at=at, by=by, to_state="published")


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
