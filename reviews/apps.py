"""Judgement: assignments, conflicts, reviews and their arithmetic."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        # Late, because its models are loaded only now.
        from programs import reminders  # noqa: PLC0415
        from reviews.tasks import REVIEW_REMINDER  # noqa: PLC0415

        reminders.hand_in(REVIEW_REMINDER)
