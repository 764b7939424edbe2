"""The e-mails of the programme office."""

from typing import Any

from django.urls import reverse

from programs.mail import Message
from programs.models import Membership, SealedLink


def link_renewed(link: SealedLink, *, to_name: str) -> Message:
    """Send the fresh link to whoever held an expired one; the page behind it says what is asked or was answered."""
    asking: Any = link.subject
    return Message(
        kind="fresh link",
        about=asking,
        to=link.email,
        to_name=to_name,
        subject=f"Your fresh link: {asking.applicant.name}’s application",
        template="programs/emails/link_renewed.txt",
        facts={"applicant": asking.applicant, "opens_until": link.expires_at},
        action="Open the page",
        link=link,
        expires_at=link.expires_at,
    )


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
