"""HTML by hand, so that all that people, documents and models wrote is escaped in one place."""

from __future__ import annotations

import html
from collections.abc import Sequence

from qa.evaluate.report.words import Said, say
from qa.types import LANGS


def escape(written: object) -> str:
    """`written` as the text of an element or an attribute."""
    return html.escape(str(written), quote=True)


def both(said: Said, tag: str = "span") -> str:
    """A text in both languages, of which the page's switch shows one."""
    if said["fr"] == said["en"]:
        return escape(said["fr"])
    return "".join(f'<{tag} class="t" lang="{lang}">{escape(said[lang])}</{tag}>' for lang in LANGS)


def words(name: str, /, **values: object) -> str:
    """The text `name` in both languages, its values escaped."""
    return both(say(name, **values))


def svg_text(said: Said, x: float, y: float, anchor: str = "middle") -> str:
    """A text of a drawing in both languages."""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return "".join(f'<text class="t" lang="{lang}" {place}>{escape(said[lang])}</text>' for lang in LANGS)


def marked(around: str, start: int, end: int) -> str:
    """`around` with its `[start, end)` highlighted."""
    before, quote, after = around[:start], around[start:end], around[end:]
    return f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"


def pills(name: str, legend: str, choices: list[tuple[str, str]], chosen: str = "") -> str:
    """A group of radio buttons: `choices` are (value, label as HTML)."""
    buttons = "".join(
        f'<label><input type="radio" name="{escape(name)}" id="{escape(f"{name}-{value}")}" '
        f'value="{escape(value)}"{" checked" if value == chosen else ""}>'
        f'<span class="pill">{label}</span></label>'
        for value, label in choices
    )
    return f'<fieldset class="pills"><legend>{legend}</legend>{buttons}</fieldset>'


def table(caption: str, heads: Sequence[tuple[str, str]], body: str) -> str:
    """A table that scrolls where it is too wide; `heads` are (HTML, class), `body` its rows as HTML."""
    cells = "".join(f'<th scope="col" class="{style}">{head}</th>' for head, style in heads)
    return (
        f'<div class="scroll" tabindex="0"><table><caption>{caption}</caption><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
