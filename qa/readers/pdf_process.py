"""The process that reads one PDF: bytes on stdin, one JSON object on stdout.

`{"text", "title", "date", "pages": [[start, end], …]}`, or `{"reason", "message"}`.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from qa.readers.pdf_layout import Line, lay_out

_MAX_MEMORY = 4 << 30
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft word|microsoft powerpoint|\(?anonymous\)?$|\(?unspecified\)?$|untitled|sans titre|"
    r"document\d*$|slide 1$|.*\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|dvi|pdf|odt|rtf|html?)$)"
)
_HYPHENS = (0x02, 0xFFFE)  # what pdfium puts for a hyphen and the end of its line


def main() -> None:
    """Read, write the reply; ends with another exit code than 0 only where pdfium itself dies."""
    _bound_memory()
    reply = _read(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(reply).encode("ascii"))


def _read(data: bytes, max_pages: int) -> dict[str, Any]:
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            return {"reason": "encrypted", "message": "is protected by a password"}
        return {"reason": "broken", "message": f"cannot be read as a PDF ({error})"}
    if count > max_pages:
        return {"reason": "too_many_pages", "message": f"has {count} pages; the limit is {max_pages}"}
    pages = []
    unread = 0
    for number in range(count):
        try:
            pages.append(_page_lines(document[number]))
        except pdfium.PdfiumError:
            pages.append([])
            unread += 1
    text, spans = lay_out(pages)
    if not text and unread:
        return {"reason": "broken", "message": "has no page that can be read"}
    if not text:
        return {"reason": "no_text", "message": "holds images of pages and no text"}
    information = document.get_metadata_dict()
    title = " ".join(information.get("Title", "").split())
    made = _DATE.match(information.get("CreationDate", ""))
    return {
        "text": text,
        "title": None if not title or _NO_TITLE.match(title) else title,
        "date": "-".join(made.groups()) if made else None,
        "pages": spans,
    }


def _page_lines(page: pdfium.PdfPage) -> list[Line]:
    """The lines of a page as pdfium orders them, with the places of their first and last characters."""
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


def _make_line(
    textpage: pdfium.PdfTextPage, text: str, indices: list[int], height: float, hyphenated: bool
) -> Line:
    inked = [i for i, character in zip(indices, text, strict=True) if not character.isspace()]
    left, bottom, _, top = textpage.get_charbox(inked[0], loose=True)
    right = textpage.get_charbox(inked[-1], loose=True)[2]
    words = text.strip() + ("-" if hyphenated else "")
    return Line(words, left, right, bottom / height, top / height, top - bottom, hyphenated)


def _bound_memory() -> None:
    """Where the system can: a crafted file must not take the machine's memory."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
