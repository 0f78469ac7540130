"""Who did what to whom: names that have changed places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.polarity.names import Name, find_names
from qa.polarity.words import SYMMETRIC, TITLES, is_empty, stem
from qa.types import Lang
from qa.words import fold

_NO_VERB = re.compile(r"(?:tion|sion|ment|eur|ique|ien|al|ale|aux|ity|ness|isme?|ship)s?$")
_PASSIVE: dict[Lang, tuple[str, frozenset[str]]] = {
    "fr": ("par", frozenset("est sont etait etaient fut furent sera seront ete etre".split())),
    "en": ("by", frozenset("is are was were be been being".split())),
}
_BETWEEN = 9  # tokens between two names


@dataclass(frozen=True, slots=True)
class _Between:
    """The words between two names, the stems of those that may be verbs, whether "by" is among them, and the
    stem of a participle behind "was" and before "by", else ""."""

    words: tuple[str, ...]
    verbs: frozenset[str]
    by: bool
    suffered: str


def roles_conflict(claim: str, evidence: str, lang: Lang) -> bool:
    """Whether two names have changed places round one verb: "A beat B" on "B beat A", or on "A was beaten by
    B"."""
    here, there = find_names(claim, lang, evidence), find_names(evidence, lang, claim)
    for one, other in _pairs(here):
        again = [name for name in there if name.same(one)], [name for name in there if name.same(other)]
        if len(again[0]) != 1 or len(again[1]) != 1:
            continue
        first, second = sorted((again[0][0], again[1][0]), key=lambda name: name.start)
        said, held = _between(claim, one, other, lang), _between(evidence, first, second, lang)
        if said is None or held is None:
            continue
        if first.same(one):
            if said.by != held.by and (said.suffered in held.verbs or held.suffered in said.verbs):
                return True
        elif said.by == held.by and _same_verbs(said, held):
            return True
    return False


def _same_verbs(said: _Between, held: _Between) -> bool:
    """Whether both say the same between the names. "A sold the farm to B" is "B bought the farm from A":
    where each has a verb of its own, what they share says nothing."""
    shared = said.verbs & held.verbs
    return said.words == held.words or bool(shared and shared in (said.verbs, held.verbs))


def _pairs(names: Sequence[Name]) -> Iterator[tuple[Name, Name]]:
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if not one.same(other) and sum(n.same(one) or n.same(other) for n in names) == 2:
                yield one, other


def _between(text: str, one: Name, other: Name, lang: Lang) -> _Between | None:
    """What stands between two names; None where it says nothing about who is which ("and", "met")."""
    between = text[one.end : other.start].replace("’", "'")
    words = [fold(word) for word in re.findall(r"[^\W\d_]+", between)]
    if not words or len(words) > _BETWEEN or re.search(r"[.;:!?()]", between):
        return None
    if words[-1] in {"et", "ou", "and", "or", "ni", "nor"} or any(SYMMETRIC[lang].match(w) for w in words):
        return None
    verbs = [
        fold(word)
        for word in re.findall(r"(?<![\w])[^\W\d_A-ZÀ-ÖØ-Þ]{4,}", between)
        if not _NO_VERB.search(fold(word))
    ]
    stems = {stem(w, lang) for w in verbs if not is_empty(w, lang) and w not in TITLES}
    by, been = _PASSIVE[lang]
    agent = words.index(by) if by in words else 0
    suffered = stem(words[agent - 1], lang) if agent > 1 and been.intersection(words[: agent - 1]) else ""
    return _Between(tuple(words), frozenset(stems), by in words, suffered)
