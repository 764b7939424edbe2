"""What follows an award: decisions, awards, letters, scholars."""

from django.apps import AppConfig


class ScholarsConfig(AppConfig):
    name = "scholars"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from programs import reminders  # noqa: PLC0415
        from scholars.workflow.reminders import OFFER_REMINDER  # noqa: PLC0415

        reminders.hand_in(OFFER_REMINDER)
