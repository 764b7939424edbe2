"""Sessions in the database, read by a statement that is ready."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

# Every page reads its session first, and putting the same words together anew took longer than the answer.
CURRENT = (
    "/* ready */ SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
)


class SessionStore(db.SessionStore):
    """Django's own sessions in the database in everything but how the row is read."""

    def _get_session_from_db(self) -> Any:
        """Return the row of this session; as Django does, forget the key of one that is gone or over and return None."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        found = next(iter(self.model.objects.raw(CURRENT, [self.session_key, now])), None)
        if found is None:
            self._session_key = None
        return found
