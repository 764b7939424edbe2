"""The press: tagged PDFs, nothing fetched from outside, a safe look at PDFs from outside."""

import http.server
import io
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from programs import printing


@pytest.fixture
def sentinel():
    """A web server that notes every request it gets."""
    hits = []

    class Note(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Note)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # notices soon that it shall end
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()


def blank(pages=1, **saving):
    pdf, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        pdf.add_blank_page()
    pdf.save(out, **saving)
    return out.getvalue()


class TestInspect:
    def test_pages_and_size_are_told(self):
        content = blank(3)
        assert printing.inspect_pdf(content) == printing.PdfFacts(pages=3, size=len(content))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"PK\x03\x04 a zip", "not a PDF"),
            (b"<html>%PDF-1.7</html>", "not a PDF"),
            (b"\n%PDF-1.7", "not a PDF"),
            (b"%PDF-1.7 and then nothing that is one", "damaged"),
        ],
    )
    def test_what_is_no_pdf_is_refused_with_a_sentence(self, content, words):
        with pytest.raises(printing.PdfRefused, match=words):
            printing.inspect_pdf(content)

    def test_a_password_is_refused(self):
        locked = blank(encryption=pikepdf.Encryption(owner="o", user="u"))
        with pytest.raises(printing.PdfRefused, match="password"):
            printing.inspect_pdf(locked)


@pytest.fixture(scope="module")
def written():
    """Return four pages of words from the press, as each way of saving writes them."""
    pages = "".join(f"<p style='break-before:page'>{f'Aim {page} of the work. ' * 150}</p>" for page in range(1, 5))
    forms = {"pressed": printing.press_html(f"<html lang=en><title>Plan</title>{pages}</html>")}
    own_table = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}
    ways = {"classic": own_table, "linearized": {"linearize": True}, "linearized classic": {"linearize": True, **own_table}}
    for name, saving in ways.items():
        out, anew = io.BytesIO(), pikepdf.new()
        with pikepdf.open(io.BytesIO(forms["pressed"])) as pdf:
            anew.pages.extend(pdf.pages)
            anew.save(out, **saving)
        forms[name] = out.getvalue()
    return forms


FORMS = ["pressed", "classic", "linearized", "linearized classic"]
BY_HAND = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>"
)


class TestWhole:
    """The library repairs a file that was cut short without a word; the portal refuses what has lost a part."""

    @pytest.mark.parametrize("percent", range(10, 100, 10))
    @pytest.mark.parametrize("form", FORMS)
    def test_a_file_cut_short_is_refused(self, written, form, percent):
        content = written[form]
        with pytest.raises(printing.PdfRefused, match=r"damaged or incomplete\. Please save the PDF again and attach the new file"):
            printing.inspect_pdf(content[: len(content) * percent // 100])

    def test_one_that_lost_a_piece_in_the_middle_is_refused(self, written):
        content = written["classic"]
        start = content.index(b"stream\n", len(content) // 4) + 100
        with pytest.raises(printing.PdfRefused, match="damaged or incomplete"):
            printing.inspect_pdf(content[:start] + content[start + 200 :])

    def test_one_that_lost_a_page_is_refused(self, written):
        with pytest.raises(printing.PdfRefused, match="damaged or incomplete"):
            printing.inspect_pdf(BY_HAND.replace(b"Kids[3 0 R]/Count 1", b"Kids[3 0 R 4 0 R]/Count 2"))

    @pytest.mark.parametrize("form", FORMS)
    def test_a_whole_one_is_taken_however_it_was_saved(self, written, form):
        assert printing.inspect_pdf(written[form]).pages == 4

    @pytest.mark.parametrize("behind", [b"\r\n", b"\0" * 5000, b"<html>a proxy's footer</html>"])
    @pytest.mark.parametrize("form", ["pressed", "classic"])
    def test_a_whole_one_is_taken_whatever_stands_behind_its_end(self, written, form, behind):
        assert printing.inspect_pdf(written[form] + behind).pages == 4

    @pytest.mark.parametrize("form", FORMS)
    def test_a_whole_one_is_taken_without_the_mark_of_its_end(self, written, form):
        assert printing.inspect_pdf(written[form].removesuffix(b"%%EOF\n")).pages == 4

    def test_a_whole_one_is_taken_when_its_table_is_wrong(self, written):
        content = written["classic"]
        sloppy = content.replace(b"obj\n<<", b"obj\n   <<")
        assert len(sloppy) > len(content) + 6
        assert printing.inspect_pdf(sloppy).pages == 4

    def test_what_was_added_later_must_be_whole_too(self, written):
        added = b"\n9999 0 obj\n<</Type/Note>>\nendobj\n"
        content = written["classic"] + added
        for cut in (content, content[:-12]):
            with pytest.raises(printing.PdfRefused, match="damaged or incomplete"):
                printing.inspect_pdf(cut)
        assert printing.inspect_pdf(content + BY_HAND[BY_HAND.index(b"trailer") :].replace(b"1 0 R", root(content))).pages == 4

    @pytest.mark.parametrize("end", [b"", b"\n%%EOF\n"])
    def test_one_written_by_hand_needs_no_table(self, end):
        assert printing.inspect_pdf(BY_HAND + end).pages == 1


def root(content):
    """Return the reference to the catalogue of a PDF."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return b"%d %d R" % pdf.Root.objgen


def test_binding_keeps_every_page_in_order_and_names_what_was_attached():
    bound = printing.bind(blank(2), [("Biosketch", blank(3)), ("Letter", blank(1))])
    assert printing.inspect_pdf(bound).pages == 6
    with pikepdf.open(io.BytesIO(bound)) as pdf, pdf.open_outline() as outline:
        assert [(str(item.title), pdf.pages.index(item.destination[0])) for item in outline.root] == [
            ("Biosketch", 2),
            ("Letter", 5),
        ]


def test_the_same_parts_are_bound_to_the_same_bytes_at_any_time():
    """A blank PDF has an identifier made of the second it was written in; binding must add no such thing of its own."""
    own, attached = blank(1), blank(1)
    first = printing.bind(own, [("A", attached)])
    time.sleep(1.01)
    assert printing.bind(own, [("A", attached)]) == first


def test_a_page_of_the_press_keeps_its_title_and_language_when_others_are_bound_behind_it():
    own = printing.press_html("<html lang=en><title>Packet</title><h1>Aims</h1><p>Words</p>")
    alone, bound = printing.bind(own, []), printing.bind(own, [("Biosketch", blank(1))])
    for pdf, is_accessible in ((alone, True), (bound, False)):
        with pikepdf.open(io.BytesIO(pdf)) as read, read.open_metadata() as known:
            assert (str(read.Root.Lang), str(read.docinfo.Title), bool(read.Root.MarkInfo.Marked)) == ("en", "Packet", True)
            assert bool([name for name in known if "pdfua" in name]) is is_accessible


@pytest.mark.both
class TestFetcher:
    """S21: the press fetches the project's own static files and nothing else."""

    @pytest.mark.parametrize("path", ["/img.png", "/style.css", "/redirect"])
    def test_nothing_from_the_network(self, sentinel, path):
        address, hits = sentinel
        with pytest.raises(ValueError, match="does not fetch"):
            printing._fetcher().fetch(address + path)
        assert hits == []

    def test_nothing_from_the_disk(self, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("canary")
        for url in (
            secret.as_uri(),
            f"{printing.STATIC_BASE}../manage.py",
            f"{printing.STATIC_BASE}/etc/passwd",
            "ftp://example.org/x",
        ):
            with pytest.raises(ValueError, match=r"does not fetch|no static file|path"):
                printing._fetcher().fetch(url)

    def test_a_document_cannot_reach_out(self, sentinel, settings, tmp_path):
        address, hits = sentinel
        secret = tmp_path / "secret.txt"
        secret.write_text("canary")
        (tmp_path / "evil.html").write_text(
            f"<!DOCTYPE html><html lang='en'><head><title>x</title><link rel=attachment href='{secret.as_uri()}'>"
            f"<link rel=stylesheet href='{address}/a.css'></head><body><p>Text</p><img alt='' src='{address}/a.png'></body></html>"
        )
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
        pdf = b""
        try:
            pdf = printing.press("evil.html", {})
        except ValueError as refusal:
            assert "does not fetch" in str(refusal)  # noqa: PT017
        assert hits == []
        assert b"canary" not in pdf
        assert pdf == b"" or len(pikepdf.open(io.BytesIO(pdf)).attachments) == 0

    def test_the_own_style_is_found(self):
        assert Path(printing._static_path("css/print-pdf.css")).is_file()


def acting_pdf():
    """A page with everything that acts, a link that only leads, and a filled field of a form."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(612, 792))
    page, names, facts = made.pages[0].obj, pikepdf.Name, pikepdf.Dictionary
    script = facts(S=names.JavaScript, JS=pikepdf.String("app.alert(1)"))

    def link(**action):
        return facts(Type=names.Annot, Subtype=names.Link, Rect=[0, 0, 9, 9], A=facts(**action))

    field = made.make_indirect(facts(FT=names.Tx, T=pikepdf.String("name"), AA=facts(K=script)))
    shown = facts(Type=names.Annot, Subtype=names.Widget, Rect=[0, 0, 9, 9], A=script, AA=facts(E=script), Parent=field)
    field.Kids = pikepdf.Array([made.make_indirect(shown)])
    made.Root.AcroForm = facts(Fields=pikepdf.Array([field]))
    page.AA = facts(O=script)
    page.Annots = pikepdf.Array(
        [
            link(S=names.Launch, F=pikepdf.String("cmd.exe")),
            facts(Type=names.Annot, Subtype=names.Link, Rect=[0, 0, 9, 9], A=names.Crafted),
            link(S=names.URI, URI=pikepdf.String("javascript:alert(1)")),
            link(S=names.URI, URI=pikepdf.String("https://example.org"), Next=script),
            link(S=names.URI, URI=pikepdf.String("https://example.org/paper")),
            field.Kids[0],
            facts(Type=names.Annot, Subtype=names.RichMedia, Rect=[0, 0, 9, 9]),
            pikepdf.Array([]),
        ]
    )
    made.Root.OpenAction = script
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_nothing_of_an_attached_pdf_acts_in_what_is_bound():
    """S15: what reviewers open holds no script, starts no program and sends no form; links and remarks stay."""
    bound = printing.bind(blank(1), [("Biosketch", acting_pdf())])
    with pikepdf.open(io.BytesIO(bound)) as made:
        page = made.pages[-1].obj
        assert "/AA" not in page
        assert "/OpenAction" not in made.Root
        assert [str(mark.Subtype) for mark in page.Annots] == ["/Link"] * 5 + ["/Widget"]
        assert [str(mark.A.URI) for mark in page.Annots if "/A" in mark] == ["https://example.org/paper"]
        assert b"JavaScript" not in b"".join(part.unparse(resolved=True) for part in page.Annots)
