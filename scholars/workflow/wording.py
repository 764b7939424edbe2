"""The programme's own words for its award letters."""

import hashlib
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from programs.models import Program
from programs.revision import Overtaken
from programs.transitions import NotPossible
from programs.workflow import describe_program
from scholars import letters
from scholars.permissions import may_write_letter


def word_letter(program: Program, *, template: str, by: User, at: datetime, seen: str | None = None) -> None:
    """Keep the programme's own words for its award letters; letters already written stay as they are.

    `seen` is the mark of the words the form showed (None: there was no form): Overtaken when others were saved meanwhile.
    """
    if not may_write_letter(by, program):
        raise PermissionDenied
    if faults := letters.faults(template):
        raise NotPossible(" ".join(faults))
    program.letter_template = template
    with transaction.atomic():
        stored = Program.objects.locked(program.pk).letter_template
        if seen is not None and seen != words_mark(stored) and stored != template:
            raise Overtaken("Somebody else has saved the letter meanwhile. Please compare.")
        describe_program(program, by=by, at=at, fields=["letter_template"])


def words_mark(template: str) -> str:
    """Return a short digest of a programme's words, which the form carries to tell whether others were saved meanwhile."""
    return hashlib.sha256(template.encode()).hexdigest()[:24]
