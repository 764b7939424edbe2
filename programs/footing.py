"""The running foot of bound pages: whose, which and which of how many, drawn over each page and never into it."""

import io
from collections.abc import Sequence
from math import sqrt
from typing import Any

# The strip that the press makes (static/css/print-pdf.css, page `foot`), in points; its words stand in the middle.
STRIP, HEIGHT = 540, 13
ABOVE_EDGE = 12  # points from the lower edge of a page of LETTER's size; what printers leave blank and letters leave free
LETTER = 612 * 792
NAME_SHOWN = 70  # characters
# Where the axes of the reader (right, up) point to on a page that is turned by so many degrees: (x right, y right, x up, y up).
TURNED = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def label(name: str, number: str) -> str:
    """Return whose pages they are and which number they have; a long name ends before it pushes the number off the strip."""
    short = name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 1].rstrip(' ,')}…"
    return " · ".join(part for part in (short, number) if part)


def words(foot: str, count: int) -> list[str]:
    """Return the words of each of so many pages: `Samuel Ng · HL-7KD4-2M · page 3 of 12`."""
    return [f"{foot} · page {number} of {count}" for number in range(1, count + 1)]


def stand(bound: Any, strips: bytes) -> None:
    """Draw one page of `strips` at the foot of each page of the open PDF `bound`, upright as the page is read.

    The page's own content stays byte for byte, between a saved and a restored state of the pen; the strip is an artifact, so
    that a screen reader does not read it into the text. On pages of other sizes it grows and shrinks with them.
    """
    import pikepdf  # noqa: PLC0415  only workers pay

    with pikepdf.open(io.BytesIO(strips)) as made:
        for page, strip in zip(bound.pages, made.pages, strict=True):
            form = bound.copy_foreign(strip.as_form_xobject())
            name = _named(page, form)
            matrix = " ".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in placed(page.cropbox, _turn(page)))
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ\n/Artifact <</Type /Pagination>> BDC q {matrix} cm {name} Do Q EMC\n".encode())


def placed(box: Sequence[Any], turn: int) -> tuple[float, float, float, float, float, float]:
    """Return the matrix (PDF 32000-1, 8.3.3) that puts the strip at the foot of a page, given its crop box and its turn.

    `turn` is 0, 90, 180 or 270 degrees clockwise, as the page is shown.
    """
    (left, right), (low, high) = sorted(map(float, (box[0], box[2]))), sorted(map(float, (box[1], box[3])))
    wide, tall = right - left, high - low
    if turn in (90, 270):
        wide, tall = tall, wide
    scale = min(sqrt(wide * tall / LETTER), wide / STRIP, tall / (2 * (ABOVE_EDGE + HEIGHT)))
    x_right, y_right, x_up, y_up = TURNED[turn]
    # The corner of the page that the reader finds at the lower left.
    corner = (left if x_right + x_up > 0 else right, low if y_right + y_up > 0 else high)
    over, up = (wide - STRIP * scale) / 2, ABOVE_EDGE * scale
    x, y = (
        start + along * over + across * up for start, along, across in zip(corner, (x_right, y_right), (x_up, y_up), strict=True)
    )
    return (x_right * scale, y_right * scale, x_up * scale, y_up * scale, x, y)


def _turn(page: Any) -> int:
    turn = int(page.obj.get("/Rotate", 0)) % 360
    return turn if turn in TURNED else 0  # anything else is no turn a viewer knows


def _named(page: Any, form: Any) -> str:
    """Give the page the strip under a name of its own; dictionaries that other pages may share are copied first."""
    import pikepdf  # noqa: PLC0415

    resources: Any = pikepdf.Dictionary(page.obj.get("/Resources", {}))
    drawn: Any = pikepdf.Dictionary(resources.get("/XObject", {}))
    name = next(name for name in ("/Foot", *(f"/Foot{number}" for number in range(len(drawn) + 1))) if name not in drawn)
    drawn[name] = form
    resources["/XObject"] = drawn
    page.obj["/Resources"] = resources
    return name
