"""The e-mails about a promise: which text, which facts, which link; the words are those of its kind."""

from datetime import datetime
from typing import Any

from programs.mail import Message
from programs.models import PromiseState, SealedLink
from programs.promises.table import answer_by
from programs.promises.words import Words


def asked(promise: Any, link: SealedLink, words: Words, *, at: datetime) -> Message:
    """Ask for the promise, by the sealed link."""
    subject = f"{promise.applicant.name} {words.asks}"
    return _to_the_asked(promise, link, words, kind=f"{words.noun} asked", subject=subject, template=words.asked, at=at)


def reminder(promise: Any, link: SealedLink, words: Words, *, at: datetime) -> Message:
    """Remind of the request, by the same link with a fresh token; `at` is when it is due."""
    day = answer_by(promise.call, at).astimezone(promise.call.zone)
    subject = f"Reminder: {promise.applicant.name} {words.asks}, answer by {day.day} {day:%B}"
    return _to_the_asked(promise, link, words, kind=words.reminder_kind, subject=subject, template=words.reminder, at=at)


def answered(promise: Any, words: Words, *, path: str, needed_by: datetime | None) -> Message:
    """Tell the applicant that there is an answer; `path` is the page where the applicant goes on.

    `needed_by` is until when somebody else can be asked, None when nobody need be.
    """
    return Message(
        kind=f"{words.noun} answered",
        about=promise,
        to=promise.applicant.email,
        to_name=promise.applicant.name,
        subject=f"{promise.name} has answered your request",
        template=words.answered,
        facts={"has_committed": promise.state == PromiseState.COMMITTED, "needed_by": needed_by},
        action="Open my desk",
        path=path,
    )


def declined(promise: Any, words: Words, *, path: str, needed_by: datetime | None) -> Message:
    """Tell the programme office that an applicant needs somebody else by then."""
    program = promise.call.program
    return Message(
        kind=f"{words.noun} declined",
        about=promise,
        to=program.reply_to,
        to_name=f"{program.short_name} office",
        subject=f"An answer for {promise.applicant.name} needs your attention",
        template=words.declined,
        facts={"needed_by": needed_by},
        action="Find the application",
        path=path,
    )


def ended(promise: Any, *, had_committed: bool, said: str) -> Message:
    """Tell whoever was asked, or had committed, that nothing is expected of them any more; `said` is what became of it."""
    return Message(
        kind="request no longer needed",
        about=promise,
        to=promise.email,
        to_name=promise.name,
        subject=f"Nothing more to do for {promise.applicant.name}’s application",
        template="programs/emails/promise_ended.txt",
        facts={"applicant": promise.applicant, "had_committed": had_committed, "said": said},
    )


def _to_the_asked(promise: Any, link: SealedLink, words: Words, *, kind: str, subject: str, template: str, at: datetime) -> Message:
    call = promise.call
    return Message(
        kind=kind,
        about=promise,
        to=promise.email,
        to_name=promise.name,
        subject=f"[Action required] {subject}",
        template=template,
        facts={"applicant": promise.applicant, "cohort": call.cohort, "answer_by": answer_by(call, at), **words.facts(promise)},
        action="Read and answer the request",
        link=link,
        expires_at=call.letters_until,
    )
