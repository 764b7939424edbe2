"""The shape of a sponsor's answer, and of a health system as the office describes it."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from accounts.texts import Line
from programs.forms import AnswerForm
from sponsors.models import NAME_TAKEN, HealthSystem


class SponsorAnswerForm(AnswerForm):
    """What a sponsor promises, yes or no."""

    commit_label = "I commit to sponsor this project"


class HealthSystemForm(forms.ModelForm):
    """A delivery system in which applicants may name a sponsor."""

    error_title = "The health system is not saved yet"

    class Meta:
        model = HealthSystem
        fields = ["name", "kind", "city"]
        field_classes = {"name": Line, "city": Line}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Please choose"), *HealthSystem.Kind.choices]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_name(self) -> str:
        """Return the name; two systems of one programme may not share it."""
        name: str = self.cleaned_data["name"]
        others = HealthSystem.objects.of_program(self.instance.program_id).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name
