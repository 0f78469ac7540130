"""Quotation marks as each language sets them: French ones stand off by a space that does not break."""

from __future__ import annotations

import re

from qa.types import Lang

# What stands between marks, with them.
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_FRENCH_INSIDE = re.compile(r"(?<=«)[ \u00a0\u202f]|[ \u00a0\u202f](?=»)")
_GUILLEMETS = re.compile(r"«\s*|\s*»")
_ENGLISH_INNER = str.maketrans({"“": "‘", "”": "’", '"': "'"})
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")


def no_break(written: str) -> str:
    """Words of ours, with no place to break a line between a French mark and what it encloses."""
    return _FRENCH_INSIDE.sub("\u00a0", written)


def quotation(quote: str, lang: Lang) -> str:
    """What a document says, to the letter and on one line, between the marks of `lang`."""
    quoted = one_line(quote)
    return f"«\u00a0{quoted}\u00a0»" if lang == "fr" else f"“{quoted}”"


def inner(written: str, lang: Lang) -> str:
    """A title or words of ours that will stand between marks of `lang`: those they have become inner ones.

    Not for what a document says or a model translated: that stays as it is to the letter.
    """
    if lang == "fr":
        return _GUILLEMETS.sub(lambda found: "“" if found[0].startswith("«") else "”", written)
    return written.translate(_ENGLISH_INNER)


def one_line(written: str) -> str:
    """`written` with each run of white space as one space, but those that must not break."""
    return _BREAKABLE.sub(" ", written).strip()
