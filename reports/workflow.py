"""The one write of the reading rooms: that personal facts were taken out of the portal, by whom and which."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.models import User
from programs.models import Call
from programs.transitions import record
from reports.permissions import may_export


def export_applications(call: Call, *, by: User, at: datetime, count: int, words: str = "", state: str = "") -> None:
    """Note that the office takes the list of a call, as filtered, out of the portal; whoever may not is refused."""
    if not may_export(by, call):
        raise PermissionDenied
    filters = [f"search “{words}”"] if words else []
    filters += [f"state {state}"] if state else []
    why = f"{count} rows as CSV{': ' if filters else ''}{', '.join(filters)}"
    record(call, "export applications", at=at, by=by, why=why, office_only=True)
