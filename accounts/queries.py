"""Queries about people."""

from typing import Any

from django.contrib.auth.models import UserManager
from django.db import models

# Every page asks this, and putting the same words together anew took as long as the answer.
OF_SESSION = "/* ready */ SELECT * FROM accounts_user WHERE id = %s"


class UserQuerySet(models.QuerySet[Any]):
    """People, found by address without regard to case."""

    def with_email(self, email: str) -> "UserQuerySet":
        """Return the account (none or one) of this address."""
        return self.filter(email=email.strip().lower())

    def signed_in(self, pk: int) -> Any:
        """Return the account of this id, or None."""
        return next(iter(self.raw(OF_SESSION, [pk])), None)

    def with_ids(self, ids: set[int]) -> "UserQuerySet":
        """Return the accounts with these ids."""
        return self.filter(pk__in=ids)


class PersonManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Return a new account; `password` None means that only a code or an identity provider signs in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Return a new account of the person who runs the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
