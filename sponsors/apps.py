"""Clinical operations sponsors, their health systems and what they promise."""

from django.apps import AppConfig


class SponsorsConfig(AppConfig):
    name = "sponsors"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from programs import mail, promises, reminders  # noqa: PLC0415
        from sponsors.workflow import REMINDER  # noqa: PLC0415

        reminders.hand_in(REMINDER)
        mail.hand_in("sponsors", promises.why_moot)
