"""Local times: in the gap there is none, in the fold there are two, otherwise exactly one."""

# ruff: noqa: DTZ001  a local time has no zone, that is the point

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.moments import NoSuchMoment, TwoMoments, local_time, moment_of, offset_name

NEW_YORK = "America/New_York"


def test_an_ordinary_time_is_one_moment():
    assert moment_of(datetime(2026, 12, 1, 17), "America/Los_Angeles") == datetime(2026, 12, 2, 1, tzinfo=UTC)


def test_the_gap_holds_no_moment():
    for local in (datetime(2027, 3, 14, 2, 0), datetime(2027, 3, 14, 2, 30), datetime(2027, 3, 14, 2, 59, 59)):
        with pytest.raises(NoSuchMoment):
            moment_of(local, NEW_YORK)
    assert moment_of(datetime(2027, 3, 14, 1, 59, 59), NEW_YORK) == datetime(2027, 3, 14, 6, 59, 59, tzinfo=UTC)
    assert moment_of(datetime(2027, 3, 14, 3, 0), NEW_YORK) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


def test_the_fold_asks_which():
    local = datetime(2026, 11, 1, 1, 30)
    with pytest.raises(TwoMoments) as two:
        moment_of(local, NEW_YORK)
    assert two.value.earlier == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert two.value.later == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert moment_of(local, NEW_YORK, which="earlier") == two.value.earlier
    assert moment_of(local, NEW_YORK, which="later") == two.value.later
    assert offset_name(two.value.earlier, NEW_YORK) == "EDT, UTC−04:00"
    assert offset_name(two.value.later, NEW_YORK) == "EST, UTC−05:00"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from([NEW_YORK, "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "Etc/GMT+12"]),
)
def test_what_is_shown_is_what_is_enforced(local, zone):
    try:
        moment = moment_of(local, zone, which="later")
    except NoSuchMoment:
        return
    assert local_time(moment, zone) == local
