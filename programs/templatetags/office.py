"""What the frame of the programme office asks about the person who reads it."""

from typing import Any

from django import template

from programs import permissions
from programs.models import Program

register = template.Library()


@register.filter
def may_direct(user: Any, program: Program) -> bool:
    """Whether the person directs the programme; the roles are read already, so this asks the database nothing."""
    return permissions.may_direct(user, program)
