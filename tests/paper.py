"""How a test reads a PDF: its words, page by page, as a person would find them in a viewer."""

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, every run of white space as one space."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def words_of(pdf: bytes) -> str:
    """Return the text of all pages as one line."""
    return " ".join(pages_of(pdf))
