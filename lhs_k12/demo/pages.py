"""Small PDFs for the demo's attachments, written without a press so that loading stays quick."""

import io
import textwrap

import pikepdf

LINES_A_PAGE = 43


def small_pdf(title: str, paragraphs: list[str]) -> bytes:
    """Return a US Letter PDF with a title and paragraphs in Helvetica, as many pages as they take."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
                              Encoding=pikepdf.Name.WinAnsiEncoding)  # fmt: skip
    fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    lines = [(16, title), (11, "")]
    for paragraph in paragraphs:
        lines += [(11, line) for line in textwrap.wrap(paragraph, 88)] + [(11, "")]
    for start in range(0, len(lines), LINES_A_PAGE):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.Resources = fonts
        page.Contents = pdf.make_stream(_stream(lines[start : start + LINES_A_PAGE]))
    with pdf.open_metadata() as meta:
        meta["dc:title"] = title
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _stream(lines: list[tuple[int, str]]) -> bytes:
    drawn = [b"BT 1 0 0 1 72 712 Tm 15 TL"]
    for size, line in lines:
        text = line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        drawn.append(b"/F1 %d Tf (%s) Tj T*" % (size, text))
    return b"\n".join([*drawn, b"ET"])
