"""Words for comparing texts: folded, and those that carry meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LEAST = 4
_STEM = 6
# Spellings of one name in two languages ("Tolstoï", "Tolstoy") are at least this alike.
_ALIKE = 0.72
_EMPTY = frozenset(
    "dans avec pour par sur sous vers chez entre cette cela ceux elle elles nous vous leur leurs dont "
    "quel quelle "
    "quels quelles quand comment combien pourquoi est-ce sont etait etaient etre avoir avait avaient "
    "fait faire plus "
    "aussi comme mais donc that this these those with from into over under they them their there what "
    "when where "
    "which while whom whose does have been were will would about than then also some".split()
)


def fold(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def parts(text: str) -> list[str]:
    """The words of `text`, apart at apostrophes and hyphens ("l'eau" → "l", "eau")."""
    return [part for word in WORD.findall(text) for part in re.split(r"[-’']", word)]


def content_words(text: str) -> set[str]:
    """Folded words of four letters or more that carry meaning, cut to six letters."""
    folded = (fold(part) for part in parts(text))
    return {word[:_STEM] for word in folded if len(word) >= _LEAST and word not in _EMPTY}


def is_among(name: str, words: Collection[str]) -> bool:
    """Whether a folded name, or another spelling of it, is among folded words."""
    if name in words:
        return True
    if len(name) < _LEAST:
        return False
    sound = _sound(name)
    return any(
        sound[:2] == other[:2] and SequenceMatcher(None, sound, other).ratio() >= _ALIKE
        for other in (_sound(word) for word in words if len(word) >= _LEAST)
    )


def _sound(name: str) -> str:
    """As English writes what French does with more letters: Pouchkine, Pushkin; Tchad, Chad."""
    return name.replace("ou", "u").replace("tch", "ch").replace("dj", "j")
