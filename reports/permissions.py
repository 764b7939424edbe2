"""Who may read what of a call: one sentence each, decided by rows."""

from typing import Any

from programs.models import Call
from programs.permissions import may_direct, may_run


def may_act_on_ranking(user: Any, call: Call) -> bool:
    """Only a director stages and releases."""
    return may_direct(user, call.program)


def may_export(user: Any, call: Call) -> bool:
    """Only the office takes applications out of the portal."""
    return may_run(user, call.program)
