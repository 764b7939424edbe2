"""Attached PDFs that are filled forms: bound, they show what they showed, nobody can type in them, and nothing acts."""

import io
import time
import warnings

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from programs import printing
from tests.paper import pages_of

FONT = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
HIDDEN = 2


class Form:
    """A page with a form that a test fills."""

    def __init__(self):
        self.pdf = pikepdf.new()
        self.page = self.pdf.add_blank_page(page_size=(612, 792)).obj
        self.page.Annots = Array([])
        resources = Dictionary(Font=Dictionary(Helv=FONT))
        self.form = self.pdf.Root.AcroForm = self.pdf.make_indirect(
            Dictionary(Fields=[], DA=String("/Helv 12 Tf 0 g"), DR=resources)
        )

    def put(self, name, text, *, flags=4, picture=True, **facts):
        """Put a text field on the page, with the picture that a program for filling in forms makes of its value."""
        drawn = {}
        if picture:
            content = b"/Tx BMC q BT /Helv 12 Tf 0 g 2 5 Td (" + text.encode() + b") Tj ET Q EMC"
            resources = Dictionary(Font=Dictionary(Helv=FONT))
            drawn = {
                "AP": Dictionary(
                    N=self.pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 20], Resources=resources)
                )
            }
        top = 700 - 40 * len(self.page.Annots)
        field = self.pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(name), V=String(text), F=flags,
                Rect=[72, top, 372, top + 20], **drawn, **facts,
            )
        )  # fmt: skip
        self.form.Fields.append(field)
        self.page.Annots.append(field)
        return field

    def saved(self):
        out = io.BytesIO()
        with warnings.catch_warnings():  # a crafted form is meant to be broken
            warnings.simplefilter("ignore")
            self.pdf.save(out)
        return out.getvalue()


def own():
    return printing.press_html("<html lang=en><title>Packet</title><body class=packet><h1>Aims</h1>")


def bound(*forms, **binding):
    return printing.bind(own(), [(f"Form {place}", form.saved()) for place, form in enumerate(forms, 1)], **binding)


def inked(pdf, number, box):
    """Whether a viewer shows anything dark within a box (points from the top left) of a page."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        image = document[number].render(scale=1, grayscale=True, may_draw_forms=True).to_pil()
    return image.crop(box).point(lambda level: 255 if level < 128 else 0).getbbox() is not None


FIRST, SECOND = (72, 72, 372, 92), (72, 112, 372, 132)


@pytest.mark.filterwarnings("error::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("foot", ["", "HL-7KD4-2M"])
def test_a_filled_field_is_shown_where_it_was(foot):
    form = Form()
    form.put("name", "Samuel Ng")
    made = bound(form, foot=foot)
    assert inked(made, 1, FIRST)
    assert not inked(made, 1, SECOND)


def test_a_value_without_a_picture_is_drawn_by_the_viewer_as_the_form_asks():
    form = Form()
    form.form.NeedAppearances = True
    form.put("name", "Samuel Ng", picture=False)
    with pikepdf.open(io.BytesIO(bound(form))) as made:
        assert made.Root.AcroForm.NeedAppearances
        assert str(made.Root.AcroForm.Fields[0].V) == "Samuel Ng"


def test_fields_of_the_same_name_in_two_files_keep_their_own_values():
    first, second = Form(), Form()
    first.put("name", "Samuel Ng")
    second.put("name", "Maya Okafor")
    with pikepdf.open(io.BytesIO(bound(first, second))) as made:
        fields = made.Root.AcroForm.Fields
        assert {str(field.V) for field in fields} == {"Samuel Ng", "Maya Okafor"}
        assert len({str(field.T) for field in fields}) == 2


def test_nobody_can_type_in_it_and_a_hidden_field_stays_hidden():
    form = Form()
    form.put("name", "Samuel Ng", Ff=2)
    form.put("secret", "Not shown", flags=HIDDEN)
    made = bound(form)
    assert not inked(made, 1, SECOND)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert [int(field.Ff) & 1 for field in pdf.Root.AcroForm.Fields] == [1, 1]


def test_nothing_of_the_form_acts_not_even_what_is_on_no_page():
    form = Form()
    parent = form.pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("person"), AA=Dictionary(K=SCRIPT)))
    seen = form.put("name", "Samuel Ng", AA=Dictionary(F=SCRIPT), A=SCRIPT)
    unseen = form.pdf.make_indirect(Dictionary(T=String("sum"), AA=Dictionary(C=SCRIPT), Parent=parent))
    seen.Parent, parent.Kids = parent, Array([seen, unseen])
    form.form.Fields, form.form.CO = Array([parent]), Array([unseen])
    form.form.XFA = form.pdf.make_stream(b"<xdp:xdp><script>app.alert(1)</script></xdp:xdp>")
    with pikepdf.open(io.BytesIO(bound(form))) as made:
        written = b"".join(found.unparse() for found in made.objects if isinstance(found, Dictionary | Array))
        assert "/XFA" not in made.Root.AcroForm
        assert "/CO" not in made.Root.AcroForm
    assert b"JavaScript" not in written


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize(
    "crafted",
    [
        lambda form, field: setattr(form.form, "Fields", Array([form.form])),
        lambda form, field: setattr(field, "Kids", Array([field])),
        lambda form, field: setattr(field, "Kids", Array([field] * 40)),
        lambda form, field: setattr(form.form, "Fields", Name.None_),
        lambda form, field: setattr(form.pdf.Root, "AcroForm", Array([1, 2])),
        lambda form, field: setattr(field, "Ff", String("many")),
        lambda form, field: setattr(field, "T", 7),
        lambda form, field: setattr(field, "Parent", field),
    ],
)
def test_a_form_that_is_broken_or_goes_round_in_a_circle_costs_its_page_nothing(crafted):
    form = Form()
    form.page.Contents = form.pdf.make_stream(b"0 g 100 100 50 50 re f")
    crafted(form, form.put("name", "Samuel Ng"))
    began = time.monotonic()
    made = bound(form)
    assert time.monotonic() - began < 10
    assert len(pages_of(made)) == 2
    assert inked(made, 1, (100, 640, 150, 692))
