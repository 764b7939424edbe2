"""What follows an award: decisions, awards, letters, scholars."""

from django.apps import AppConfig


class ScholarsConfig(AppConfig):
    name = "scholars"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from programs import mail, reminders  # noqa: PLC0415
        from scholars.models import Award, Decision  # noqa: PLC0415
        from scholars.workflow.reminders import OFFER_REMINDER  # noqa: PLC0415

        reminders.hand_in(OFFER_REMINDER)
        done = "The offer was answered, has ended, or a newer letter was announced since."
        mail.useful_among("award offered", lambda at: Award.objects.as_first_told(), done)
        mail.useful_among("decision", lambda at: Decision.objects.still_so(), "The applicant is an alternate no longer.")
