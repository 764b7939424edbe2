"""The one engine that changes a state: refuses in a sentence, or changes, stamps and records in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from programs.models import Call, HistoryEntry, Program, SealedLink

Predicate = Callable[[Any, Any], bool]
Hindrance = Callable[[Any, datetime], str]


class NotPossible(Exception):
    """The verb is not possible now; the text is a sentence for the person who tried."""


class ClosedToYou(PermissionDenied):
    """This is closed to the person, whatever role they hold; the text is the sentence that tells them why."""


@dataclass(frozen=True, eq=False)
class Transition:
    """One row of a workflow's table.

    `sources` and `target` are values of the row's `state`; `may(user, thing)` is the policy; `hindrance(thing, at)`
    returns "" or the sentence that says why it is not possible now; `stamp` names `<stamp>_at` (and `<stamp>_by`
    where the model has it). A sealed link, checked at the door, stands in for `may`.
    """

    verb: str
    sources: Iterable[str]
    target: str
    may: Predicate
    hindrance: Hindrance = field(default=lambda thing, at: "")
    stamp: str = ""
    label: str = ""
    office_only: bool = False


def perform(
    transition: Transition,
    thing: Any,
    *,
    at: datetime,
    by: Any = None,
    link: SealedLink | None = None,
    who: str = "",
    why: str = "",
    **facts: Any,
) -> None:
    """Move `thing` along `transition` at `at` (UTC), set `facts` on it and write its history, all or nothing.

    Raises PermissionDenied when `by` may not, NotPossible when the state or the time does not allow it, or when
    somebody else was faster: the UPDATE names the state that was read, so that nobody acts on what they have not seen
    and the history says what the row really came from.
    """
    if link is None and not transition.may(by, thing):
        raise PermissionDenied(f"{transition.verb} is not yours to do.")
    if thing.state not in transition.sources:
        raise NotPossible(_too_late(thing, transition))
    if hindrance := transition.hindrance(thing, at):
        raise NotPossible(hindrance)
    changes = {"state": transition.target, **facts, **_stamps(transition, thing, at, by)}
    versioned = {"version": models.F("version") + 1} if _has(thing, "version") else {}
    # No savepoint inside a caller's transaction: nothing but a fault of the database is raised in here.
    with transaction.atomic(savepoint=False):
        moved = type(thing)._default_manager.filter(pk=thing.pk, state=thing.state).update(**changes, **versioned)
        if moved:
            record(thing, transition.verb, at=at, by=by, link=link, who=who, why=why, from_state=thing.state,
                   to_state=transition.target, office_only=transition.office_only)  # fmt: skip
    if not moved:
        thing.refresh_from_db(fields=["state"])
        raise NotPossible(_too_late(thing, transition) if thing.state not in transition.sources else _overtaken(thing))
    for name, value in changes.items():
        setattr(thing, name, value)
    if versioned:  # whoever goes on to use the version holds the row's lock, so that counting here is right
        thing.version += 1


def open_to(table: Iterable[Transition], user: Any, thing: Any, at: datetime) -> list[Transition]:
    """Return the transitions that `user` could perform on `thing` now: the page draws its buttons from them."""
    return [row for row in _near(table, user, thing) if not row.hindrance(thing, at)]


def hindered(table: Iterable[Transition], user: Any, thing: Any, at: datetime) -> list[tuple[str, str]]:
    """Return (label, why not) of the transitions that are missing from `open_to` for a reason that a person can be told."""
    return [(row.label, why) for row in _near(table, user, thing) if (why := row.hindrance(thing, at))]


def _near(table: Iterable[Transition], user: Any, thing: Any) -> list[Transition]:
    """Return the transitions that the state of `thing` and the person allow, whatever the rules say now."""
    return [row for row in table if thing.state in row.sources and row.may(user, thing)]


def record(
    thing: Any,
    verb: str,
    *,
    at: datetime,
    by: Any = None,
    link: SealedLink | None = None,
    who: str = "",
    why: str = "",
    from_state: str = "",
    to_state: str = "",
    office_only: bool = False,
) -> HistoryEntry:
    """Write one row of history about `thing` and return it."""
    program, call, applicant = whereabouts(thing)
    return HistoryEntry.objects.create(
        program=program, call=call, applicant=applicant, subject_row=thing, verb=verb, at=at, by=by, link=link,
        who=who or (by.name if by else "the portal"), why=why, from_state=from_state, to_state=to_state, office_only=office_only,
    )  # fmt: skip


def whereabouts(thing: Any) -> tuple[Program, Call | None, Any]:
    """Return programme, call and applicant that `thing` belongs to, as its model says or as its fields tell."""
    if hasattr(thing, "whereabouts"):
        found: tuple[Program, Call | None, Any] = thing.whereabouts()
        return found
    if isinstance(thing, Program):
        return thing, None, None
    call = thing if isinstance(thing, Call) else getattr(thing, "call", None)
    return call.program if call else thing.program, call, getattr(thing, "applicant", None)


def _has(thing: Any, name: str) -> bool:
    return any(column.name == name for column in thing._meta.concrete_fields)


def _stamps(transition: Transition, thing: Any, at: datetime, by: Any) -> dict[str, Any]:
    stamps = {f"{transition.stamp}_at": at, f"{transition.stamp}_by": by} if transition.stamp else {}
    return {name: value for name, value in stamps.items() if _has(thing, name)}


def _overtaken(thing: Any) -> str:
    return (
        f"Somebody else was faster: the {thing._meta.verbose_name} is {thing.get_state_display().lower()} now. Please look again."
    )


def _too_late(thing: Any, transition: Transition) -> str:
    state = thing.get_state_display().lower()
    return f"“{transition.label or transition.verb}” is not possible any more: the {thing._meta.verbose_name} is {state}."
