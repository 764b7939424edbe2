"""The mail server of the demo: every e-mail becomes a file that the demo's mail box shows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"^\d{8}T\d{12}-[0-9a-f]{8}$")
ADDRESS = re.compile(r"(https?://[^\s<>]+)")


@dataclass(frozen=True)
class Mail:
    """One e-mail as it arrived."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str
    html: str

    @property
    def pieces(self) -> list[tuple[bool, str]]:
        """The text cut into (is an address, piece), so that the page can link the addresses."""
        return [(bool(ADDRESS.fullmatch(piece)), piece) for piece in ADDRESS.split(self.text) if piece]


def folder() -> Path:
    """Return the folder of the mail box, made when it is missing."""
    path = Path(settings.DATA_DIR) / "mailbox"
    path.mkdir(parents=True, exist_ok=True)
    return path


class Backend(BaseEmailBackend):
    """Keeps each message as a file instead of sending it."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        for message in email_messages:
            written = message.message()
            name = f"{_moment(str(written['Date'])):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
            path = folder() / f"{name}.part"
            path.write_bytes(written.as_bytes())
            path.rename(folder() / f"{name}.eml")
        return len(email_messages)


def _moment(date: str) -> datetime:
    """Return when the message was sent: now, or the time of the story when its header names an earlier one."""
    now = datetime.now(UTC)
    said = parsedate_to_datetime(date).astimezone(UTC)
    return said if now - said > timedelta(minutes=1) else now


def names(*, to: str = "") -> list[str]:
    """Return the names of all e-mails, the newest first, of those to one address when it is given."""
    found = sorted((path.stem for path in folder().glob("*.eml")), reverse=True)
    return [name for name in found if _addressee(name).lower() == to.lower()] if to else found


def _addressee(name: str) -> str:
    with (folder() / f"{name}.eml").open("rb") as file:
        return str(BytesParser(policy=policy.default).parse(file, headersonly=True)["To"])


def read(some: Iterable[str]) -> list[Mail]:
    """Return the e-mails of these names, in their order."""
    return [_read(folder() / f"{name}.eml") for name in some]


def one(name: str) -> Mail | None:
    """Return one e-mail by the name of its file, or None."""
    path = folder() / f"{name}.eml"
    return _read(path) if NAME.match(name) and path.exists() else None


def _read(path: Path) -> Mail:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    sent_at = datetime.strptime(path.stem.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Mail(
        name=path.stem,
        sent_at=sent_at,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
    )
