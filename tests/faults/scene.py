"""What a test of a portal's faults does inside the portal: the rows it starts from, and the rows it finds afterwards."""

import django

if __name__ == "__main__":
    django.setup()

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from programs import mail
from programs.models import Email
from scholars.models import Award, AwardLetter
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory, ProgramFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import DecisionFactory
from tests.faults.hand import obey

PASSWORD = "a long pass phrase"


def set_up():
    """Make a programme with one staged award and a director; return the call and how the director signs in."""
    program = ProgramFactory(name="Harbor LEAP K12", slug="harbor-leap")
    director = UserFactory(name="Rosa Alvarez", email="rosa@example.org", password=make_password(PASSWORD))
    EmailAddress.objects.create(user=director, email=director.email, verified=True, primary=True)
    MembershipFactory(program=program, user=director, role="director")
    call = CallFactory(
        cohort=CohortFactory(program=program), slug="2027",
        opens_at=timezone.now() - timedelta(days=90), closes_at=timezone.now() - timedelta(days=30),
    )  # fmt: skip
    awardee = UserFactory(name="Samuel Ng", email="samuel@example.org", credentials="MD")
    application = ApplicationFactory(call=call, applicant=awardee, state="under_review")
    SponsorCommitmentFactory(call=call, applicant=awardee, committed=True)
    MentorAgreementFactory(call=call, applicant=awardee, committed=True)
    task = AssignmentFactory(application=application, reviewer=UserFactory(email="reviewer@example.org"), assigned_by=director)
    ReviewFactory(assignment=task)
    DecisionFactory(application=application, staged_by=director)
    return {"call": call.pk, "email": director.email, "password": PASSWORD}


def awards():
    """Return what is kept of the awards: how many, and the state of each letter."""
    return {"awards": Award.objects.count(), "letters": list(AwardLetter.objects.values_list("state", flat=True))}


def queue(name, seconds):
    """Queue one e-mail for each number of `seconds` from now at which it is due, in the order given, and wake a worker."""
    now = timezone.now()
    with transaction.atomic():
        for number, after in enumerate(seconds):
            Email.objects.create(
                kind="fault", dedupe_key=f"{name} {number}", to=f"{name}@example.org", subject=f"{name} {number}", text="Words.",
                created_at=now, due_at=now + timedelta(seconds=after),
            )  # fmt: skip
        mail.wake("programs.tasks.sweep_emails")


def expire(key, seconds):
    """Let an e-mail be useless in some seconds from now."""
    Email.objects.filter(dedupe_key=key).update(expires_at=timezone.now() + timedelta(seconds=seconds))


def emails(name):
    """Return the rows of the e-mails of a name, by key."""
    columns = {"state": "state", "error": "last_error", "attempts": "attempts", "twice": "maybe_twice"}
    rows = Email.objects.filter(to=f"{name}@example.org").order_by("pk")
    return {row.dedupe_key: {word: getattr(row, column) for word, column in columns.items()} for row in rows}


if __name__ == "__main__":
    obey({verb.__name__: verb for verb in (set_up, awards, queue, expire, emails)})
