"""The shape of input in the programme office."""

from programs.forms.answer import AnswerForm
from programs.forms.call import CallForm
from programs.forms.compare import differences, merge
from programs.forms.office import CohortForm, Day, EmailFilter, GrantForm, ProgramForm
from programs.forms.parts import CallForms

__all__ = [
    "AnswerForm",
    "CallForm",
    "CallForms",
    "CohortForm",
    "Day",
    "EmailFilter",
    "GrantForm",
    "ProgramForm",
    "differences",
    "merge",
]
