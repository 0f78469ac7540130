"""Names in a text: spans of capitalised words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.polarity.words import EMPTY, TITLES
from qa.types import Lang
from qa.words import fold

_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_SPAN = re.compile(rf"{_WORD}(?: (?:(?:de|du|des|de la|d'|von|van|of|the|of the|al|el|bin) )?{_WORD})*")
_OPENS = re.compile(r"(?:^|[.!?…:]\s+|[«“\"(]\s?)$")


@dataclass(frozen=True, slots=True)
class Name:
    """`text[start:end)` is a name of these folded words."""

    start: int
    end: int
    words: frozenset[str]

    def same(self, other: Name) -> bool:
        """Whether they share a word ("Marie Curie", "Curie")."""
        return bool(self.words & other.words)


def find_names(text: str, lang: Lang, other: str) -> list[Name]:
    """Names in order; a word that opens a sentence is one only where `other` has it capitalised too."""
    found: list[Name] = []
    elsewhere = {fold(word) for word in re.findall(_WORD, other)}
    for match in _SPAN.finditer(text):
        start, span = match.start(), match[0]
        first = re.match(r"[\w’'-]+", span)
        opening = first[0] if first else ""
        if _OPENS.search(text[:start]):
            bare = fold(re.sub(r"^(?:[LlDd]|Qu|qu)['’]", "", opening))
            if bare in EMPTY[lang] or bare in TITLES or fold(opening) not in elsewhere | {bare}:
                start += len(opening)
                span = span[len(opening) :]
                start += len(span) - len(span.lstrip())
                span = span.lstrip()
        words = {fold(w) for w in re.findall(r"[^\W\d_]{3,}", span) if w[0].isupper()}
        words -= TITLES | EMPTY[lang]
        if words:
            found.append(Name(start, match.end(), frozenset(words)))
    return found
