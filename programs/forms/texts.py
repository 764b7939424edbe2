"""A text of some length, as every form asks for one."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator


class LongText(forms.CharField):
    """A text of at most `limit` characters in `rows` lines.

    A longer one comes back whole with a sentence: a `maxlength` would have the browser cut it off without a word.
    """

    def __init__(self, *, limit: int, rows: int, **kwargs: Any) -> None:
        super().__init__(max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        del self.widget.attrs["maxlength"]
        sentence = f"Please shorten this to {limit:,} characters; it has %(show_value)d."
        self.validators = [MaxLengthValidator(limit, sentence), ProhibitNullCharactersValidator()]
