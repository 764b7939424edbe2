"""Every write of the programme office: its facts, roles, cohorts and calls, and its post."""

from programs.workflow.office import describe_program, end_role, grant, invite, keep_call, keep_cohort, publish
from programs.workflow.post import RENEWALS_AN_HOUR, SENT_A_DAY, hold, let_go, renew_link, send_again

__all__ = [
    "RENEWALS_AN_HOUR",
    "SENT_A_DAY",
    "describe_program",
    "end_role",
    "grant",
    "hold",
    "invite",
    "keep_call",
    "keep_cohort",
    "let_go",
    "publish",
    "renew_link",
    "send_again",
]
