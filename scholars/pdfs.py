"""The award letter as a PDF."""

from programs import printing
from programs.models import Program
from scholars import letters


def letter(program: Program, *, text: str, version: int, name: str, sample: bool = False) -> bytes:
    """Return a merged letter as a tagged PDF on the programme's letterhead; a sample says so in its foot."""
    return printing.press(
        "scholars/pdf/letter.html",
        {
            "program": program,
            "portal_name": program.short_name,
            "letterhead": [line.strip() for line in program.address.splitlines() if line.strip()],
            "name": name,
            "version": version,
            "fingerprint": letters.fingerprint(text)[:16],
            "sample": sample,
            **letters.parts(text),
        },
    )
