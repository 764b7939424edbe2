"""The words of an award letter: a closed set of placeholders in braces, merged in one pass, without a template engine."""

import hashlib
import re
from collections.abc import Mapping

PLACEHOLDERS = {
    "awardee_name": "the awardee’s name with credentials",
    "awardee_salutation": "how the awardee is addressed, for example Dr Priya Raman",
    "project_title": "the title of the project",
    "cohort_name": "the name of the cohort",
    "starts_on": "the first day of the award",
    "ends_on": "the last day of the award",
    "effort_percent": "the protected effort, for example 75%",
    "salary_per_year": "the contribution to the salary in a year",
    "research_per_year": "the research and travel money in a year",
    "total_amount": "the whole award over its whole time",
    "accept_by": "the moment until which the offer stands, with its zone",
    "sponsor_name": "the Clinical Operations Sponsor",
    "sponsor_system": "the sponsor’s health system",
    "mentor_name": "the primary mentor",
    "programme_name": "the name of the programme",
    "signatory_name": "who signs the letter",
    "signatory_title": "the signatory’s position",
    "today": "the date of the letter",
}

# A paragraph is one line of the template, so that a letter breaks its lines by itself.
DEFAULT_TEMPLATE = """{today}

Dear {awardee_salutation},

On behalf of {programme_name}, I am pleased to offer you appointment as a scholar of {cohort_name} for your project \
“{project_title}”.

The appointment begins on {starts_on} and ends on {ends_on}. During this time you agree to devote {effort_percent} of your \
full-time professional effort to the programme. In each year the programme contributes up to {salary_per_year} to your salary \
and up to {research_per_year} to research, career development and travel to meetings. The whole award comes to {total_amount}, before fringe \
benefits, subject to the availability of funds and to satisfactory progress.

Your Clinical Operations Sponsor, {sponsor_name} of {sponsor_system}, and your primary mentor, {mentor_name}, have promised their \
support. Their promises are part of this offer.

Please accept or decline the offer in the portal before {accept_by}. If we have not heard from you by then, the place may pass to \
an alternate.

Sincerely,

{signatory_name}
{signatory_title}
{programme_name}"""

OPENING = "{today}"
CLOSING = "Sincerely,\n\n{signatory_name}\n{signatory_title}"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What stands in braces, however badly, or a brace that is left alone: one finding each.
_BRACES = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{[^{}\n]*\}|[{}]")


def faults(template: str) -> list[str]:
    """Return one sentence for each thing in braces that is no placeholder, naming it; none when the template is sound."""
    found = dict.fromkeys(match.group() for match in _BRACES.finditer(template))
    wrong = [piece for piece in found if piece not in {f"{{{name}}}" for name in PLACEHOLDERS}]
    return [_sentence(piece) for piece in wrong]


def merge(template: str, facts: Mapping[str, str], *, address: str = "") -> str:
    """Return the whole letter: date, address block, paragraphs, closing and signature, parted by blank lines.

    `facts` has one text for each of PLACEHOLDERS. A fact is put in once and never read again, so braces in a project's
    title stay braces; whatever else stands in braces stays as it is. The date and the closing are added when the template
    has none, so that the text, and its SHA-256, are the letter.
    """
    paragraphs = _paragraphs(template.strip() or DEFAULT_TEMPLATE)
    if paragraphs[0] != OPENING:
        paragraphs.insert(0, OPENING)
    if "{signatory_name}" not in paragraphs[-1]:
        paragraphs += _paragraphs(CLOSING)
    filled = [_fill(paragraph, facts) for paragraph in paragraphs]
    return "\n\n".join([filled[0], *([_lines(address)] if address.strip() else []), *filled[1:]])


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a letter's text in hexadecimal; its first 16 digits stand in the letter's foot."""
    return hashlib.sha256(text.encode()).hexdigest()


def parts(text: str) -> dict[str, object]:
    """Return what the page prints of a merged letter: date, address, body (a list), closing and signature."""
    paragraphs = _paragraphs(text)
    *body, closing, signature = paragraphs[2:]
    return {"date": paragraphs[0], "address": paragraphs[1], "body": body, "closing": closing, "signature": signature}


def _fill(paragraph: str, facts: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: " ".join(facts.get(match.group(1), match.group()).split()), paragraph)


def _paragraphs(text: str) -> list[str]:
    pieces = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return [_lines(piece) for piece in pieces if piece.strip()]


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())


def _sentence(piece: str) -> str:
    if piece in "{}":
        return f"A brace “{piece}” stands alone. Placeholders look like {{project_title}}."
    near = re.sub(r"[^a-z]+", "_", piece.lower()).strip("_")
    hint = (
        f"Did you mean {{{near}}}?" if near in PLACEHOLDERS else "Please choose one of the placeholders listed beside the letter."
    )
    return f"“{piece}” is not a placeholder of letters. {hint}"
