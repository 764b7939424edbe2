"""What an application holds part by part: each part of its call with what was written or attached.

Django cannot join a part to its text, as a foreign key across floors is silent, and one subquery for each column takes
several times longer to put together than to run; so the two statements are written out.
"""

from typing import Any

from programs.models import DocumentRequest, Section
from programs.moments import as_utc

_SECTIONS = """
    SELECT part.id, part.position, part.title, part.help, part.required, part.call_id, part.word_limit,
           written.words, written.version, written.saved_at AS written_at, CASE WHEN %s THEN written.text END AS text
    FROM programs_section part
    LEFT JOIN applications_sectiontext written ON written.section_id = part.id AND written.application_id = %s
    WHERE part.call_id = %s ORDER BY part.position, part.id
"""
_REQUESTS = """
    SELECT part.id, part.position, part.title, part.help, part.required, part.call_id, part.page_limit,
           attached.id AS document_id, attached.name AS file_name, attached.pages, attached.size, attached.attached_at,
           attached.sha256, attached.file AS stored
    FROM programs_documentrequest part
    LEFT JOIN applications_document attached ON attached.request_id = part.id AND attached.application_id = %s
    WHERE part.call_id = %s ORDER BY part.position, part.id
"""


def sections_of(application: Any, *, whole: bool = False) -> list[Any]:
    """Return the call's sections in order, each with the words, version and time of what was written (None: nothing).

    With `whole` the text comes too.
    """
    parts: list[Any] = list(Section.objects.raw(_SECTIONS, [whole, application.pk, application.call_id]))
    for part in parts:
        part.written_at = as_utc(part.written_at)
    return parts


def requests_of(application: Any) -> list[Any]:
    """Return the documents the call asks for in order, each with what was attached (None: nothing) and where it is kept."""
    parts: list[Any] = list(DocumentRequest.objects.raw(_REQUESTS, [application.pk, application.call_id]))
    for part in parts:
        part.attached_at = as_utc(part.attached_at)
    return parts
