"""Texts as people paste them: what nobody sees goes, what breaks a line breaks it, every letter stays."""

import pytest
from django import forms

from accounts.texts import Line, LongText, Writing, is_name


@pytest.mark.parametrize(
    ("pasted", "line", "text"),
    [
        ("O'Brien – Ñandú 🙂 \u200fשלום", "O'Brien – Ñandú 🙂 \u200fשלום", "O'Brien – Ñandú 🙂 \u200fשלום"),
        ("one\x0btwo\x0cthree\u2028four\u2029five\x85six", "one two three four five six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\tb\r\n\r\nc", "a b c", "a\tb\r\n\r\nc"),
        ("\u202eevil\u202c \u2066x\u2069\x07\x1b[0m\x7f\x9b", "evil x[0m", "evil x[0m"),
        ("x\x1fy", "x y", "x y"),
        ("👩\u200d⚕️ می\u200cخواهم co\u00adop", "👩\u200d⚕️ می\u200cخواهم co\u00adop", "👩\u200d⚕️ می\u200cخواهم co\u00adop"),
        ("", "", ""),
    ],
)
def test_what_a_field_makes_of_it(pasted, line, text):
    assert Line(required=False).clean(pasted) == line
    assert LongText(limit=80, rows=2, required=False).clean(pasted) == text
    assert Writing(required=False, strip=False).clean(pasted) == text


def test_white_space_at_the_ends_stays_in_what_is_being_written():
    assert Writing(strip=False).clean("  begun \n") == "  begun \n"


@pytest.mark.parametrize("field", [Line(), LongText(limit=80, rows=2), Writing()])
def test_a_null_character_is_refused_and_so_is_nothing_but_what_nobody_sees(field):
    unseen = ["\u200b", "\u00ad\ufeff \u0301", "\u3164", "\u115f \u2800"] if isinstance(field, Line) else []
    for words in ("a\x00b", "\u202e\x07 ", *unseen):
        with pytest.raises(forms.ValidationError):
            field.clean(words)


def test_korean_is_seen():
    assert Line().clean("\u1112\u1161\u11ab 김민수") == "\u1112\u1161\u11ab 김민수"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Samuel Ng", True),
        ("김민수", True),
        ("李娜", True),
        ("Ó É", True),
        ("x", False),
        ("...", False),
        ("12 34", False),
        ("", False),
    ],
)
def test_who_signs_has_a_name(words, is_one):
    assert is_name(words) is is_one


def test_too_much_is_counted_with_separators():
    with pytest.raises(forms.ValidationError, match=r"Please shorten this to 2,000 characters; it has 12,345\."):
        LongText(limit=2000, rows=2).clean("x" * 12345)
