"""What happened to an application, in the words of its pages."""

import applications.workflow.table
import reviews.workflow
import scholars.workflow.awards
import scholars.workflow.decisions
from applications.views.frames import DONE
from programs import promises
from programs.transitions import Transition


def test_the_history_has_words_for_every_verb():
    """A verb that any floor can perform about an applicant is told as what happened, not as the order it was given."""
    modules = [applications.workflow.table, promises, reviews.workflow, scholars.workflow.awards, scholars.workflow.decisions]
    rows = {row.verb for module in modules for row in vars(module).values() if isinstance(row, Transition)}
    rows |= {row.verb for row in applications.workflow.table.DECISIONS.values()}
    assert len(rows) > 15
    assert rows - set(DONE) == set()
