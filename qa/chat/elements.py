"""What all HTML of the page is made with. Whatever documents, people or models wrote is escaped."""

from __future__ import annotations

import html

from qa.chat.texts import text
from qa.types import Citation, Lang

# What gr.HTML's templates would read as code: none of it ever stands in a value as itself.
_TEMPLATE = str.maketrans({c: f"&#{ord(c)};" for c in "${}`\\"})


def escape(written: str) -> str:
    """`written` as the text of an element or attribute: no markup, no template."""
    return html.escape(written, quote=True).translate(_TEMPLATE)


def source_id(turn: int, kind: str, position: int) -> str:
    """Names one source of one exchange; `kind`: `c` (cited, by its number), `n` (nearest) or `e` (found)."""
    return f"{turn}:{kind}{position}"


def number_button(citation: Citation, turn: int, lang: Lang) -> str:
    """A citation's number, which opens it."""
    label = escape(text("sources.number", lang, n=citation.n, title=citation.title))
    return (
        f'<button type="button" class="cite" data-source="{source_id(turn, "c", citation.n or 0)}" '
        f'aria-label="{label}" title="{label}">{citation.n}</button>'
    )
