"""Judgement: assignments, conflicts, reviews and their arithmetic."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from programs import mail, reminders  # noqa: PLC0415
        from reviews.models import Assignment  # noqa: PLC0415
        from reviews.tasks import REVIEW_REMINDER  # noqa: PLC0415

        reminders.hand_in(REVIEW_REMINDER)
        mail.useful_among("review assigned", Assignment.objects.unfinished, "The review is in, or is not asked for any more.")
