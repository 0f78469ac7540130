"""PDF by pdfium: pages, lines, and paragraphs made of them.

pdfium is native code, and a crafted file can make it loop or crash: `qa.readers.apart` runs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.errors import FileError
from qa.readers.base import Content, Limits
from qa.readers.pdf_layout import Line, lay_out
from qa.types import Span

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft word|microsoft powerpoint|\(?anonymous\)?$|\(?unspecified\)?$|untitled|sans titre|"
    r"document\d*$|slide 1$|.*\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|dvi|pdf|odt|rtf|html?)$)"
)
_HYPHENS = (0x02, 0xFFFE)  # what pdfium puts for a hyphen and the end of its line


def read_pdf(data: bytes, name: str, limits: Limits) -> Content:
    """Raises FileError `empty`, `broken`, `encrypted`, `no_text` or `too_many_pages`."""
    import pypdfium2 as pdfium

    if not data.strip():
        raise FileError("empty", f"{name} is empty.", "Remove it from the folder.")
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise FileError(
                "encrypted", f"{name} is protected by a password.", "Save a copy without it."
            ) from error
        raise _broken(name, f"cannot be read as a PDF ({error})") from error
    if count > limits.max_pages:
        raise FileError(
            "too_many_pages",
            f"{name} has {count} pages; the limit is {limits.max_pages}.",
            "Split it, or raise corpus.max_pages.",
        )
    pages: list[list[Line]] = []
    unread = 0
    for number in range(count):
        try:
            pages.append(_page_lines(document[number]))
        except pdfium.PdfiumError:
            pages.append([])
            unread += 1
    text, spans = lay_out(pages)
    if unread:
        # Half a document would be silence about the other half.
        raise _broken(name, f"has {unread} pages that cannot be read")
    if not text:
        raise FileError(
            "no_text",
            f"{name} holds images of pages and no text.",
            "It is probably a scan: run a text recognition (OCR) over it first.",
        )
    information = document.get_metadata_dict()
    title = " ".join(information.get("Title", "").split())
    made = _DATE.match(information.get("CreationDate", ""))
    return Content(
        text,
        title=None if not title or _NO_TITLE.match(title) else title,
        date="-".join(made.groups()) if made else None,
        pages=tuple(Span(start, end) for start, end in spans),
    )


def _page_lines(page: PdfPage) -> list[Line]:
    """The lines of a page as pdfium orders them, with the places of their first and last characters."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    height = page.get_height() or 1.0
    lines: list[Line] = []
    indices: list[int] = []
    characters: list[str] = []

    def end_line(hyphenated: bool = False) -> None:
        text = "".join(characters)
        if text.strip():
            lines.append(_make_line(textpage, text, indices, height, hyphenated))
        indices.clear()
        characters.clear()

    codes = [raw.FPDFText_GetUnicode(textpage, i) for i in range(textpage.count_chars())]
    for i, code in enumerate(codes):
        if code in (10, 13):
            end_line()
            continue
        if code in _HYPHENS:
            end_line(hyphenated=True)
            continue
        if 0xDC00 <= code <= 0xDFFF and i and 0xD800 <= codes[i - 1] <= 0xDBFF:
            character = chr(0x10000 + ((codes[i - 1] - 0xD800) << 10) + code - 0xDC00)
        elif 0xD800 <= code <= 0xDFFF or (code < 32 and code != 9):
            continue
        else:
            character = chr(code)
        characters.append(character)
        indices.append(i)
    end_line()
    return lines


def _make_line(textpage: PdfTextPage, text: str, indices: list[int], height: float, hyphenated: bool) -> Line:
    inked = [i for i, character in zip(indices, text, strict=True) if not character.isspace()]
    left, bottom, _, top = textpage.get_charbox(inked[0], loose=True)
    right = textpage.get_charbox(inked[-1], loose=True)[2]
    words = text.strip() + ("-" if hyphenated else "")
    return Line(words, left, right, bottom / height, top / height, top - bottom, hyphenated)


def _broken(name: str, message: str) -> FileError:
    return FileError("broken", f"{name} {message}.", "Open it in a PDF reader and save it again.")
