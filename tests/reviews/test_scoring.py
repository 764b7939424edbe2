"""The arithmetic of scores: golden numbers, and what must hold for any scores."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.scoring import descriptor, impact_of, mean_one_decimal, overall_impact, parse_score, rank, spread

some_scores = st.lists(st.integers(1, 9), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("scores", "mean", "impact"),
    [
        ([2, 2, 3, 2, 1, 2, 3, 2], "2.1", 21),
        ([2, 2, 2, 3], "2.3", 23),
        ([3, 3, 2, 3, 4, 3, 3], "3.0", 30),
        ([4, 5, 4, 5, 4, 4, 5, 5], "4.5", 45),
        ([1, 1, 1], "1.0", 10),
        ([9, 9, 9], "9.0", 90),
    ],
)
def test_golden_numbers(scores, mean, impact):
    assert (mean_one_decimal(scores), overall_impact(scores)) == (Decimal(mean), impact)


def test_without_scores_there_is_no_number():
    assert (mean_one_decimal([]), overall_impact([]), spread([])) == (None, None, None)


@given(some_scores)
def test_impact_is_the_exact_mean_rounded_half_up(scores):
    exact = Fraction(10 * sum(scores), len(scores))
    assert overall_impact(scores) == (exact + Fraction(1, 2)).__floor__()


@given(some_scores)
def test_impact_lies_between_best_and_worst_score(scores):
    assert 10 * min(scores) <= overall_impact(scores) <= 10 * max(scores)


@given(some_scores, st.randoms())
def test_the_order_of_reviewers_does_not_matter(scores, random):
    shuffled = list(scores)
    random.shuffle(shuffled)
    assert (overall_impact(shuffled), spread(shuffled)) == (overall_impact(scores), spread(scores))


@given(some_scores, st.integers(0, 39))
def test_a_worse_score_never_betters_the_impact(scores, place):
    worse = list(scores)
    worse[place % len(worse)] = 9
    assert overall_impact(worse) >= overall_impact(scores)


def test_spread_is_the_distance_of_the_extremes():
    assert spread([2, 5, 3]) == 3


def test_the_impact_of_a_sum_is_that_of_its_scores():
    for scores in combinations_with_replacement(range(1, 10), 4):
        assert impact_of(sum(scores), 4) == overall_impact(scores) == int(mean_one_decimal(scores) * 10)
    assert impact_of(0, 0) is None


def test_equal_impacts_share_a_rank_and_the_next_one_skips():
    assert rank([23, 20, None, 23, 27]) == [2, 1, None, 2, 4]


@given(st.lists(st.one_of(st.none(), st.integers(10, 90)), max_size=60))
def test_a_rank_is_one_more_than_the_number_of_better_ones(impacts):
    known = [impact for impact in impacts if impact is not None]
    expected = [None if impact is None else 1 + sum(1 for other in known if other < impact) for impact in impacts]
    assert rank(impacts) == expected


@pytest.mark.parametrize(("text", "score"), [("1", 1), (" 9 ", 9), ("", None), ("  ", None)])
def test_a_typed_score_is_read(text, score):
    assert parse_score(text) == score


@pytest.mark.parametrize("text", ["0", "10", "2.5", "2,5", "-1", "+2", "two", "٣", "³", "1e0", "99999999999999999999", "=1"])
def test_anything_off_the_scale_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="Please give a whole number from 1 \\(exceptional\\) to 9 \\(poor\\)\\."):
        parse_score(text)


def test_words_of_the_scale():
    assert [descriptor(score) for score in (1, 5, 9, None)] == ["Exceptional", "Good", "Poor", ""]
