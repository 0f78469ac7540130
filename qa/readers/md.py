"""Markdown: what a reader of the rendered page sees, without the markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.errors import FileError
from qa.readers.base import Content, Limits
from qa.readers.blocks import BlockWriter
from qa.readers.decode import decode
from qa.readers.html import fragment_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"([A-Za-z_-]+)\s*:\s*(.*?)\s*$")
_NAMES = {"title": "title", "titre": "title", "date": "date", "lang": "lang", "language": "lang",
          "langue": "lang", "source": "source"}  # fmt: skip


def read_md(data: bytes, name: str, _: Limits) -> Content:
    """Front matter (`title`, `date`, `lang`, `source`) is taken as the document's own metadata.

    Raises FileError `empty`, `binary`, `encoding`, `broken` or `no_text`.
    """
    from markdown_it import MarkdownIt

    text = decode(data, name)
    front: dict[str, str] = {}
    match = _FRONT.match(text)
    if match:
        for line in match[1].split("\n"):
            entry = _FRONT_LINE.match(line)
            if entry and entry[1].lower() in _NAMES:
                front[_NAMES[entry[1].lower()]] = entry[2].strip("\"'")
        text = text[match.end() :]
    tokens = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(text)
    writer = BlockWriter()
    heading = _write(tokens, writer, name)
    body = writer.text()
    if not body:
        raise FileError("no_text", f"{name} shows no text.", "Remove it from the folder.")
    return Content(
        body,
        title=front.get("title") or heading,
        date=front.get("date"),
        lang=front.get("lang"),
        source=front.get("source"),
    )


def _write(tokens: Sequence[Token], writer: BlockWriter, name: str) -> str | None:
    """Write all blocks; gives the text of the first top heading."""
    heading: str | None = None
    markers: list[int | None] = []  # the next number of each open list; None: bullets
    marker = ""
    row: list[str] = []
    for position, token in enumerate(tokens):
        kind = token.type
        if kind == "bullet_list_open":
            markers.append(None)
        elif kind == "ordered_list_open":
            markers.append(int(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            markers.pop()
        elif kind == "list_item_open":
            number = markers[-1]
            marker = "- " if number is None else f"{number}. "
            markers[-1] = None if number is None else number + 1
        elif kind == "tr_open":
            row = []
        elif kind == "tr_close":
            writer.add(" | ".join(row), row="table")
        elif kind in ("fence", "code_block"):
            writer.add(token.content, verbatim=True)
        elif kind == "html_block":
            writer.add(fragment_text(token.content, name), verbatim=True)
        elif kind == "inline":
            content = _inline(token.children or ())
            opened = tokens[position - 1]
            if opened.type in ("th_open", "td_open"):
                row.append(content)
                continue
            if opened.type == "heading_open" and opened.tag == "h1" and heading is None:
                heading = content
            writer.add(marker + content, row="list" if marker else "")
            marker = ""
    return heading


def _inline(children: Sequence[Token]) -> str:
    """Text, code and the words of links; images and raw HTML have none."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\u2028")
    return "".join(parts)
