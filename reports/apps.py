"""Reading rooms: my desk, the ranked list, exports; changes nothing below."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Hand to scholars what only the reviews know: the two are neighbours, and this floor sees both."""
        # The registry of models is filled before `ready`, not before this file is read.
        from reviews.models import Assignment  # noqa: PLC0415
        from scholars.impartiality import Judgement, hand_in  # noqa: PLC0415

        hand_in(Judgement(conflicts=Assignment.objects.conflicts_of, lacking=Assignment.objects.reviews_in))
