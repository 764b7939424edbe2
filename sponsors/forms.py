"""The shape of a sponsor's answer."""

from programs.forms import AnswerForm
from sponsors.models import SponsorCommitment


class SponsorAnswerForm(AnswerForm):
    """Three promises, yes or no."""

    duties = SponsorCommitment.DUTIES
    commit_label = "I commit to sponsor this project"
