"""HTML: what a reader of the page sees, without scripts, navigation and hidden parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.errors import FileError
from qa.readers.base import Content, Limits
from qa.readers.blocks import BlockWriter
from qa.readers.decode import decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4096
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SKIPPED = frozenset(
    "script style nav noscript template svg math iframe object canvas audio video head select "
    "button textarea input".split()
)
_PARAGRAPHS = frozenset(
    "p div section article main header footer aside h1 h2 h3 h4 h5 h6 ul ol dl dt dd table blockquote "
    "figure figcaption caption address details summary fieldset form hr body html center".split()
)
_CELLS = ("td", "th")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DATES = frozenset(
    "article:published_time datepublished date dc.date dc.date.issued dcterms.date dcterms.created "
    "dcterms.issued pubdate publishdate publication_date og:published_time".split()
)


def read_html(data: bytes, name: str, _: Limits) -> Content:
    """Blocks become lines; title, language, date and site come from the head.

    Raises FileError `empty`, `binary`, `encoding`, `broken` or `no_text`.
    """
    found = _CHARSET.search(data[:_HEAD_BYTES])
    source = _XML_DECLARATION.sub("", decode(data, name, found[1].decode("ascii") if found else None))
    root = _parse(source, name)
    text = _page_text(root)
    if not text:
        raise FileError("no_text", f"{name} shows no text.", "Remove it from the folder.")
    meta = _meta(root)
    title = root.findtext(".//head/title") or root.findtext(".//title")
    return Content(
        text,
        title=title or meta.get("og:title"),
        date=next((value for key, value in meta.items() if key in _DATES), None) or _time(root),
        lang=root.get("lang") or root.get("xml:lang"),
        source=meta.get("og:site_name"),
    )


def fragment_text(source: str, name: str) -> str:
    """What a piece of HTML shows, "" where it shows nothing. Raises FileError `broken`."""
    return _page_text(_parse(f"<div>{source}</div>", name))


def _parse(source: str, name: str) -> HtmlElement:
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise FileError("broken", f"{name} cannot be read as HTML: {error}.", "Mend the file.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # libxml2 has stopped there, and what follows is lost.
        raise FileError("broken", f"{name} is nested too deeply to be read.", "Check where it comes from.")
    return root


def _page_text(root: HtmlElement) -> str:
    from lxml import etree

    writer = BlockWriter()
    parts: list[str] = []
    row = ""
    verbatim = 0

    def flush(next_row: str = "") -> None:
        nonlocal row
        writer.add("".join(parts), row=row, verbatim=verbatim > 0)
        parts.clear()
        row = next_row

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _SKIPPED or _is_hidden(element):
                walker.skip_subtree()
                continue
            if tag in _PARAGRAPHS:
                flush()
            elif tag == "pre":
                flush()
                verbatim += 1
            elif tag in ("li", "tr"):
                flush(next_row=tag)
                parts.append("- " if tag == "li" else "")
            elif tag == "br":
                parts.append("\n" if verbatim else "\u2028")
            elif tag in _CELLS and any(part.strip() for part in parts):
                parts.append(" | ")
            parts.append(element.text or "")
            continue
        if not (tag in _SKIPPED or _is_hidden(element)):
            if tag in _PARAGRAPHS or tag in ("li", "tr", "pre"):
                flush()
            if tag == "pre":
                verbatim -= 1
        parts.append(element.tail or "")
    flush()
    return writer.text()


def _is_hidden(element: HtmlElement) -> bool:
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _meta(root: HtmlElement) -> dict[str, str]:
    """`content` of the head's meta elements by lower-case name."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if element.get("content"):
            found.setdefault(key.lower(), element.get("content"))
    return found


def _time(root: HtmlElement) -> str | None:
    for element in root.iter("time"):
        if "pubdate" in element.attrib or element.get("itemprop") == "datePublished":
            return str(element.get("datetime") or "") or None
    return None
