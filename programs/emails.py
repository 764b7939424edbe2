"""The e-mails of the programme office."""

from django.urls import reverse

from programs.mail import Message
from programs.models import Membership


def role_granted(membership: Membership) -> Message:
    """Tell a person that they hold a role now, who granted it and where to begin."""
    role = membership.get_role_display()
    return Message(
        kind="role granted",
        about=membership,
        to=membership.user.email,
        to_name=membership.user.name,
        subject=f"You are now {role.lower()} of {membership.program.name}",
        template="programs/emails/role_granted.txt",
        facts={"role": role, "granted_by": membership.granted_by},
        action="Open my desk",
        path=reverse("reports:desk"),
    )


def role_ended(membership: Membership) -> Message:
    """Tell a person that a role has ended."""
    role = membership.get_role_display()
    return Message(
        kind="role ended",
        about=membership,
        to=membership.user.email,
        to_name=membership.user.name,
        subject=f"Your role as {role.lower()} of {membership.program.name} has ended",
        template="programs/emails/role_ended.txt",
        facts={"role": role, "ended_by": membership.ended_by},
    )
