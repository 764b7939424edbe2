"""One row of everything, and everybody who might try to reach it."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.utils import timezone

from applications.models import Document, PacketPreview, Submission
from lhs_k12.demo.pages import small_pdf
from programs import links
from programs.models import Email, Membership, Program, Reminder, SealedLink
from programs.transitions import record
from scholars.models import AwardLetter
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory, ProgramFactory
from tests.factories.promises import ChairCommitmentFactory, HealthSystemFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import AwardFactory, DecisionFactory, ScholarFactory

# The order of the columns of the matrix. Staff may come into the admin and have no role in any programme.
CAST = [
    "anonymous",
    "superuser",
    "staff",
    "applicant",
    "mentor",
    "sponsor",
    "chair",
    "reviewer",
    "conflicted",
    "unassigned",
    "coordinator",
    "director",
    "finance",
    "committee",
    "awardee",
    "scholar",
    "stranger",
    "foreign_director",
]


@dataclass
class World:
    """The people by their part, and the rows by name."""

    people: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.rows[name]


def build() -> World:
    """Make the world: a programme with a draft, an application under review, an offer, a scholar; and another programme."""
    at = timezone.now()
    world = World()
    program = ProgramFactory(name="Harbor LEAP K12", slug="harbor-leap")
    other = ProgramFactory(name="Lakeshore", slug="lakeshore")
    people = world.people = {
        name: UserFactory(
            name=f"{name.replace('_', ' ').title()} Person",
            email=f"{name}@example.org",
            is_staff=name in ("staff", "superuser"),
            is_superuser=name == "superuser",
        )
        for name in CAST
        if name != "anonymous"
    }
    for name, role in [
        ("reviewer", "reviewer"),
        ("conflicted", "reviewer"),
        ("unassigned", "reviewer"),
        ("coordinator", "coordinator"),
        ("director", "director"),
        ("finance", "finance"),
        ("committee", "committee"),
    ]:
        MembershipFactory(program=program, user=people[name], role=role)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.values()
    )
    MembershipFactory(program=other, user=people["foreign_director"], role="director")
    director = people["director"]
    cohort = CohortFactory(program=program, name="Cohort 2027")
    call = CallFactory(cohort=cohort, title="Call 2027", slug="2027", asks_chair=True)
    HealthSystemFactory(program=program, name="County General")
    draft = ApplicationFactory(call=call, applicant=people["applicant"], title="The draft", written=True)
    document = attach(draft)
    commitment = SponsorCommitmentFactory(call=call, applicant=draft.applicant, email=people["sponsor"].email)
    agreement = MentorAgreementFactory(call=call, applicant=draft.applicant, email=people["mentor"].email)
    backing = ChairCommitmentFactory(call=call, applicant=draft.applicant, email=people["chair"].email)
    closed = CallFactory(
        cohort=cohort, title="Closed call", slug="closed", opens_at=at - timedelta(days=90), closes_at=at - timedelta(days=20)
    )
    reviewed = ApplicationFactory(call=closed, state="under_review", applicant=people["applicant"], title="The reviewed one")
    reviewed_document = attach(reviewed)
    assignment = AssignmentFactory(application=reviewed, reviewer=people["reviewer"], assigned_by=director)
    AssignmentFactory(
        application=reviewed, reviewer=people["conflicted"], assigned_by=director, state="conflicted", conflict="A co-author."
    )
    ReviewFactory(assignment=assignment, state="draft")
    decision = DecisionFactory(application=reviewed, staged_by=director)
    offered = ApplicationFactory(call=closed, state="awarded", applicant=people["awardee"], title="The offered one")
    DecisionFactory(application=offered, staged_by=director, released_at=at, released_by=director)
    award = AwardFactory(application=offered, offered_by=director)
    letter = AwardLetter(award=award, text="Dear awardee", due_at=at, state="done", done_at=at, sha256="0" * 64)
    letter.file.save("letter.pdf", ContentFile(small_pdf("Letter", ["Dear awardee"])))
    accepted = ApplicationFactory(call=closed, state="accepted", applicant=people["scholar"], title="The accepted one")
    scholar = ScholarFactory(award=AwardFactory(application=accepted, offered_by=director, accepted=True))
    email = Email.objects.create(
        program=program,
        kind="test",
        dedupe_key="world",
        to="somebody@example.org",
        subject="Canary subject",
        text="Canary text",
        created_at=at,
        due_at=at,
        state="done",
        done_at=at,
    )
    reminder = Reminder.objects.create(
        program=program,
        kind="test",
        key="world",
        to="somebody@example.org",
        summary="Canary reminder",
        due_at=at + timedelta(days=2),
        expires_at=at + timedelta(days=9),
    )
    link = links.seal(commitment, purpose="sponsors:answer", email=commitment.email, at=at, expires_at=at + timedelta(days=9))
    revoked = links.seal(agreement, purpose="mentors:answer", email=agreement.email, at=at, expires_at=at + timedelta(days=9))
    SealedLink.objects.filter(pk=revoked.pk).update(revoked_at=at)
    chair_link = links.seal(backing, purpose="mentors:chair_answer", email=backing.email, at=at, expires_at=at + timedelta(days=9))
    held = Reminder.objects.create(
        program=program,
        kind="test",
        key="held",
        to="somebody@example.org",
        summary="Held reminder",
        due_at=at + timedelta(days=2),
        expires_at=at + timedelta(days=9),
        held_at=at,
        held_by=director,
    )
    MembershipFactory(program=program, user=people["stranger"], role="director", ended_at=at, ended_by=director)
    submission = Submission.objects.get(application=reviewed)
    submission.packet.save("packet.pdf", ContentFile(small_pdf("Packet", ["The reviewed one"])), save=False)
    Submission.objects.filter(pk=submission.pk).update(packet=submission.packet.name, state="done", done_at=at + timedelta(hours=1))
    world.rows = {
        "program": program,
        "other": other,
        "cohort": cohort,
        "call": call,
        "closed": closed,
        "draft": draft,
        "document": document,
        "commitment": commitment,
        "agreement": agreement,
        "backing": backing,
        "reviewed": reviewed,
        "reviewed_document": reviewed_document,
        "assignment": assignment,
        "decision": decision,
        "award": award,
        "letter": letter,
        "scholar_row": scholar,
        "email": email,
        "reminder": reminder,
        "held": held,
        "link": link,
        "revoked": revoked,
        "chair_link": chair_link,
        "submission": submission,
        "section": call.sections.first(),
        "request": call.document_requests.first(),
        "membership": Membership.objects.get(user=people["unassigned"]),
        "key": uuid.uuid4(),
    }
    # A row behind every window of the admin.
    PacketPreview.objects.create(application=draft, requested_at=at, due_at=at)
    record(draft, "start", at=at, by=draft.applicant)
    world.rows["factor"] = Authenticator.objects.create(
        user=director, type=Authenticator.Type.TOTP, data={"secret": "CANARYSECRET"}
    )
    assert Program.objects.count() == 2
    return world


def attach(application: Any) -> Document:
    """Attach a one-page PDF to an application."""
    pdf = small_pdf("Biosketch", ["Canary"])
    document = Document(
        application=application,
        request=application.call.document_requests.first(),
        name="biosketch.pdf",
        pages=1,
        size=len(pdf),
        sha256="0" * 64,
        attached_at=timezone.now(),
    )
    document.file.save("biosketch.pdf", ContentFile(pdf))
    return document
