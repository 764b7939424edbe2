"""The shape of a mentor's answer."""

from mentors.models import MentorAgreement
from programs.forms import AnswerForm


class MentorAnswerForm(AnswerForm):
    """Three promises, yes or no."""

    duties = MentorAgreement.DUTIES
    commit_label = "I commit to mentor this applicant"
