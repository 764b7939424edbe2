"""S30: no step is skipped. Every door that moves an application, a review or an award is tried in every state it is not made for.

The person is the one who may and the form the honest one of test_mass_assignment.py, which writes where the door is made for it;
so nothing but the state refuses. What no row may hold (a score of 0 or 10, an award accepted without a name) the database refuses
too: tests/test_constraints.py.
"""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from applications.models import Application
from scholars.models import Award
from tests.attacks.asking import ask
from tests.attacks.rows import snapshot
from tests.attacks.test_mass_assignment import WRITES, prepared, sent

REFUSED = (400, 403, 404, 409, 410)
WRITING = {"draft", "returned"}
NAMING = {*WRITING, "submitted"}
BEFORE_REVIEW = {"submitted", "returned", "complete"}
# The door, and the states of the application in which it opens; the row of the world that it is about.
OF_APPLICATIONS = {
    "draft": {
        "applications:submit": WRITING,
        "applications:title": WRITING,
        "applications:section": WRITING,
        "applications:autosave": WRITING,
        "applications:document": WRITING,
        "applications:document_remove": WRITING,
        "applications:sponsor": NAMING,
        "applications:mentor": NAMING,
        "applications:chair": NAMING,
        "applications:replace_sponsor": NAMING,
        "applications:replace_mentor": NAMING,
        "applications:replace_chair": NAMING,
    },
    "reviewed": {
        "applications:withdraw": {"draft", *BEFORE_REVIEW, "under_review", "alternate"},
        "applications:return_for_changes": {"submitted", "complete"},
        "applications:take_back_return": {"returned"},
        "applications:mark_complete": {"submitted"},
        "applications:find_ineligible": BEFORE_REVIEW,
        "reviews:assign": {"complete", "under_review"},
        "reviews:declare": {"complete", "under_review"},
        "reviews:review": {"complete", "under_review"},
        "reviews:autosave": {"complete", "under_review"},
        "scholars:stage": {"complete", "under_review"},
    },
}
OF_AWARDS = {
    "scholars:award": {"offered"},
    "scholars:decline": {"offered"},
    "scholars:give_time": {"offered"},
    "scholars:build_again": {"offered", "accepted"},
}
CASES = [
    *[(name, row, Application, opens) for row, doors in OF_APPLICATIONS.items() for name, opens in doors.items()],
    *[(name, "award", Award, opens) for name, opens in OF_AWARDS.items()],
]
# What a row of a state must hold beside it.
HOLDS = {
    Application: lambda state: {"submitted_at": timezone.now(), "tracking_number": "HL-0000-XX"},
    Award: lambda state: {"answered_at": timezone.now(), "signed_name": "A Person"} if state == "accepted" else {},
}


@pytest.mark.parametrize(("name", "row", "model", "opens"), CASES, ids=[case[0] for case in CASES])
def test_no_door_opens_in_a_state_it_is_not_made_for(world, name, row, model, opens):
    client, path, _, honest = prepared(world, name)
    answer, wrote = sent(client, path, honest)
    assert WRITES[name][2] in {table for table, _ in wrote}, f"refused for another reason: {answer.status_code}"
    thing, passed, before = model.objects.filter(pk=world.rows[row].pk), [], snapshot()
    for state in sorted(set(model.State.values) - opens):
        held = {"state": state, **HOLDS[model](state)}
        thing.update(**held)
        answer, changed = ask(client, "post", path, honest, before=before)
        changed -= {f"{model._meta.db_table}.{column}" for column in held}
        if changed or not is_refused(client, answer):
            passed.append(f"{state}: {answer.status_code} {answer.headers.get('Location', '')} changed {sorted(changed)}")
    assert passed == [], "\n".join(passed)


def is_refused(client, answer):
    """A page says no with a status of its own; a button, which has no page, leads back with a sentence or to the page that does."""
    if answer.status_code != 302:
        return answer.status_code in REFUSED
    said = [note.level_tag for note in get_messages(answer.wsgi_request)]
    return said[-1:] == ["error"] or client.get(answer["Location"]).status_code in REFUSED
