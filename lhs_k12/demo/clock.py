"""What the clock would have done while the demo's story went on: reminders at their time, every e-mail at its own."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F

from applications.workflow.reminders import DRAFT_REMINDER
from mentors import workflow as mentoring
from mentors.workflow import chair as chairing
from programs import mail, reminders
from programs.models import Email, Reminder
from reviews.tasks import remind_at as remind_reviewers
from scholars.workflow.reminders import OFFER_REMINDER
from sponsors import workflow as sponsoring

LOOKED_BACK = timedelta(days=45)  # further back than any ladder of the calls that are still at work
MAIL_BOX = "lhs_k12.demo.mailbox.Backend"
SECONDS_UNDER_WAY = timedelta(seconds=2)


def remind(at: datetime) -> None:
    """Send every reminder that was due until now, each at its own moment, and plan those of the next 14 days."""
    moment = at - LOOKED_BACK
    while True:
        ask_everybody(moment)
        if moment >= at:
            return
        coming = Reminder.objects.planned().filter(due_at__gt=moment).order_by("due_at").values_list("due_at", flat=True).first()
        moment = min(coming or at, moment + reminders.HORIZON, at)


def deliver(at: datetime) -> int:
    """Deliver what was due until now, each e-mail at its own time; returns how many reached the demo's mail box.

    Without that mail box they count as sent then: nobody gets e-mail of a story that is told. Whether one is still of use is
    not asked, because it left before what has overtaken it by now.
    """
    waiting = Email.objects.due(at)
    if settings.EMAIL_BACKEND != MAIL_BOX:
        waiting.update(state="done", done_at=F("due_at"), attempts=1)
        return 0
    box, sent = get_connection(), 0
    for email in list(waiting.select_related("program", "call__cohort", "link")):
        sent += box.send_messages([mail.compose(email, at=email.due_at)])
        arrived = min(email.due_at + SECONDS_UNDER_WAY, at)
        Email.objects.filter(pk=email.pk).update(state="done", done_at=arrived, attempts=1)
    return sent


def ask_everybody(at: datetime) -> None:
    """Do what the six reminding tasks of the clock do, at a given moment (UTC)."""
    reminders.keep(DRAFT_REMINDER, at=at)
    reminders.keep(sponsoring.REMINDER, at=at)
    reminders.keep(mentoring.REMINDER, at=at)
    reminders.keep(chairing.REMINDER, at=at)
    remind_reviewers(at)
    reminders.keep(OFFER_REMINDER, at=at)
