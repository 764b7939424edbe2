"""What differs between a form as somebody typed it and the rows as somebody else has saved them meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from programs import revision

Difference = tuple[str, str, str]


@dataclass(frozen=True)
class Merged:
    """A form into which was taken over what only others have changed (`theirs`, labels); `asked` are the names of the fields
    that both have changed, None when that is not known."""

    form: Any
    theirs: list[str]
    asked: list[str] | None


def merge(form: Any, stored: Any, seen: str) -> Merged:
    """Return the valid form of a row as it would be typed by somebody who opened it now, given what it showed (`seen`).

    Fields that only others have changed take what is `stored` and the whole is checked anew, because two changes that are
    right alone can be wrong together; fields that both have changed stay as they were typed, and are left to the person.
    """
    found = revision.meanwhile(seen, stored, form.instance)
    if found is None:
        return Merged(form, [], None)
    (theirs, both), fresh, typed = found, type(form)(instance=stored), form.data.copy()
    labels = [str(fresh[name].label) for name in theirs]
    for name in theirs:
        typed[name] = fresh[name].value()
    return Merged(type(form)(typed, instance=stored), labels, both)


def differences(typed: Any, stored: Any, *, of: str = "", only: Collection[str] | None = None) -> list[Difference]:
    """Return (label, saved, typed) of every field (of `only` these) of two forms of one kind whose values differ; `of` names the
    row."""
    found = []
    for name in stored.fields:
        field = stored[name]
        if field.is_hidden or name not in typed.fields or name == "DELETE" or (only is not None and name not in only):
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
