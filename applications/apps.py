"""The proposal: sections, documents, checklist, submit."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from applications.workflow.reminders import DRAFT_REMINDER  # noqa: PLC0415
        from programs import reminders  # noqa: PLC0415

        reminders.hand_in(DRAFT_REMINDER)
