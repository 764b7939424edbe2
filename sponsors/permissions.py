"""Who may keep the list of health systems; who asks and answers is the same for all promises (programs/permissions.py)."""

from typing import Any

from programs.models import Program
from programs.permissions import may_run


def may_keep_systems(user: Any, program: Program) -> bool:
    """The office of the programme keeps the list of its health systems."""
    return may_run(user, program)
