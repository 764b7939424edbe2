"""What is asked of mentors alone: co-mentors. What mentors share with sponsors is tested in tests/programs/promises."""

import pytest

from mentors import workflow
from mentors.models import MentorAgreement
from programs.transitions import NotPossible


def test_co_mentors_stand_beside_the_primary_one(call, applicant, at):
    def ask(name, email, role="primary"):
        return workflow.ask(
            call=call, applicant=applicant, name=name, email=email, title="", institution="", role=role, project_title="Telehealth",
            note="", by=applicant, at=at,
        )  # fmt: skip

    primary = ask("Maya Okafor", "maya@harbor.example")
    for name, email in (("Lee Chen", "lee@harbor.example"), ("Ann Ito", "ann@harbor.example")):
        assert ask(name, email, "co").state == "asked"
    with pytest.raises(NotPossible, match="Lee Chen has been asked already"):
        ask("Lee Chen", "LEE@harbor.example", "co")
    with pytest.raises(NotPossible, match="Maya Okafor has been asked already"):
        ask("Somebody", "other@harbor.example")
    assert MentorAgreement.objects.of_applicant(call.pk, applicant.pk).first() == primary
