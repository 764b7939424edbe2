"""Every write of the programme office: cohorts, calls, roles, e-mails sent again, reminders held."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts.models import User
from accounts.workflow import open_account
from programs import emails, links, mail, reminders
from programs.models import (
    Call,
    Cohort,
    Criterion,
    DocumentRequest,
    Email,
    Membership,
    Program,
    Reminder,
    SealedLink,
    Section,
    WorkState,
)
from programs.permissions import may_direct, may_grant, may_run
from programs.transitions import NotPossible, record

RENEWALS_AN_HOUR = 3


def describe_program(program: Program, *, by: User, at: datetime) -> Program:
    """Keep the changed facts of a programme (names, addresses, signatory, letter template)."""
    _require(may_direct(by, program))
    with transaction.atomic():
        program.save()
        record(program, "describe", at=at, by=by)
    return program


def grant(program: Program, *, user: User, role: str, by: User, at: datetime, reviewer_kind: str = "") -> Membership:
    """Give a person a role in the own programme, record it and tell the person; a role held already is refused."""
    _require(may_grant(by, program))
    with transaction.atomic():
        if Membership.objects.current().filter(program=program, user=user, role=role).exists():
            raise NotPossible(f"{user.name} holds this role already.")
        membership = Membership.objects.create(
            program=program, user=user, role=role, reviewer_kind=reviewer_kind, granted_at=at, granted_by=by
        )
        record(membership, "grant", at=at, by=by, to_state=role, why=f"{user.name} ({user.email})", office_only=True)
        mail.enqueue(emails.role_granted(membership), key=f"role granted:{membership.pk}", at=at)
    return membership


def invite(program: Program, *, email: str, name: str, role: str, by: User, at: datetime, reviewer_kind: str = "") -> Membership:
    """Grant a role to an address; a person without an account gets one that a sign-in code opens."""
    _require(may_grant(by, program))
    with transaction.atomic():
        user = open_account(email=mail.check_address(email), name=name)
        return grant(program, user=user, role=role, by=by, at=at, reviewer_kind=reviewer_kind)


def end_role(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role; the last director of a programme stays."""
    _require(may_grant(by, membership.program))
    with transaction.atomic():
        Program.objects.select_for_update().get(pk=membership.program_id)
        directors = Membership.objects.current().filter(program=membership.program_id, role="director")
        if membership.role == "director" and directors.count() == 1:
            raise NotPossible("A programme needs a director. Please make somebody else director first.")
        if not Membership.objects.current().filter(pk=membership.pk).update(ended_at=at, ended_by=by):
            raise NotPossible("This role has ended already.")
        membership.refresh_from_db()
        record(membership, "end role", at=at, by=by, from_state=membership.role, why=str(membership.user), office_only=True)
        mail.enqueue(emails.role_ended(membership), key=f"role ended:{membership.pk}", at=at)


def keep_cohort(cohort: Cohort, *, by: User, at: datetime) -> Cohort:
    """Set up or change a cohort: start, months, places, money, effort."""
    _require(may_direct(by, cohort.program))
    verb = "change" if cohort.pk else "set up"
    with transaction.atomic():
        cohort.save()
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
) -> Call:
    """Set up or change a call with its parts and rubric; once it has opened, its parts are fixed."""
    _require(may_direct(by, call.program))
    verb = "change" if call.pk else "set up"
    parts = [*sections, *document_requests, *criteria]
    gone = [part for part in removed if part.pk]
    if verb == "change" and (gone or any(part.pk is None for part in parts)) and call.is_published(at) and at >= call.opens_at:
        raise NotPossible("The call has opened: its sections, documents and rubric cannot be added or removed any more.")
    with transaction.atomic():
        call.slug = call.slug or _free_slug(call)
        call.save()
        for part in gone:
            part.delete()
        for part in parts:
            part.call = call  # type: ignore[attr-defined]
            part.save()
        record(call, verb, at=at, by=by)
    return call


def _free_slug(call: Call) -> str:
    """Return the words of the title as an address that no other call of the programme has."""
    base = slugify(call.title)[:70] or "call"
    taken = set(Call.objects.of_programs({call.program.pk}).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1000))) if slug not in taken)


def publish(call: Call, *, by: User, at: datetime) -> None:
    """Let visitors read the call; it takes applications from its opening on."""
    _require(may_direct(by, call.program))
    if not call.sections.exists() or not call.criteria.exists():
        raise NotPossible("A call needs at least one section and one criterion before it is published.")
    with transaction.atomic():
        if not Call.objects.filter(pk=call.pk, published_at=None).update(published_at=at):
            raise NotPossible("The call is published already.")
        call.refresh_from_db(fields=["published_at"])
        record(call, "publish", at=at, by=by, to_state="published")


def send_again(email: Email, *, by: User, at: datetime) -> Email:
    """Queue an e-mail of the own programme once more."""
    _require(email.program is not None and may_run(by, email.program))
    with transaction.atomic():
        if email.link is not None:
            _lock_what_it_opens(email.link)
            email.link.refresh_from_db(fields=["revoked_at"])
            if email.link.revoked_at is not None:
                raise NotPossible("The request behind this e-mail has ended, so its link would open nothing.")
        if _locked_family(email).filter(state__in=(WorkState.QUEUED, WorkState.WORKING)).exists():
            raise NotPossible("This e-mail is still on its way.")
        if email.link is not None:
            email.link = links.living(email.link, at=at)
        return mail.again(email, at=at)


def renew_link(link: SealedLink, *, at: datetime) -> Email:
    """Mail a new link to the address of an expired one, three times an hour at most; the expired one stays dead.

    Nobody signs in for this: whoever held the old link can only make the portal write to the person it was meant for.
    """
    with transaction.atomic():
        _lock_what_it_opens(link)
        link.refresh_from_db(fields=["revoked_at", "expires_at"])
        if link.revoked_at is not None:
            raise NotPossible("This link was withdrawn and cannot be renewed.")
        if link.expires_at > at:
            raise NotPossible("This link has not expired.")
        sent = Email.objects.of_links(SealedLink.objects.like(link))
        if sent.filter(created_at__gt=at - timedelta(hours=1)).count() >= RENEWALS_AN_HOUR:
            raise NotPossible("A fresh link was sent several times within an hour. Please look for it in your mail, or try later.")
        last = sent.first()
        if last is None:
            raise NotPossible("There is no e-mail to send again.")
        _locked_family(last)
        last.link = links.living(link, at=at)
        return mail.again(last, at=at)


def _lock_what_it_opens(link: SealedLink) -> None:
    """Lock the row a link opens: whoever ends a request or seals another link for it waits, so that none is overlooked."""
    rows = link.content_type.model_class()._default_manager  # type: ignore[union-attr]
    rows.select_for_update().get(pk=link.object_id)


def _locked_family(email: Email) -> Any:
    """Return an e-mail and its copies, the first one locked: copies have numbers, and two hands must not draw the same."""
    first_key = email.dedupe_key.split(mail.AGAIN, 1)[0]
    Email.objects.select_for_update().filter(dedupe_key=first_key).first()
    return Email.objects.filter(Q(dedupe_key=first_key) | Q(dedupe_key__startswith=f"{first_key}{mail.AGAIN}"))


def hold(reminder: Reminder, *, by: User, at: datetime) -> None:
    """Keep a planned reminder back."""
    _require(reminder.program is not None and may_run(by, reminder.program))
    reminders.hold(reminder, by=by, at=at)


def let_go(reminder: Reminder, *, by: User, at: datetime) -> None:
    """Let a held reminder go out when it is due."""
    _require(reminder.program is not None and may_run(by, reminder.program))
    reminders.let_go(reminder, by=by, at=at)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
