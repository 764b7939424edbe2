"""Where a call stands, one second before, at, and after each of its dates."""

from datetime import timedelta

import pytest

from programs.standing import standing, timeline

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_the_words_change_at_the_dates(call):
    words = [
        standing(call, at).word
        for at in (
            call.published_at - SECOND, call.published_at, call.opens_at - SECOND, call.opens_at, call.closes_at - SECOND,
            call.closes_at,
        )
    ]  # fmt: skip
    assert words == ["Draft", "Opens soon", "Opens soon", "Open", "Open", "Closed"]


def test_the_timeline_marks_what_comes_next(call):
    labels = {
        at: [row.label for row in timeline(call, at) if row.is_next] for at in (call.opens_at, call.closes_at, call.letters_until)
    }
    assert labels == {
        call.opens_at: ["Applications close"],
        call.closes_at: ["Sponsors and mentors answer until"],
        call.letters_until: ["Reviews due"],
    }
    assert "Letters of intent due" not in [row.label for row in timeline(call, call.opens_at)]
    call.letter_of_intent_due_at = call.opens_at + timedelta(days=1)
    assert [row.label for row in timeline(call, call.opens_at) if row.is_next] == ["Letters of intent due"]
