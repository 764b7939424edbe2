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
            "letterhead": _letterhead(program),
            "name": name,
            "version": version,
            "fingerprint": letters.fingerprint(text)[: letters.SHOWN],
            "sample": sample,
            **letters.parts(text, program.signatory_name),
        },
    )


def _letterhead(program: Program) -> list[str]:
    """Return the lines under the programme's name: the institution, unless the address says it, and the address."""
    address = [line.strip() for line in program.address.splitlines() if line.strip()]
    names_institution = not program.institution or program.institution in program.address
    return address if names_institution else [program.institution, *address]
