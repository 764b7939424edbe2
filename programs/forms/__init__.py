"""The shape of input in the programme office."""

from programs.forms.answer import AnswerForm, ReplaceForm
from programs.forms.call import CallForm, CallForms
from programs.forms.office import CohortForm, EmailFilter, GrantForm, ProgramForm

__all__ = ["AnswerForm", "CallForm", "CallForms", "CohortForm", "EmailFilter", "GrantForm", "ProgramForm", "ReplaceForm"]
