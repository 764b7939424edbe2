"""The access matrix: for every address, what each member of the cast gets by GET and by POST.

One row an address; those that libraries bring are in matrix_of_libraries.py. `args` names the row of the world that the address
is about; `get` and `post` give the status of everybody (the first word) and of those who differ. 302 for the anonymous visitor is
the way to sign in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.attacks.world import CAST

OFFICE = ("coordinator", "director")
MEMBERS = ("reviewer", "conflicted", "unassigned", "coordinator", "director", "finance", "committee")
READERS = (*OFFICE, "finance", "committee")


def codes(everybody: int, anonymous: int = 302, **others: int) -> dict[str, int]:
    """Return the status of each member: `everybody` signed in, the visitor, and those named; OFFICE__x names groups."""
    found = dict.fromkeys(CAST, everybody)
    found["anonymous"] = anonymous
    groups = {"office": OFFICE, "members": MEMBERS, "readers": READERS}
    for name, code in others.items():
        for member in groups.get(name, (name,)):
            assert member in found, member
            found[member] = code
    return found


@dataclass(frozen=True)
class Row:
    """What one address answers."""

    get: dict[str, int]
    post: dict[str, int]
    args: Callable[[Any], list[Any]] = lambda w: []
    form: Callable[[Any], dict[str, Any]] = lambda w: {}
    query: dict[str, str] = field(default_factory=dict)
    path: str = ""

    def address(self, name: str, world: Any) -> str:
        """Return the address of the row's page about the row of the world; what bears no name of its own says its `path`."""
        return self.path.format(*self.args(world)) or reverse(name, args=self.args(world))


PUBLIC = codes(200, anonymous=200)
NEVER = codes(405, anonymous=405)  # not even a sign-in page: the address takes the other method only
SIGNED_IN_NEVER = codes(405)

ROWS: dict[str, Row] = {
    "healthz": Row(get=codes(503, anonymous=503), post=NEVER),
    # accounts
    "accounts:profile": Row(get=codes(200), post=codes(200)),
    # Nobody waits for a code, so both lead away: whoever is signed in to the own addresses, everybody else to the sign-in.
    "accounts:confirm_address": Row(get=codes(302), post=codes(302)),
    "accounts:request_code": Row(get=codes(302, anonymous=200), post=codes(302, anonymous=200)),
    "accounts:confirm_sign_in": Row(get=codes(302), post=codes(302)),
    # programs
    "programs:home": Row(get=PUBLIC, post=NEVER),
    "programs:calls": Row(get=PUBLIC, post=NEVER),
    "programs:call_edit": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, coordinator=403, director=200), args=lambda w: [w.call.pk]
    ),
    "programs:call_publish": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, director=302, coordinator=403), args=lambda w: [w.call.pk]
    ),
    "programs:call": Row(get=PUBLIC, post=NEVER, args=lambda w: [w.program.slug, w.call.slug]),
    "programs:offices": Row(get=codes(200, office=302, foreign_director=302), post=SIGNED_IN_NEVER),
    "programs:office": Row(get=codes(404, office=200), post=SIGNED_IN_NEVER, args=lambda w: [w.program.slug]),
    "programs:describe": Row(
        get=codes(404, coordinator=403, director=200),
        post=codes(404, coordinator=403, director=200),
        args=lambda w: [w.program.slug],
    ),
    "programs:members": Row(
        get=codes(404, office=200), post=codes(404, coordinator=403, director=200), args=lambda w: [w.program.slug]
    ),
    "programs:cohort_new": Row(
        get=codes(404, coordinator=403, director=200),
        post=codes(404, coordinator=403, director=200),
        args=lambda w: [w.program.slug],
    ),
    "programs:emails": Row(get=codes(404, office=200), post=SIGNED_IN_NEVER, args=lambda w: [w.program.slug]),
    "programs:reminders": Row(get=codes(404, office=200), post=SIGNED_IN_NEVER, args=lambda w: [w.program.slug]),
    "programs:end_role": Row(
        get=codes(404, coordinator=403, director=200),
        post=codes(404, director=302, coordinator=403),
        args=lambda w: [w.membership.pk],
    ),
    "programs:call_new": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, coordinator=403, director=200), args=lambda w: [w.cohort.pk]
    ),
    "programs:email": Row(get=codes(404, office=200), post=SIGNED_IN_NEVER, args=lambda w: [w.email.pk]),
    "programs:email_again": Row(get=SIGNED_IN_NEVER, post=codes(404, office=302), args=lambda w: [w.email.pk]),
    "programs:reminder_hold": Row(get=SIGNED_IN_NEVER, post=codes(404, office=302), args=lambda w: [w.reminder.pk]),
    "programs:reminder_let_go": Row(get=SIGNED_IN_NEVER, post=codes(404, office=302), args=lambda w: [w.reminder.pk]),
    "programs:link": Row(get=codes(404, anonymous=404), post=NEVER, args=lambda w: ["x" * 43]),
    "programs:link_renew": Row(get=NEVER, post=codes(404, anonymous=404), args=lambda w: [w.link.public_id]),
    # sponsors
    "sponsors:systems": Row(
        get=codes(404, members=403, office=200),
        post=codes(404, members=403, office=200),
        args=lambda w: [w.program.slug],
    ),
    "sponsors:system_edit": Row(
        get=codes(404, members=403, office=200),
        post=codes(404, members=403, office=200),
        args=lambda w: [w.commitment.health_system_id],
    ),
    "sponsors:answer": Row(get=codes(404, anonymous=404), post=codes(404, anonymous=404), args=lambda w: [w.link.public_id]),
    "sponsors:respond": Row(
        get=codes(404, office=403, applicant=403, sponsor=200),
        post=codes(404, office=403, applicant=403, sponsor=200),
        args=lambda w: [w.commitment.pk],
    ),
    "sponsors:ask_again": Row(
        get=SIGNED_IN_NEVER, post=codes(404, office=302, applicant=302, sponsor=403), args=lambda w: [w.commitment.pk]
    ),
    # mentors
    "mentors:answer": Row(get=codes(404, anonymous=404), post=codes(404, anonymous=404), args=lambda w: [w.link.public_id]),
    "mentors:respond": Row(
        get=codes(404, office=403, applicant=403, mentor=200),
        post=codes(404, office=403, applicant=403, mentor=200),
        args=lambda w: [w.agreement.pk],
    ),
    "mentors:ask_again": Row(
        get=SIGNED_IN_NEVER, post=codes(404, office=302, applicant=302, mentor=403), args=lambda w: [w.agreement.pk]
    ),
    "mentors:chair_answer": Row(
        get=codes(404, anonymous=404), post=codes(404, anonymous=404), args=lambda w: [w.chair_link.public_id]
    ),
    "mentors:chair_respond": Row(
        get=codes(404, office=403, applicant=403, chair=200),
        post=codes(404, office=403, applicant=403, chair=200),
        args=lambda w: [w.backing.pk],
    ),
    "mentors:chair_ask_again": Row(
        get=SIGNED_IN_NEVER, post=codes(404, office=302, applicant=302, chair=403), args=lambda w: [w.backing.pk]
    ),
    # applications
    "applications:list": Row(get=codes(403, office=200, foreign_director=200), post=SIGNED_IN_NEVER),
    "applications:of_call": Row(get=codes(404, office=200), post=SIGNED_IN_NEVER, args=lambda w: [w.call.pk]),
    "applications:start": Row(get=codes(200, applicant=302), post=codes(302, office=403), args=lambda w: [w.call.pk]),
    "applications:application": Row(get=codes(404, office=200, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.draft.pk]),
    "applications:title": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.draft.pk]
    ),
    "applications:section": Row(
        get=codes(404, applicant=200, office=403),
        post=codes(404, applicant=200, office=403),
        args=lambda w: [w.draft.pk, w.section.pk],
    ),
    "applications:autosave": Row(
        get=SIGNED_IN_NEVER, post=codes(404, applicant=400, office=403), args=lambda w: [w.draft.pk, w.section.pk]
    ),
    "applications:sponsor": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.draft.pk]
    ),
    "applications:mentor": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.draft.pk]
    ),
    "applications:chair": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.draft.pk]
    ),
    "applications:replace_sponsor": Row(
        get=codes(404, office=200, applicant=200),
        post=codes(404, office=200, applicant=302),
        args=lambda w: [w.draft.pk, w.commitment.pk],
    ),
    "applications:replace_mentor": Row(
        get=codes(404, office=200, applicant=200),
        post=codes(404, office=302, applicant=302),
        args=lambda w: [w.draft.pk, w.agreement.pk],
        form=lambda w: {"why": "On leave.", "seen": "asked"},
    ),
    "applications:replace_chair": Row(
        get=codes(404, office=200, applicant=200),
        post=codes(404, office=302, applicant=302),
        args=lambda w: [w.draft.pk, w.backing.pk],
        form=lambda w: {"why": "Another department.", "seen": "asked"},
    ),
    "applications:document": Row(
        get=codes(404, applicant=200, office=403),
        post=codes(404, applicant=200, office=403),
        args=lambda w: [w.draft.pk, w.request.pk],
    ),
    "applications:document_remove": Row(
        get=SIGNED_IN_NEVER, post=codes(404, applicant=302, office=403), args=lambda w: [w.draft.pk, w.request.pk]
    ),
    "applications:document_file": Row(
        get=codes(404, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.draft.pk, w.document.pk]
    ),
    "applications:reading": Row(get=codes(404, office=200, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.reviewed.pk]),
    "applications:packet": Row(get=codes(404, office=200, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.reviewed.pk]),
    "applications:packet_progress": Row(
        get=codes(404, office=200, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.reviewed.pk]
    ),
    "applications:preview": Row(get=SIGNED_IN_NEVER, post=codes(404, applicant=302, office=403), args=lambda w: [w.draft.pk]),
    "applications:packet_again": Row(
        get=SIGNED_IN_NEVER, post=codes(404, applicant=403, office=409), args=lambda w: [w.reviewed.pk, 1]
    ),
    "applications:submit": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.draft.pk]
    ),
    "applications:receipt": Row(get=codes(404, office=200, applicant=200), post=SIGNED_IN_NEVER, args=lambda w: [w.reviewed.pk, 1]),
    "applications:withdraw": Row(
        get=codes(404, applicant=200, office=403), post=codes(404, applicant=200, office=403), args=lambda w: [w.reviewed.pk]
    ),
    "applications:return_for_changes": Row(
        get=codes(404, applicant=403, office=200), post=codes(404, applicant=403, office=200), args=lambda w: [w.reviewed.pk]
    ),
    "applications:take_back_return": Row(
        get=codes(404, applicant=403, office=200), post=codes(404, applicant=403, office=200), args=lambda w: [w.reviewed.pk]
    ),
    "applications:mark_complete": Row(
        get=codes(404, applicant=403, office=200), post=codes(404, applicant=403, office=409), args=lambda w: [w.reviewed.pk]
    ),
    "applications:find_ineligible": Row(
        get=codes(404, applicant=403, office=200), post=codes(404, applicant=403, office=200), args=lambda w: [w.reviewed.pk]
    ),
    # reviews
    "reviews:desk": Row(get=codes(200), post=SIGNED_IN_NEVER),
    "reviews:past": Row(get=codes(200), post=SIGNED_IN_NEVER),
    "reviews:assign": Row(get=codes(404, office=200), post=codes(404, office=200), args=lambda w: [w.reviewed.pk]),
    "reviews:review": Row(get=codes(404, reviewer=200), post=codes(404, reviewer=409), args=lambda w: [w.assignment.pk]),
    "reviews:autosave": Row(get=SIGNED_IN_NEVER, post=codes(404, reviewer=409), args=lambda w: [w.assignment.pk]),
    "reviews:declare": Row(get=codes(404, reviewer=200), post=codes(404, reviewer=200), args=lambda w: [w.assignment.pk]),
    "reviews:document": Row(
        get=codes(404, reviewer=200), post=SIGNED_IN_NEVER, args=lambda w: [w.assignment.pk, w.reviewed_document.pk]
    ),
    "reviews:end": Row(get=codes(404, office=200), post=codes(404, office=200), args=lambda w: [w.assignment.pk]),
    "reviews:packet": Row(get=codes(404, reviewer=200), post=SIGNED_IN_NEVER, args=lambda w: [w.assignment.pk]),
    # scholars
    "scholars:list": Row(get=codes(200), post=SIGNED_IN_NEVER),
    "scholars:scholar": Row(get=codes(404, readers=200, scholar=200), post=SIGNED_IN_NEVER, args=lambda w: [w.scholar_row.pk]),
    "scholars:cohort_edit": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, coordinator=403, director=200), args=lambda w: [w.cohort.pk]
    ),
    "scholars:stage": Row(
        get=codes(404, coordinator=403, director=200),
        post=codes(404, coordinator=403, director=200),
        args=lambda w: [w.reviewed.pk],
    ),
    "scholars:unstage": Row(get=SIGNED_IN_NEVER, post=codes(404, director=302, coordinator=403), args=lambda w: [w.reviewed.pk]),
    "scholars:letter_preview": Row(get=codes(404, office=200, committee=403), post=SIGNED_IN_NEVER, args=lambda w: [w.decision.pk]),
    "scholars:stage_line": Row(get=SIGNED_IN_NEVER, post=codes(404, director=302, coordinator=403), args=lambda w: [w.closed.pk]),
    "scholars:release": Row(
        get=codes(404, office=200), post=codes(404, coordinator=403, director=409), args=lambda w: [w.closed.pk]
    ),
    "scholars:awards": Row(get=codes(404, office=200, finance=200), post=SIGNED_IN_NEVER, args=lambda w: [w.closed.pk]),
    "scholars:awards_progress": Row(get=codes(404, office=200, finance=200), post=SIGNED_IN_NEVER, args=lambda w: [w.closed.pk]),
    "scholars:offer_next": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, coordinator=403, director=409), args=lambda w: [w.closed.pk]
    ),
    "scholars:end_waiting": Row(
        get=codes(404, coordinator=403, director=200), post=codes(404, coordinator=403, director=200), args=lambda w: [w.closed.pk]
    ),
    "scholars:letter_template": Row(
        get=codes(404, coordinator=403, director=200),
        post=codes(404, director=302, coordinator=403),
        args=lambda w: [w.program.slug],
    ),
    "scholars:letter_sample": Row(
        get=codes(404, coordinator=403, director=200), post=SIGNED_IN_NEVER, args=lambda w: [w.program.slug]
    ),
    "scholars:award": Row(
        get=codes(404, office=200, finance=200, awardee=200),
        post=codes(404, office=403, finance=403, awardee=200),
        args=lambda w: [w.award.pk],
    ),
    "scholars:decline": Row(
        get=codes(404, office=403, finance=403, awardee=200),
        post=codes(404, awardee=302, office=403, finance=403),
        args=lambda w: [w.award.pk],
    ),
    "scholars:award_progress": Row(
        get=codes(404, office=200, finance=200, awardee=200), post=SIGNED_IN_NEVER, args=lambda w: [w.award.pk]
    ),
    "scholars:build_again": Row(
        get=SIGNED_IN_NEVER, post=codes(404, office=302, finance=403, awardee=403), args=lambda w: [w.award.pk]
    ),
    "scholars:give_time": Row(
        get=SIGNED_IN_NEVER,
        post=codes(404, director=302, coordinator=403, finance=403, awardee=403),
        args=lambda w: [w.award.pk],
    ),
    "scholars:letter": Row(
        get=codes(404, office=200, finance=200, awardee=200), post=SIGNED_IN_NEVER, args=lambda w: [w.letter.pk]
    ),
    # reports
    "reports:desk": Row(get=codes(200), post=SIGNED_IN_NEVER),
    "reports:decide": Row(get=codes(404, office=200, committee=200), post=SIGNED_IN_NEVER, args=lambda w: [w.closed.pk]),
    "reports:applications_csv": Row(get=codes(404, office=200), post=codes(404, office=200), args=lambda w: [w.closed.pk]),
}
