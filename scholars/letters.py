"""The words of an award letter: a closed set of placeholders in braces, merged in one pass, without a template engine."""

import hashlib
import re
from collections.abc import Iterator, Mapping

# Name in braces: what it stands for, and an example for a preview before there is an awardee.
PLACEHOLDERS = {
    "awardee_name": ("the awardee’s name with credentials", "Priya Raman, MD, MPH"),
    "awardee_salutation": ("how the awardee is addressed", "Priya Raman"),
    "project_title": ("the title of the project", "Telehealth titration for heart failure in a safety-net clinic"),
    "cohort_name": ("the name of the cohort", "Cohort 2027"),
    "starts_on": ("the first day of the award", "1 July 2027"),
    "ends_on": ("the last day of the award", "30 June 2029"),
    "effort_percent": ("the protected effort", "75%"),
    "salary_per_year": ("the contribution to the salary in a year", "$90,000"),
    "research_per_year": ("research and travel money in a year", "$25,000"),
    "total_amount": ("the whole award over its whole time", "$230,000"),
    "accept_by": ("until when the offer stands", "29 May 2027, 17:00 Pacific"),
    "sponsor_name": ("the Clinical Operations Sponsor who committed", "Dana Whitfield"),
    "sponsor_system": ("the sponsor’s health system", "County General"),
    "mentor_name": ("the primary mentor who committed", "Maya Okafor"),
    "chair_name": ("the department chair who committed, where the call asks for one", "Grace Lindqvist"),
    "chair_department": ("the chair’s department", "Department of Medicine"),
    "programme_name": ("the name of the programme, in short after its first mention", "Learning Health System K12"),
    "signatory_name": ("who signs the letter", "Rosa Alvarez, MD, MPH"),
    "signatory_title": ("the signatory’s position", "Programme Director"),
    "today": ("the date of the letter", "15 May 2027"),
}
SAMPLE = {name: example for name, (_, example) in PLACEHOLDERS.items()}
SAMPLE_ADDRESS = "Priya Raman, MD, MPH\nAssistant Professor of Medicine\nHarbor University"

# A paragraph is one line of the template, so that a letter breaks its lines by itself.
DEFAULT_TEMPLATE = """{today}

Dear {awardee_salutation},

On behalf of {programme_name}, I am pleased to offer you appointment as a scholar of {cohort_name} for your project \
“{project_title}”.

The appointment begins on {starts_on} and ends on {ends_on}. During this time you agree to devote {effort_percent} of your \
full-time professional effort to the programme. In each year the programme contributes up to {salary_per_year} to your salary \
and up to {research_per_year} to research, career development and travel to meetings. The whole award comes to {total_amount}, \
before fringe benefits, subject to the availability of funds and to satisfactory progress.

Your Clinical Operations Sponsor, {sponsor_name} of {sponsor_system}, has promised support for your work in the health system. \
Your primary mentor, {mentor_name}, has promised to guide your research and your career. \
Your department chair, {chair_name}, has promised to protect this time. What is promised to you in writing is part of this offer.

Please accept or decline the offer in the portal before {accept_by}. If we have not heard from you by then, the place may pass to \
an alternate.

Sincerely,

{signatory_name}
{signatory_title}
{programme_name}"""

# Facts that are there only when somebody promised in writing: a letter asserts no other promise.
PROMISED = frozenset({"sponsor_name", "sponsor_system", "mentor_name", "chair_name", "chair_department"})
OPENING = "{today}"
SHOWN = 16  # digits of the text's fingerprint in the letter's foot
DATED_WITHIN = 5  # paragraphs; a later date is part of the letter's body
SHORT = 60  # characters of a closing, of a line with a name or the date, and of what stands beside either
SMALL = {"and", "by", "for", "of", "the"}  # words that titles begin with no capital
CLOSING = "Sincerely,\n\n{signatory_name}\n{signatory_title}"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# A sentence ends before white space and a capital, a quotation mark or a placeholder, but not after a title or an initial.
_NO_END = "".join(rf"(?<!\b{title}\.)" for title in ("Dr", "Mr", "Ms", "Mrs", "Prof", "St", "[A-Z]"))
_SENTENCE_END = re.compile(rf'(?<=[.!?]){_NO_END}\s+(?=[A-Z“"{{])')
_GREETING = re.compile(r"(dear|hello|hi|greetings|congratulations|welcome|to whom)\b", re.IGNORECASE)
# How closings begin: "With all good wishes", "Yours truly", "Best,".
_FAREWELL = re.compile(
    r"((with|all|my|our|the|very|kind|kindest|warm|warmest|best|many|sincere|deep|most|good|yours)\W+){0,4}"
    r"((sincerely|regards|wishes|yours|respectfully|cordially|truly|faithfully|gratefully|warmly|"
    r"thanks|thank you|appreciation|gratitude|cheers)\b|best\W*$)",
    re.IGNORECASE,
)
# What stands behind a name when the name is part of a sentence: " will be", or an end that is no degree's.
_GOES_ON = re.compile(r"^ [a-z]|^[’'.?!]|[a-z]{3}[.?!]$|[;:]$")
# What stands in braces, however badly, or a brace that is left alone: one finding each.
_BRACES = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{[^{}\n]*\}|[{}]")


def faults(template: str) -> list[str]:
    """Return one sentence for each thing in braces that is no placeholder, naming it; none when the template is sound."""
    found = dict.fromkeys(match.group() for match in _BRACES.finditer(template))
    wrong = [piece for piece in found if piece not in {f"{{{name}}}" for name in PLACEHOLDERS}]
    return [_sentence(piece) for piece in wrong]


def merge(template: str, facts: Mapping[str, str], *, address: str, short_name: str = "") -> str:
    """Return the whole letter: date, address block, paragraphs, closing and signature, parted by blank lines.

    `facts` has one text for each of PLACEHOLDERS. A fact is put in once and never read again, so braces in a project's
    title stay braces; whatever else stands in braces stays as it is. The date and the closing are added when the template
    has none, so that the text, and its SHA-256, are the letter. Where a fact of PROMISED is "", the sentences that name it
    are left out. After its first mention the programme is called by `short_name`, where one is given.
    """
    unmade = {name for name in PROMISED if not facts.get(name)}
    paragraphs = [_promised(paragraph, unmade) for paragraph in _paragraphs(template.strip() or DEFAULT_TEMPLATE)]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    head, body = _headed(paragraphs)
    body = _signed(body)
    called = iter([facts.get("programme_name", "")])
    filled = [_fill(paragraph, facts, called, short_name) for paragraph in (head, *body)]
    return "\n\n".join([filled[0], _lines(address), *filled[1:]])


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a letter's text in hexadecimal; its first SHOWN digits stand in the letter's foot."""
    return hashlib.sha256(text.encode()).hexdigest()


def parts(text: str, signatory: str = "") -> dict[str, object]:
    """Return what the page prints of a merged letter; `signatory` is the name to look for, where it is known.

    Keys: date, address, body (a list), closing (or ""), signature, and notes (a list): what stands below the signature.
    """
    date, address, *below = _paragraphs(text)
    found = _signature(below, " ".join(signatory.split()))
    place = len(below) - 1 if found is None else found
    body, closing = below[:place], ""
    if body and "\n" not in body[-1] and len(body[-1]) <= SHORT and not body[-1].endswith("."):
        closing = body.pop()
    return {
        "date": date, "address": address, "body": body, "closing": closing, "signature": below[place], "notes": below[place + 1 :],
    }  # fmt: skip


def _headed(paragraphs: list[str]) -> tuple[str, list[str]]:
    """Return the paragraph of the date and those below it; the date is added where no line above the greeting is the date.

    What stands above that line, such as a reference, belongs to it, and the address follows both.
    """
    for place, paragraph in enumerate(paragraphs[:DATED_WITHIN]):
        lines = paragraph.split("\n")
        for row, line in enumerate(lines):
            if _dates(line):
                below = ["\n".join(lines[row + 1 :]), *paragraphs[place + 1 :]]
                return "\n".join([*paragraphs[:place], *lines[: row + 1]]), [paragraph for paragraph in below if paragraph]
            if _GREETING.match(line) or ("{awardee_" in line and line.endswith((",", ":", "!"))):
                return OPENING, paragraphs
    return OPENING, paragraphs


def _dates(line: str) -> bool:
    """Whether a line is a letter's date: `{today}`, `San Francisco, {today}`, `Date: {today}`."""
    before, found, after = line.partition(OPENING)
    is_place = before.rstrip().endswith((",", ":")) or not any(word[0].islower() for word in before.split())
    return bool(found) and is_place and len(before) <= SHORT and "{" not in before and after in ("", ".")


def _signed(body: list[str]) -> list[str]:
    """Return the paragraphs with a signature; what lacks of closing and signature is added where the template has none.

    A closing that stands in one paragraph with the name becomes a paragraph of its own.
    """
    parted = [piece for paragraph in body for piece in _parted(paragraph)]
    if _signature(parted, "{signatory_name}") is not None:
        return parted
    return [*parted, *_paragraphs(CLOSING)[bool(parted) and _closes(parted[-1]) :]]


def _parted(paragraph: str) -> list[str]:
    lines = paragraph.split("\n")
    for row, line in enumerate(lines[:-1]):
        typed = line.endswith(",") and all(_is_short(other) for other in lines[row + 1 :])
        if _closes(line) and (typed or any("{signatory_name}" in other for other in lines[row + 1 :])):
            return [piece for piece in ("\n".join(lines[:row]), line, "\n".join(lines[row + 1 :])) if piece]
    return [paragraph]


def _signature(paragraphs: list[str], name: str) -> int | None:
    """Return the place of the paragraph that signs a letter, or None.

    It is the first below a closing that has the name, else the last that has it on a line of its own, else the first below a
    closing that has short lines, such as a name that was typed.
    """
    below = [place for place in range(1, len(paragraphs)) if _closes(paragraphs[place - 1].split("\n")[-1])]
    closed = [place for place in below if name and name in paragraphs[place]]
    alone = [
        place
        for place, paragraph in enumerate(paragraphs)
        if any(_names(line, name) for line in paragraph.split("\n")) and not (place and paragraphs[place - 1].endswith(":"))
    ]
    short = [place for place in below if all(_is_short(line) for line in paragraphs[place].split("\n"))]
    return next(iter([*closed[:1], *alone[-1:], *short]), None)


def _names(line: str, name: str) -> bool:
    """Whether a line is a name, with a title before it or a degree or a position behind it, and no sentence with the name."""
    before, found, after = line.partition(name) if name else ("", "", "")
    words = before.split()
    is_titled = len(before) <= SHORT and all(not word[0].islower() or word in SMALL for word in words)
    is_titled = is_titled and not before.rstrip().endswith((":", "?", "!"))
    return bool(found) and is_titled and len(after) <= SHORT and not _GOES_ON.search(after)


def _is_short(line: str) -> bool:
    return len(line) <= SHORT and not line.endswith(("?", "!", ":")) and not _GOES_ON.search(line)


def _closes(line: str) -> bool:
    """Whether a line is a closing: it begins with words of farewell and is no sentence."""
    return "\n" not in line and not line.endswith((".", "?", "!")) and bool(_FAREWELL.match(line))


def _fill(paragraph: str, facts: Mapping[str, str], called: Iterator[str], short_name: str) -> str:
    """Put the facts in; `called` gives the programme's whole name once, for all paragraphs together."""

    def fact(match: re.Match[str]) -> str:
        found = facts.get(match.group(1), match.group())
        if match.group(1) == "programme_name" and short_name:
            found = next(called, short_name)
        return " ".join(found.split())

    return _PLACEHOLDER.sub(fact, paragraph)


def _promised(paragraph: str, unmade: set[str]) -> str:
    """Return a paragraph of a template without the sentences that name a promise nobody made.

    When none of its promises is left, what follows them without any placeholder goes too: it speaks of them (“Their promises
    are part of this offer”).
    """
    if not unmade.intersection(_PLACEHOLDER.findall(paragraph)):
        return paragraph
    named = PROMISED.intersection(_PLACEHOLDER.findall(paragraph)) - unmade
    after, lines = False, []
    for line in paragraph.splitlines():
        kept = []
        for sentence in _SENTENCE_END.split(line):
            names = set(_PLACEHOLDER.findall(sentence))
            if names & unmade:
                after, named = True, named - names
            else:
                kept.append((sentence, after and not names))
        lines.append(kept)
    return _lines("\n".join(" ".join(text for text, speaks_of_them in line if named or not speaks_of_them) for line in lines))


def _paragraphs(text: str) -> list[str]:
    pieces = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
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
