"""How an account is opened by address and password, and read again on every page."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class AccountBackend(AuthenticationBackend):
    """allauth's own, but for how the person who is signed in is read."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account of a session; None when it is gone or may not sign in any more."""
        user: User | None = User.objects.signed_in(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
