"""Every write of this app that is not allauth's."""

from collections.abc import Collection
from datetime import datetime, timedelta
from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User


def open_account(*, email: str, name: str, keeps_name: bool = False) -> User:
    """Return the account of an address, fit to be given a role; a new one has no password: a sign-in code opens it.

    An account whose address nobody has confirmed may have been set up by anybody who typed the address. It goes on under
    the name given here (unless it `keeps_name`: others know the person by it) and without a key that they left in it.
    """
    with transaction.atomic():
        confirmed = EmailAddress.objects.select_related("user").filter(email=email.strip().lower(), verified=True).first()
        if confirmed is not None:
            return confirmed.user
        user: User | None = User.objects.with_email(email).select_for_update().first()
        if user is None:
            try:
                with transaction.atomic():
                    user = User.objects.create_user(email, name=name)
                    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
                return user
            except IntegrityError:  # somebody else opened it between the look and the row
                user = User.objects.with_email(email).select_for_update().get()
        if not keeps_name:
            user.name = name
            user.save(update_fields=["name"])
        take_keys(user)
    return user


def take_keys(user: User, *, password: bool = True, services_but: Collection[tuple[str, str]] = ()) -> None:
    """Take away what opens an account: the password (unless told not to), its second factors, connected services, sessions.

    `services_but` are the (provider, uid) that stay. The new unusable password differs from the last one, so that a sign-in
    that is half done ends too (`PendingSignInMiddleware`).
    """
    with transaction.atomic():
        if password:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            Authenticator.objects.filter(user=user).delete()
        for service in SocialAccount.objects.filter(user=user):
            if (service.provider, service.uid) not in services_but:
                service.delete()
        for session in UserSession.objects.filter(user=user):
            session.end()


def forget_sessions(*, at: datetime) -> int:
    """Delete sessions that are over, and the entries of pages of sessions that have none any more; returns how many entries.

    An entry is made right after its session, not with it, so those of the last day are left.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
    going_on = store.get_model_class().objects.values("session_key")
    gone = UserSession.objects.filter(created_at__lt=at - timedelta(days=1)).exclude(session_key__in=going_on)
    return gone.delete()[0]


def describe(user: User, *, by: User, **facts: str) -> User:
    """Keep what a person says of themselves; `facts` are profile fields (name, credentials, title, …)."""
    if user.pk != by.pk:
        raise PermissionError("Only the person may change their own profile.")
    for field, value in facts.items():
        setattr(user, field, value)
    user.save(update_fields=list(facts))
    return user
