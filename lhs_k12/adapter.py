"""allauth in this house: its e-mails go through the same queue of record as all others."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from programs import mail


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in mail is queued, sent by the worker and its text forgotten once it is sent."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message: EmailMultiAlternatives = self.render_mail(template_prefix, email, context)
        mail.enqueue_text(
            kind=template_prefix.rsplit("/", 1)[-1],
            to=email,
            subject=str(message.subject),
            text=str(message.body),
            at=timezone.now(),
            forget_text=True,
        )
