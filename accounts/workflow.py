"""Every write of this app that is not allauth's."""

from accounts.models import User


def describe(user: User, *, by: User, **facts: str) -> User:
    """Keep what a person says of themselves; `facts` are profile fields (name, credentials, title, …)."""
    if user.pk != by.pk:
        raise PermissionError("Only the person may change their own profile.")
    for field, value in facts.items():
        setattr(user, field, value)
    user.save(update_fields=list(facts))
    return user
