"""The press fetches nothing from outside (S21), prints accessible pages, and looks at foreign PDFs safely."""

import functools
import io
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template import Context, Template

from programs import printing

SECRET = "TOP-SECRET-7f3a91"
STYLED = '<!DOCTYPE html><html lang="en"><head><title>Try</title>{head}</head><body><p>The page stands.</p>{body}</body></html>'


@pytest.fixture
def sentinel():
    """A server on this machine that notes every request and answers with a redirect to itself."""
    hits = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Note)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def everything_in(pdf):
    """Return every stream of a PDF, unpacked, and its text."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [bytes(each.read_bytes()) for each in opened.objects if isinstance(each, pikepdf.Stream) and not _is_image(each)]
        attached = list(opened.attachments)
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return b"".join(streams) + text, attached


def _is_image(stream):
    return stream.get("/Subtype") == "/Image"


ATTACKS = {
    "image": ("", '<img alt="x" src="{url}/img.png">'),
    "image of a file": ("", '<img alt="x" src="{file}">'),
    "source set": ("", '<img alt="x" srcset="{url}/set.png 2x" src="{url}/one.png">'),
    "style sheet": ('<link rel="stylesheet" href="{url}/style.css">', ""),
    "import": ('<style>@import url("{url}/import.css"); p {{ color: red }}</style>', ""),
    "import of a file": ('<style>@import url("{file}");</style>', ""),
    "font": ('<style>@font-face {{ font-family: X; src: url("{url}/font.woff2") }} p {{ font-family: X }}</style>', ""),
    "background": ('<style>body {{ background: url("{url}/back.png") }}</style>', ""),
    "content": ('<style>p::before {{ content: url("{url}/content.png") }}</style>', ""),
    "attachment": ('<link rel="attachment" href="{file}">', ""),
    "attachment from outside": ('<link rel="attachment" href="{url}/attach">', ""),
    "anchor attachment": ("", '<a rel="attachment" href="{file}">read</a>'),
    "inline svg": ("", '<svg width="9" height="9"><image href="{url}/svg.png" width="9" height="9"/></svg>'),
    "svg as image": (
        "",
        "<img alt=x src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<image href='{url}/nested.png' width='9' height='9'/><image href='{file}' width='9' height='9'/></svg>\">",
    ),
    "svg use": ("", '<svg width="9" height="9"><use href="{url}/use.svg#a"/></svg>'),
    "svg style": ("", '<svg width="9" height="9"><style>@import url("{url}/svg.css");</style><rect width="9" height="9"/></svg>'),
    "object": ("", '<object data="{url}/object.svg"></object><embed src="{url}/embed.svg">'),
    "base": ('<base href="{url}/">', '<img alt="x" src="relative.png">'),
    "out of the static folder": ("", '<img alt="x" src="../../{file}"><link rel="attachment" href="/../../../etc/passwd">'),
    "absolute path": (
        "",
        '<img alt="x" src="https://static.invalid//etc/passwd"><img alt="x" src="https://static.invalid/{file}">',
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_is_fetched_from_outside(name, sentinel, secret):
    url, hits = sentinel
    head, body = (piece.format(url=url, file=secret.as_uri()) for piece in ATTACKS[name])
    pdf = printing.press_html(STYLED.format(head=head, body=body))
    found, attached = everything_in(pdf)
    assert hits == []
    assert attached == []
    assert SECRET.encode() not in found
    assert b"root:" not in found
    assert b"The page stands." in found


def test_the_sentinel_would_have_noticed(sentinel):
    """The same page through WeasyPrint's own fetcher is a hit: the test above can fail."""
    import weasyprint  # noqa: PLC0415

    url, hits = sentinel
    weasyprint.HTML(string=STYLED.format(head="", body=f'<img alt="x" src="{url}/img.png">')).write_pdf()
    assert hits[0] == "/img.png"


def test_words_of_a_person_stay_words(sentinel, secret):
    url, hits = sentinel
    typed = f'</p><img src="{url}/typed.png"><link rel="attachment" href="{secret.as_uri()}"><style>p {{ display: none }}</style>'
    html = Template(STYLED.format(head="", body="<p>{{ typed }}</p>")).render(Context({"typed": typed}))
    found, attached = everything_in(printing.press_html(html))
    assert (hits, attached) == ([], [])
    assert b"The page stands." in found
    assert f'<img src="{url}/typed.png">'.encode() in found


def test_private_media_cannot_be_printed_into_a_page(settings):
    default_storage.save("letters/1/other.svg", ContentFile(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{SECRET}</text></svg>"))
    path = default_storage.path("letters/1/other.svg")
    for address in (path, f"file://{path}", f"https://static.invalid/{path}", f"https://static.invalid/..{path}"):
        with pytest.raises(ValueError, match=r"does not fetch|no static file"):
            printing._fetcher().fetch(address)


def test_the_projects_own_files_are_fetched():
    response = printing._fetcher().fetch("https://static.invalid/css/print-pdf.css")
    assert b"@page" in response.read()


def test_a_page_is_tagged_titled_and_in_our_type():
    pdf = printing.press_html(STYLED.format(head="", body="<h1>Head</h1>"))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "en"
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.docinfo.Title) == "Try"
        assert opened.open_metadata()["pdfuaid:part"] == "1"
        assert all(
            "Source" in str(font.BaseFont) or "Inter" in str(font.BaseFont) for font in opened.pages[0].Resources.Font.values()
        )


def test_the_same_page_is_the_same_file():
    html = STYLED.format(head="", body="")
    assert printing.press_html(html) == printing.press_html(html)


def test_threads_print_one_after_another():
    pages = [STYLED.format(head="", body=f"<p>Number {number}</p>") for number in range(4)]
    printed = [b""] * len(pages)

    def work(place):
        printed[place] = printing.press_html(pages[place])

    threads = [threading.Thread(target=functools.partial(work, place)) for place in range(len(pages))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f"Number {number}".encode() in everything_in(pdf)[0] for number, pdf in enumerate(printed)] == [True] * len(pages)


def test_merged_pages_keep_their_order():
    parts = [printing.press_html(STYLED.format(head="", body=f"<p>Part {number}</p>")) for number in (1, 2)]
    text = everything_in(printing.merge([parts[0], io.BytesIO(parts[1])]))[0]
    assert text.index(b"Part 1") < text.rindex(b"Part 2")


def test_a_foreign_pdf_is_counted():
    pdf = printing.press_html(STYLED.format(head="<style>hr { break-after: page }</style>", body="<hr><hr><p>End</p>"))
    assert printing.inspect_pdf(pdf) == printing.PdfFacts(pages=3, size=len(pdf))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04 a zip", "This is not a PDF"),
        (b"%PDF-1.7\nnothing of the kind", "The PDF is damaged"),
    ],
)
def test_what_is_no_pdf_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(printing.PdfRefused, match=sentence):
        printing.inspect_pdf(content)


def test_a_protected_pdf_is_refused():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printing.press_html(STYLED.format(head="", body="")))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(printing.PdfRefused, match="protected by a password"):
        printing.inspect_pdf(out.getvalue())
