"""Texts as people type and paste them: without signs that nobody sees and that harm what stands behind them."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

# Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9): unseen, they would turn what stands behind them.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# What office programs paste for a new line (vertical tab, form feed, NEL, Unicode's line and paragraph separators, UAX #14).
BREAKING = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
# All other control characters but tab, line feed and carriage return; a null is left for the field to refuse.
UNSEEN = dict.fromkeys([*range(0x01, 0x09), *range(0x0E, 0x1C), *range(0x7F, 0xA0)])
PARTING = dict.fromkeys(range(0x1C, 0x20), " ")
# Letters and a pattern of Braille that are drawn as nothing (Hangul's fillers).
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# What stands in many people's names beside the names: titles, degrees without a comma before them, generations, particles.
STYLES = {
    "dr", "prof", "professor", "mr", "mrs", "ms", "md", "phd", "drph", "mph", "mba", "rn", "jr", "sr", "ii", "iii",
    "de", "del", "della", "der", "di", "la", "las", "los", "bin", "ibn", "van", "von",
}  # fmt: skip
TIDY = {**UNSEEN, **PARTING, **BREAKING, **TURNING}


def tidy(text: str) -> str:
    """Return the text without control characters and signs that turn the direction of writing; whatever breaks a line is "\\n"."""
    return text if text.isascii() and text.isprintable() else text.translate(TIDY)


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CMZ" and sign not in BLANK


class Line(forms.CharField):
    """A text of one line, tidied: a name, a position, a title."""

    def to_python(self, value: Any) -> str:
        """Return the words with one space between them, also where a line break was pasted; "" where there is nothing to see."""
        words = " ".join(tidy(super().to_python(value) or "").split())
        return words if "\0" in words or any(_is_seen(sign) for sign in words) else ""


def is_name(words: str) -> bool:
    """Whether the words can be somebody's name: two letters at least, of whatever script."""
    return sum(sign.isalpha() for sign in words) > 1


def is_another_name(asked: str, signed: str) -> bool:
    """Whether two texts are names of two people: they share no name.

    Initials, titles, degrees and particles are no names; a name of nothing else says nothing of another.
    """
    names = _names(asked)
    is_alike = " ".join(asked.split()).casefold() == " ".join(signed.split()).casefold()
    return bool(names) and not is_alike and not names & _names(signed)


def _names(said: str) -> set[str]:
    """Return the names in a person's name, without degrees, accents, points, apostrophes and capitals."""
    name = unicodedata.normalize("NFKD", said.split(",", maxsplit=1)[0])
    plain = "".join(sign for sign in name if not unicodedata.combining(sign) and sign not in ".'’")
    return {word for word in re.findall(r"\w{2,}", plain.casefold()) if word not in STYLES}


def check_signature(words: str) -> None:
    """Raise ValidationError for what nobody can have signed with, such as "x" or a row of dots."""
    if not is_name(words):
        raise forms.ValidationError("Please type your full name; it stands for your signature.", code="signature")


class Writing(forms.CharField):
    """A text of any length as it was written, white space at its ends too, tidied; its limit is counted in words elsewhere."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text, tidied."""
        return tidy(super().to_python(value) or "")


class Counted(int):
    """A count that is written with a separator of thousands."""

    def __str__(self) -> str:
        return f"{int(self):,}"


class Most(MaxLengthValidator):
    """At most so many characters; says how many there are, both numbers written alike."""

    message = "Please shorten this to %(limit_value)s characters; it has %(show_value)s."

    def __init__(self, limit: int) -> None:
        super().__init__(Counted(limit))

    def clean(self, x: Any) -> int:
        """Return how long the text is."""
        return Counted(len(x))


class LongText(forms.CharField):
    """A text of at most `limit` characters in `rows` lines, tidied.

    A longer one comes back whole with a sentence: a `maxlength` would have the browser cut it off without a word.
    """

    def __init__(self, *, limit: int, rows: int, **kwargs: Any) -> None:
        super().__init__(max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        del self.widget.attrs["maxlength"]
        self.validators = [Most(limit), ProhibitNullCharactersValidator()]

    def to_python(self, value: Any) -> str:
        """Return the text, tidied."""
        return tidy(super().to_python(value) or "").strip()
