"""The running foot of bound pages: on every page, upright where the reader finds the foot, the page's own content untouched."""

import io

import pikepdf
import pypdfium2
import pytest

from programs import footing, printing
from tests.paper import pages_of

FOOT = "Samuel Ng, MD · HL-7KD4-2M"
OWN = "<html lang=en><title>Packet</title><body class=packet><h1>Aims</h1><p>Words</p>"
CONTENT = b"2 0 0 2 0 0 cm BT /F1 12 Tf 40 60 Td (Original words) Tj ET"
FONT = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)


def paper(*, size=(612, 792), box=None, turn=0, crop=None, content=b"", pages=1):
    """Return a PDF whose pages have this size (or media box), turn and crop box, and share one dictionary of resources."""
    pdf, out = pikepdf.new(), io.BytesIO()
    shared = pdf.make_indirect(pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=FONT)))
    for _ in range(pages):
        pdf.add_blank_page(page_size=size)
        page = pdf.pages[-1].obj
        page.Resources, page.Rotate = shared, turn
        if box:
            page.MediaBox = pikepdf.Array(box)
        if crop:
            page.CropBox = pikepdf.Array(crop)
        if content:
            page.Contents = pdf.make_stream(content)
    pdf.save(out)
    return out.getvalue()


def bound(*attached):
    own = printing.press_html(OWN)
    return printing.bind(own, [(f"Part {number}", content) for number, content in enumerate(attached)], foot=FOOT)


def picture(pdf, number, *, turned=0):
    """Return one page as gray levels, as a viewer shows it; `turned` degrees further clockwise."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[number].render(scale=1, grayscale=True, rotation=turned).to_pil()


def inked(image, dark=200):
    """Return the box (left, upper, right, lower) around everything that is darker than paper."""
    return image.point(lambda level: 255 if level < dark else 0).getbbox()


def test_every_page_says_whose_it_is_and_which_of_how_many():
    pdf = bound(paper(pages=3, content=CONTENT), paper(turn=90, content=CONTENT), paper(turn=180), paper(turn=270, content=CONTENT))
    found = pages_of(pdf)
    assert [text[text.index("Samuel") :] for text in found] == [f"{FOOT} · page {number} of 7" for number in range(1, 8)]
    assert [text.startswith("Original words") for text in found] == [False, True, True, True, True, False, True]


def test_without_a_foot_nothing_is_drawn():
    assert pages_of(printing.bind(printing.press_html(OWN), [("Part", paper(content=CONTENT))])) == ["Aims Words", "Original words"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90, 450])
def test_a_turned_page_has_it_upright_where_its_reader_looks(turn):
    """A blank page that is shown upright looks the same however its file turns it."""
    wide = turn % 180 != 0
    straight = picture(bound(paper(size=(612, 792))), 1)
    shown = picture(bound(paper(size=(792, 612) if wide else (612, 792), turn=turn)), 1)
    assert shown.size == straight.size == (612, 792)
    for one, other in zip(inked(shown), inked(straight), strict=True):
        assert abs(one - other) <= 1
    left, upper, right, lower = inked(shown)
    assert (upper > 792 - 30, lower < 792 - 8) == (True, True)
    assert abs((left + right) / 2 - 306) <= 2


def test_a_turn_of_the_whole_file_counts_too():
    pdf, out = pikepdf.open(io.BytesIO(paper(size=(792, 612)))), io.BytesIO()
    del pdf.pages[0].obj.Rotate
    pdf.Root.Pages.Rotate = 90
    pdf.save(out)
    shown = picture(bound(out.getvalue()), 1)
    assert shown.size == (612, 792)
    assert inked(shown)[1] > 792 - 30


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "facts",
    [
        {"crop": (50, 100, 500, 700)},
        {"box": (-100, 50, 300, 650)},
        {"box": (595, 842, 0, 0)},
        {"size": (2384, 3370)},
        {"size": (120, 120)},
        {"size": (200, 1000)},
        {"size": (1000, 60)},
    ],
    ids=["cropped", "origin elsewhere", "corners the other way", "poster", "stamp", "strip", "banner"],
)
def test_odd_pages_have_all_of_it_within_what_is_shown(facts, turn):
    pdf = bound(paper(**facts, turn=turn))
    assert pages_of(pdf)[1] == f"{FOOT} · page 2 of 2"
    shown = picture(pdf, 1)
    left, upper, right, lower = inked(shown, dark=250)
    assert (left > 0, right < shown.width, lower < shown.height) == (True, True, True)
    assert upper > shown.height / 2
    assert abs((left + right) / 2 - shown.width / 2) <= max(2, shown.width / 100)


def test_the_strip_grows_with_a_poster_and_shrinks_with_a_card():
    letter, poster, card = (footing.placed((0, 0, *size), 0)[0] for size in ((612, 792), (2448, 3168), (306, 396)))
    assert (letter, poster, card) == (1, 4, 0.5)


def test_what_was_attached_stays_byte_for_byte():
    with pikepdf.open(io.BytesIO(bound(paper(content=CONTENT)))) as pdf:
        before, own, after = pdf.pages[1].obj.Contents
        assert (before.read_bytes(), own.read_bytes()) == (b"q\n", CONTENT)
        assert after.read_bytes().startswith(b"\nQ\n/Artifact")
        assert str(pdf.pages[1].obj.Resources.Font.F1.BaseFont) == "/Helvetica"


def test_it_is_visible_on_dark_paper_and_over_a_name_that_is_taken():
    pdf, out = pikepdf.open(io.BytesIO(paper(content=b"0 g 0 0 612 792 re f"))), io.BytesIO()
    taken = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1])
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Foot=taken))
    pdf.save(out)
    shown = picture(bound(out.getvalue()), 1)
    assert shown.crop((0, 760, 612, 792)).getextrema()[1] > 200
    assert shown.crop((0, 0, 612, 750)).getextrema() == (0, 0)


def test_the_same_parts_make_the_same_bytes():
    assert bound(paper(turn=90, content=CONTENT)) == bound(paper(turn=90, content=CONTENT))
