"""The applicant's academic home: mentors and department chairs, and what they promise."""

from django.apps import AppConfig


class MentorsConfig(AppConfig):
    name = "mentors"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from mentors.workflow import REMINDER  # noqa: PLC0415
        from mentors.workflow.chair import REMINDER as CHAIR_REMINDER  # noqa: PLC0415
        from programs import mail, promises, reminders  # noqa: PLC0415

        reminders.hand_in(REMINDER, CHAIR_REMINDER)
        mail.hand_in("mentors", promises.why_moot)
