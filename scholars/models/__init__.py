"""The nouns that follow a review: decision, award, letter, scholar."""

from scholars.models.award import Award, AwardLetter, Decision
from scholars.models.scholar import Scholar, ScholarYear

__all__ = ["Award", "AwardLetter", "Decision", "Scholar", "ScholarYear"]
