"""What is still missing: the one definition of a complete application, used by the pages, by submit and by the office."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from applications.models import Application
from applications.queries import ListRow, Standing, promises_by_application, promises_of, requests_of, sections_of
from programs.models import PromiseState
from programs.templatetags.portal import joined

PROMISES = ("sponsor", "mentor", "chair")


@dataclass(frozen=True)
class Contents:
    """Everything an application holds, read in three queries.

    The texts themselves come only where the whole was asked for; `chair` is None where the call asks for none.
    """

    sections: list[Any]
    documents: list[Any]
    sponsor: Standing | None
    mentor: Standing | None
    chair: Standing | None

    @property
    def states(self) -> dict[str, str]:
        """The state of each promise that was asked for, by its noun."""
        return {said.kind: said.state for said in (self.sponsor, self.mentor, self.chair) if said}


@dataclass(frozen=True)
class Item:
    """One line of the checklist.

    `done` counts; `waiting` is asked for and not answered, which does not keep anybody from submitting; `wrong` must
    be mended even where the part is optional (`required` False).
    """

    label: str
    done: bool
    detail: str = ""
    url_name: str = ""
    args: tuple[int, ...] = ()
    required: bool = True
    waiting: bool = False
    wrong: bool = False
    back: str = ""

    @property
    def url(self) -> str:
        """The page where it is done, which leads back to the page `back` when that is given."""
        return reverse(self.url_name, args=self.args) + (f"?next={quote(self.back)}" if self.back else "")

    @property
    def counts(self) -> bool:
        """Whether the line is one of the m in "n of m": an optional part that is empty is not."""
        return self.required or self.done or self.wrong

    @property
    def blocks(self) -> bool:
        """Whether it keeps the applicant from submitting."""
        return self.counts and not self.done and not self.waiting


def contents(application: Application, *, whole: bool = False) -> Contents:
    """Return what the application holds; with `whole` also the texts and the fingerprints of the files."""
    return _contents(promises_of(application), sections_of(application, whole=whole), requests_of(application))


def contents_of(applications: Sequence[Application]) -> dict[int, Contents]:
    """Return what each of these applications holds, by id: three queries whatever their number, none for none."""
    if not applications:
        return {}
    sections, documents = defaultdict(list), defaultdict(list)
    for part in sections_of(*applications):
        sections[part.holder_id].append(part)
    for part in requests_of(*applications):
        documents[part.holder_id].append(part)
    return {pk: _contents(said, sections[pk], documents[pk]) for pk, said in promises_by_application(applications).items()}


def _contents(said: list[Standing], sections: list[Any], documents: list[Any]) -> Contents:
    promises = {promise.kind: promise for promise in said}
    return Contents(sections, documents, promises.get("sponsor"), promises.get("mentor"), promises.get("chair"))


def awaited(states: Mapping[str, str]) -> str:
    """Return who has been asked and has not answered, given the state of each promise by its noun: `Your sponsor and your mentor`;
    "" when nobody is awaited."""
    words = joined([f"your {noun}" for noun in PROMISES if states.get(noun) == PromiseState.ASKED])
    return words[:1].upper() + words[1:]


def items(application: Application, held: Contents | None = None, *, is_written: bool | None = None) -> list[Item]:
    """Return the whole checklist in the order of the application, from `held` when it was read already.

    While it is written (`is_written`; by default as its state says) the parts are as they stand. What is submitted was whole
    when it was, whatever was changed while it was returned; promises go on.
    """
    held = held or contents(application)
    zone = application.call.zone
    chair = _promise("Department chair", "applications:chair", application, held.chair, zone)
    untitled = "" if application.title else "not given yet"
    is_written = (application.is_editable or application.submitted_at is None) if is_written is None else is_written
    shown = (lambda item: item) if is_written else _as_submitted
    return [
        _person(application),
        shown(Item("Project title", bool(application.title), untitled, "applications:title", (application.pk,))),
        *(shown(_section(application, part)) for part in held.sections),
        _promise("Sponsor", "applications:sponsor", application, held.sponsor, zone),
        _promise("Primary mentor", "applications:mentor", application, held.mentor, zone),
        *([chair] if application.call.asks_chair else []),
        *(shown(_document(application, part)) for part in held.documents),
    ]


def missing(application: Application, held: Contents | None = None) -> list[Item]:
    """Return what is not there yet, answers that are awaited too; an empty list means complete."""
    return [item for item in items(application, held) if item.counts and not item.done]


def blocking(application: Application, held: Contents | None = None) -> list[Item]:
    """Return what keeps the applicant from submitting: everything missing but answers that are awaited."""
    return [item for item in items(application, held, is_written=True) if item.blocks]


def listed(lacking: list[Item]) -> str:
    """Return the lines as one sentence's end: `Research plan (not written yet); Sponsor (not asked yet).`"""
    return "; ".join(f"{item.label} ({item.detail})" if item.detail else item.label for item in lacking) + "."


def missing_in_row(row: ListRow, *, asks_chair: bool) -> int:
    """Return `len(missing(...))` for a row of the office's list, from its counts."""
    asked = [row.sponsor, row.mentor, *([row.chair] if asks_chair else [])]
    parts = row.parts_missing + (not row.title) if row.state in (Application.State.DRAFT, Application.State.RETURNED) else 0
    return parts + sum(state != PromiseState.COMMITTED for state, _ in asked)


def _person(application: Application) -> Item:
    """Position and institution are printed on the packet; an account is made without them, so the applicant is reminded."""
    person, back = application.applicant, reverse("applications:application", args=[application.pk])
    known = bool(person.title and person.institution)
    return Item(
        "Position and institution", known, "" if known else "optional, not given yet", "accounts:profile", (), False, back=back
    )


def _section(application: Application, part: Any) -> Item:
    words, where = part.words or 0, ("applications:section", (application.pk, part.pk))
    if words > part.word_limit:
        return Item(part.title, False, _over(words - part.word_limit, "word"), *where, part.required, wrong=True)
    detail = "" if words else "not written yet" if part.required else "optional"
    return Item(part.title, words > 0, detail, *where, part.required)


def _as_submitted(item: Item) -> Item:
    """A part that the applicant changed while an application was returned, and that the office went on without."""
    changed = item.counts and not item.done
    return replace(item, done=item.required, wrong=False, detail="as it was submitted") if changed else item


def _over(many: int, noun: str) -> str:
    return f"1 {noun} over" if many == 1 else f"{many:,} {noun}s over"


def _document(application: Application, part: Any) -> Item:
    where = ("applications:document", (application.pk, part.pk))
    if part.document_id is None:
        return Item(part.title, False, "not attached yet" if part.required else "optional", *where, part.required)
    if part.pages > part.page_limit:
        return Item(part.title, False, _over(part.pages - part.page_limit, "page"), *where, part.required, wrong=True)
    return Item(part.title, True, "1 page" if part.pages == 1 else f"{part.pages} pages", *where, part.required)


def _promise(label: str, url_name: str, application: Application, promise: Any, zone: Any) -> Item:
    where = (url_name, (application.pk,))
    if promise is None:
        return Item(label, False, "not asked yet", *where)
    if promise.state == PromiseState.COMMITTED:
        return Item(label, True, f"{promise.name} committed", *where)
    if promise.state == PromiseState.DECLINED:
        return Item(label, False, f"{promise.name} declined", *where, wrong=True)
    opened = "opened" if promise.opened_at else "not opened yet"
    return Item(label, False, f"asked {_day(promise.asked_at, zone)}, {opened}", *where, waiting=True)


def _day(moment: datetime, zone: Any) -> str:
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}"
