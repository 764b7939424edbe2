"""The programme office and its mechanisms: transitions, mail, printing, links, promises, reminders."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "programme office"

    def ready(self) -> None:
        """Have the e-mail of a reminder ask its rule before it leaves: the post is below the reminders and does not know them."""
        # Late, because the models are loaded only now.
        from programs import mail, reminders  # noqa: PLC0415

        mail.hand_in(reminders.PREFIX, reminders.why_moot)
