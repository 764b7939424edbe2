"""How words are counted, and how long a draft may be written."""

from datetime import timedelta

import pytest

from applications.models import count_words
from tests.factories.applications import ApplicationFactory

PAIRS = [
    ("", 0),
    ("   \n\t ", 0),
    ("one", 1),
    ("patient-centred care", 2),
    ("end - to - end", 5),
    ("Ärztinnen prüfen Übergänge", 3),
    ("no\u00a0break", 2),
    ("thin\u2009space and\u3000ideographic", 4),
    ("line\u2028separator", 2),
    ("zero\ufeffwidth mark", 3),
    ("next\u0085line", 1),
    ("unit\u001fseparator", 1),
    ("one\r\ntwo\rthree\nfour", 4),
    ("90,000 $ (75 %)", 4),
    ("emoji 🫀 heart", 3),
    ("  leading and trailing  ", 3),
]


@pytest.mark.parametrize(("text", "words"), PAIRS)
def test_words_are_runs_of_anything_but_white_space(text, words):
    assert count_words(text) == words


def test_a_draft_may_be_written_until_the_deadline_and_a_returned_one_until_the_grace_ends(call):
    assert ApplicationFactory(call=call).writable_until == call.closes_at
    assert ApplicationFactory(call=call, state="returned").writable_until == call.closes_at + timedelta(hours=72)
