"""Every write of this app that is not allauth's."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


def open_account(*, email: str, name: str) -> User:
    """Return the account of an address; a new one has no password: a sign-in code opens it and proves the address."""
    with transaction.atomic():
        user: User | None = User.objects.with_email(email).first()
        if user is None:
            user = User.objects.create_user(email, name=name)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


def describe(user: User, *, by: User, **facts: str) -> User:
    """Keep what a person says of themselves; `facts` are profile fields (name, credentials, title, …)."""
    if user.pk != by.pk:
        raise PermissionError("Only the person may change their own profile.")
    for field, value in facts.items():
        setattr(user, field, value)
    user.save(update_fields=list(facts))
    return user
