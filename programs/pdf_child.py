"""Counts the pages of the PDF on standard input, in a process of its own with hard limits; imports nothing of ours."""

import io
import re
import resource
import sys
from typing import Any

# How every whole PDF ends; a hand-written one may have the trailer alone. Nothing of the document may follow.
ENDING = re.compile(rb"startxref\s+\d|trailer\s*<<")
BODY = re.compile(rb"\d\s+\d{1,9}\s+obj\b")
# The library's warnings, as qpdf words them.
REPAIRED, PAGE_LOST = "Attempting to reconstruct cross-reference table", "Pages tree includes non-dictionary object"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (512 * 1024 * 1024, 512 * 1024 * 1024))
    content = sys.stdin.buffer.read()
    print(verdict(content) if has_ending(content) else "incomplete")


def has_ending(content: bytes) -> bool:
    """Whether the last ending has no object behind it: a file cut short stops before it, or in what was added to it later."""
    endings = list(ENDING.finditer(content))
    return bool(endings) and not BODY.search(content, endings[-1].end())


def verdict(content: bytes) -> str:
    """Return how many pages there are, or the word for why the PDF cannot be used."""
    import pikepdf  # noqa: PLC0415  after the limits are set

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                return "encrypted"
            count, told = len(pdf.pages), " ".join(map(str, pdf.get_warnings()))
            # The library finds the objects again where the table of them is wrong, and leaves out what it cannot find.
            if REPAIRED in told and (PAGE_LOST in told or not all(is_readable(page.obj) for page in pdf.pages)):
                return "incomplete"
            return str(count)
    except pikepdf.PasswordError:
        return "encrypted"


def is_readable(page: Any) -> bool:
    """Whether everything that is drawn on the page can be read."""
    import pikepdf  # noqa: PLC0415

    drawn = page.get("/Contents", [])
    try:
        for part in drawn if isinstance(drawn, list | pikepdf.Array) else [drawn]:
            part.read_bytes()
    except pikepdf.PdfError:
        return False
    return True


main()
