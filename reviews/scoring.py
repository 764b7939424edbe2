"""The arithmetic of scores, without a database: NIH scale, 1 is best and 9 is worst, whole numbers only."""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

BEST, WORST = 1, 9

# The scale as NIH reviewers know it; guidance in our own words.
SCALE = {
    1: ("Exceptional", "almost no weakness"),
    2: ("Outstanding", "negligible weaknesses"),
    3: ("Excellent", "a few minor weaknesses"),
    4: ("Very good", "many minor weaknesses"),
    5: ("Good", "at least one moderate weakness; the intended average"),
    6: ("Satisfactory", "strengths and some moderate weaknesses"),
    7: ("Fair", "at least one major weakness"),
    8: ("Marginal", "few strengths, a few major weaknesses"),
    9: ("Poor", "very few strengths, many major weaknesses"),
}


def parse_score(text: str) -> int | None:
    """Return the score a person typed, None for nothing; raise ValueError with a sentence for anything off the scale."""
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        number = int(text[:6])
        if BEST <= number <= WORST:
            return number
        raise ValueError(f"{text[:6]} is not on the scale. Please give a whole number from 1 (exceptional) to 9 (poor).")
    raise ValueError(f"“{text[:20]}” is not a score. Please give a whole number from 1 (exceptional) to 9 (poor).")


def descriptor(score: int | None) -> str:
    """Return the word of a score: 1 is `Exceptional`, 9 is `Poor`; "" when there is no score."""
    return SCALE[score][0] if score in SCALE else ""


def mean_one_decimal(scores: Sequence[int]) -> Decimal | None:
    """Return the mean of the scores to one decimal, halves away from the best (2.25 is 2.3); None without scores.

    NIH averages to one decimal and does not say how ties round; ROUND_HALF_UP is the portal's rule.
    """
    return _mean(sum(scores), len(scores))


def overall_impact(scores: Sequence[int]) -> int | None:
    """Return the overall impact of an application: the mean to one decimal times ten, 10 (best) to 90 (worst)."""
    return impact_of(sum(scores), len(scores))


@functools.cache
def impact_of(total: int, count: int) -> int | None:
    """Return the overall impact of so many scores with this sum; kept, because few sums occur and many applications have them."""
    mean = _mean(total, count)
    return None if mean is None else int(mean * 10)


def spread(scores: Sequence[int]) -> int | None:
    """Return how far apart the reviewers are: the worst minus the best score, 0 to 8; None without scores."""
    return max(scores) - min(scores) if scores else None


def rank(impacts: Sequence[int | None]) -> list[int | None]:
    """Return the rank of each impact, 1 for the lowest; equal impacts share a rank and the next one skips (1, 2, 2, 4)."""
    places = firsts(Counter(impact for impact in impacts if impact is not None))
    return [None if impact is None else places[impact] for impact in impacts]


def firsts(counts: Mapping[int, int]) -> dict[int, int]:
    """Return the rank of each impact, given how many applications have it: one more than there are better ones."""
    places, place = {}, 1
    for impact in sorted(counts):
        places[impact] = place
        place += counts[impact]
    return places


def _mean(total: int, count: int) -> Decimal | None:
    return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP) if count else None
