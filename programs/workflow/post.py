"""Every write of the programme office about its post: e-mails sent again, links renewed, reminders held."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from programs import emails, links, mail, reminders
from programs.models import Email, Reminder, SealedLink, WorkState
from programs.permissions import may_run
from programs.transitions import NotPossible, record

RENEWALS_AN_HOUR = 3
SENT_A_DAY = 5  # one e-mail with its copies, as often as one person is asked on behalf of one applicant


def send_again(email: Email, *, by: User, at: datetime) -> Email:
    """Queue an e-mail of the own programme once more, unless it left five times within a day; what failed does not count."""
    _require_office(by, email)
    with transaction.atomic():
        if email.link is not None:
            links.lock_subject(email.link)
            email.link.refresh_from_db(fields=["revoked_at"])
        family = _locked_family(email)
        if family.filter(state__in=(WorkState.QUEUED, WorkState.WORKING)).exists():
            raise NotPossible("This e-mail is still on its way.")
        if family.filter(state=WorkState.DONE, done_at__gt=at - timedelta(days=1)).count() >= SENT_A_DAY:
            raise NotPossible(f"This e-mail left {SENT_A_DAY} times within a day, which is as often as we do. Try again tomorrow.")
        if email.link is not None and email.link.revoked_at is None:
            email.link = links.living(email.link, at=at)
        copy = mail.again(email, at=at)
        why = f"“{email.subject}”, to {email.to_name or email.to}"
        record(email.subject_row or email, "send an e-mail again", at=at, by=by, why=why, office_only=True)
    return copy


def renew_link(link: SealedLink, *, at: datetime) -> Email | None:
    """Mail a new link to the address of an expired one, three times an hour at most; the expired one stays dead.

    Nobody signs in for this: whoever held the old link can only make the portal write to the person it was meant for.
    """
    with transaction.atomic():
        promise = links.lock_subject(link)
        link.refresh_from_db(fields=["revoked_at", "expires_at"])
        if link.revoked_at is not None:
            raise NotPossible("This link was withdrawn and cannot be renewed.")
        if link.expires_at > at:
            raise NotPossible("This link has not expired.")
        if hindrance := links.nothing_is_left(promise, at):
            raise NotPossible(hindrance)
        sent = Email.objects.of_links(SealedLink.objects.like(link))
        if sent.filter(created_at__gt=at - timedelta(hours=1)).count() >= RENEWALS_AN_HOUR:
            raise NotPossible("A fresh link was sent several times within an hour. Please look for it in your mail, or try later.")
        if not (last := sent.first()):
            raise NotPossible("No e-mail has carried this link.")
        fresh = links.living(link, at=at)
        key = f"fresh link:{fresh.pk}:{sent.filter(link=fresh).count()}"
        return mail.enqueue(emails.link_renewed(fresh, to_name=last.to_name), key=key, at=at)


def _locked_family(email: Email) -> Any:
    """Return an e-mail and its copies, the first one locked: who sends again waits for whoever does so now."""
    first_key = email.dedupe_key.split(mail.AGAIN, 1)[0]
    Email.objects.select_for_update().filter(dedupe_key=first_key).first()
    return Email.objects.filter(Q(dedupe_key=first_key) | Q(dedupe_key__startswith=f"{first_key}{mail.AGAIN}"))


def hold(reminder: Reminder, *, by: User, at: datetime) -> None:
    """Keep a planned reminder back."""
    _require_office(by, reminder)
    reminders.hold(reminder, by=by, at=at)


def let_go(reminder: Reminder, *, by: User, at: datetime) -> None:
    """Let a held reminder go out when it is due."""
    _require_office(by, reminder)
    reminders.let_go(reminder, by=by, at=at)


def _require_office(by: User, sent: Email | Reminder) -> None:
    if sent.program is None or not may_run(by, sent.program):
        raise PermissionDenied
