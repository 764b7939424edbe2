"""What is asked of sponsors alone; what they share with mentors is tested in tests/programs/promises."""

import pytest

from programs.models import Email
from programs.transitions import NotPossible
from sponsors import workflow
from sponsors.models import SponsorCommitment
from tests.factories.promises import HealthSystemFactory


def test_a_foreign_health_system_is_refused(call, applicant, other_program, at):
    facts = {"name": "Dana Whitfield", "email": "dana@county.example", "title": "", "project_title": "Telehealth", "note": ""}
    with pytest.raises(NotPossible, match="does not belong"):
        workflow.ask(
            call=call, applicant=applicant, health_system=HealthSystemFactory(program=other_program), by=applicant, at=at, **facts
        )
    assert (SponsorCommitment.objects.count(), Email.objects.count()) == (0, 0)
