"""What an application holds part by part: each part of its call with what was written or attached.

Django cannot join a part to its text, as a foreign key across floors is silent, and one subquery for each column takes
several times longer to put together than to run; so the two statements are written out, for any number of applications.
"""

from collections.abc import Sequence
from typing import Any

from programs.models import DocumentRequest, Section
from programs.moments import as_utc

_SECTIONS = """/* ready */
    SELECT part.id, part.position, part.title, part.help, part.required, part.call_id, part.word_limit, held.id AS holder_id,
           written.words, written.version, written.saved_at AS written_at, CASE WHEN %s THEN written.text END AS text
    FROM applications_application held JOIN programs_section part ON part.call_id = held.call_id
    LEFT JOIN applications_sectiontext written ON written.section_id = part.id AND written.application_id = held.id
    WHERE held.id IN ({ids}) ORDER BY held.id, part.position, part.id
"""
_REQUESTS = """/* ready */
    SELECT part.id, part.position, part.title, part.help, part.required, part.call_id, part.page_limit, held.id AS holder_id,
           attached.id AS document_id, attached.name AS file_name, attached.pages, attached.size, attached.attached_at,
           attached.sha256, attached.file AS stored
    FROM applications_application held JOIN programs_documentrequest part ON part.call_id = held.call_id
    LEFT JOIN applications_document attached ON attached.request_id = part.id AND attached.application_id = held.id
    WHERE held.id IN ({ids}) ORDER BY held.id, part.position, part.id
"""


def sections_of(*applications: Any, whole: bool = False) -> list[Any]:
    """Return the call's sections in order, each with the words, version and time of what was written (None: nothing).

    With `whole` the text comes too. Of several applications, one after the other; `holder_id` says of which.
    """
    parts: list[Any] = list(Section.objects.raw(_SECTIONS.format(ids=_marks(applications)), [whole, *_ids(applications)]))
    for part in parts:
        part.written_at = as_utc(part.written_at)
    return parts


def requests_of(*applications: Any) -> list[Any]:
    """Return the documents the call asks for in order, each with what was attached (None: nothing) and where it is kept.

    Of several applications, one after the other; `holder_id` says of which.
    """
    parts: list[Any] = list(DocumentRequest.objects.raw(_REQUESTS.format(ids=_marks(applications)), _ids(applications)))
    for part in parts:
        part.attached_at = as_utc(part.attached_at)
    return parts


def _ids(applications: Sequence[Any]) -> list[int]:
    return [application.pk for application in applications]


def _marks(applications: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(applications))
