"""What differs between a form as somebody typed it and the rows as somebody else has saved them meanwhile."""

from datetime import datetime
from typing import Any

from django import forms

Difference = tuple[str, str, str]


def differences(typed: Any, stored: Any, *, of: str = "") -> list[Difference]:
    """Return (label, saved, typed) of every field of two forms of one kind whose values differ; `of` names the row."""
    found = []
    for name in stored.fields:
        field = stored[name]
        if field.is_hidden or name not in typed.fields or name == "DELETE":
            continue
        saved, here = words(field), words(typed[name])
        if saved != here:
            found.append((f"{of}: {field.label}" if of else str(field.label), saved, here))
    return found


def words(field: forms.BoundField) -> str:
    """Return the value of a field as a reader compares it."""
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "yes" if value in (True, "on", "true", "True", "1") else "no"
    if isinstance(field.field, forms.DateTimeField):
        return str(value or "").replace("T", ", ")
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(field.field, forms.DecimalField):
        try:
            return f"{field.field.to_python(value):,.2f}"
        except (forms.ValidationError, TypeError):
            return str(value or "")
    return "\n".join(str(value if value is not None else "").split("\r\n")).strip()
