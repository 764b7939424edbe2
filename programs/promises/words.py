"""What differs between one kind of promise and another: its noun, its address, its sentences and its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Words:
    """The words of one kind of promise; each app that keeps such promises has one of these in its `emails`.

    `noun` begins the kind of each e-mail and reminder; `purpose` is the name of the address that the sealed link opens;
    `asks` goes on after the applicant's name in a subject. `asked`, `reminder`, `answered` and `declined` are templates,
    `facts(promise)` what the first two print beside what all promises have.
    """

    noun: str
    purpose: str
    asks: str
    asked: str
    reminder: str
    answered: str
    declined: str
    facts: Callable[[Any], dict[str, Any]]

    @property
    def reminder_kind(self) -> str:
        """The kind under which reminders are planned and shown to the office."""
        return f"{self.noun} reminder"
