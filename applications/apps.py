"""The proposal: sections, documents, checklist, submit."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from applications.models import Application  # noqa: PLC0415
        from applications.workflow.reminders import DRAFT_REMINDER  # noqa: PLC0415
        from programs import mail, reminders  # noqa: PLC0415

        reminders.hand_in(DRAFT_REMINDER)
        done = "The application was submitted again, or goes on without changes."
        mail.useful_among("returned", lambda at: Application.objects.in_states("returned"), done)
