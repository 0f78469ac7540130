"""Claims against evidence: what a sentence says must stand in the sentence that it cites.

Three checks on the sentence as written: its numbers, its names, and its words. What fails is not
shown as a fact (see qa/ask.py: the quotation takes its place).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from qa.lang import detect_lang
from qa.models.protocols import Embedder
from qa.types import Evidence, Lang, Verdict
from qa.write import Written

_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SMALL_NUMBERS = {
    "fr": (
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
        "dix-sept dix-huit dix-neuf vingt"
    ).split(),
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty"
    ).split(),
}
_TENS = {
    "fr": {"trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "mille": 1000}
    | {"dizaine": 10, "douzaine": 12, "vingtaine": 20, "trentaine": 30, "centaine": 100},
    "en": {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "thousand": 1000}
    | {"dozen": 12},
}
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "january february march april may june july august september october november december".split(),
}
_SILENT = re.compile(
    r"\b(extraits?|excerpts?|texte|text|documents?|passages?)\b.{0,40}\b(ne|n'|n’|not|doesn|don|no)\b"
    r"|\b(no|aucun|none of the) (extraits?|excerpts?|documents?)\b",
    re.IGNORECASE,
)
_EXCERPTS = re.compile(r"\b(extraits?|excerpts?)\b", re.IGNORECASE)
# Likeness is the cosine plus a tenth of the share of the claim's words that the evidence has. On RTE3-FR,
# 98 in 100 entailed pairs are over 0.87 and no unrelated pair is; across languages words say nothing.
_LEAST_LIKENESS = 0.87
_LEAST_LIKENESS_ACROSS = 0.82
_SHARED_WORDS = 0.1
_HINT = 0.02


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one sentence gave: the evidence it rests on (indices, best first), why it fails."""

    text: str
    verdict: Verdict
    support: float
    evidence: tuple[int, ...]
    reasons: tuple[str, ...] = ()


def says_nothing(text: str) -> bool:
    """Whether a sentence says that the excerpts are silent instead of answering."""
    return _SILENT.search(text) is not None


def check_sentence(
    written: Written, evidence: Sequence[Evidence], question: str, lang: Lang, embedder: Embedder
) -> Checked:
    """Tie a sentence to the evidence that says it, and check it against that evidence.

    The numbers that the model gave are a hint; what ties is likeness (cosine) and shared words. One
    more sentence is cited where it alone holds a number or name of the claim. `support` is in [0, 1]
    and grows with likeness and shared words; it is 0 for a sentence with a failed check.
    """
    for reason, failed in (
        ("language", len(written.text) > 30 and detect_lang(written.text, default=lang) != lang),
        ("excerpts", _EXCERPTS.search(written.text) is not None),
    ):
        if failed:
            return Checked(written.text, "unsupported", 0.0, (), (reason,))
    vectors = embedder.embed_passages([written.text, *(item.text for item in evidence)])
    likeness = vectors[1:] @ vectors[0]
    words = _content_words(written.text)
    ranked: list[tuple[float, int]] = []
    for position, item in enumerate(evidence):
        shared = len(words & _content_words(item.context_text)) / max(len(words), 1)
        likeness[position] += _SHARED_WORDS * shared
        hint = _HINT if position + 1 in written.numbers else 0.0
        ranked.append((float(likeness[position]) + hint, position))
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    best = ranked[0][1]
    chosen = [best]
    reasons: list[str] = []
    named = {fold(part) for word in _WORD.findall(question) for part in re.split(r"[-’']", word)}
    for kind, wanted, held in (
        ("number", _numbers(written.text, lang), [_held_numbers(e) for e in evidence]),
        ("name", _names(written.text), [_held_words(e) for e in evidence]),
    ):
        for thing in sorted(wanted):
            if any(_holds(kind, thing, held[i]) for i in chosen):
                continue
            other = next((i for _, i in ranked if _holds(kind, thing, held[i])), None)
            if other is not None and kind == "name" and thing in named:
                continue  # the question's own word: it proves nothing, so it needs no citation of its own
            if other is not None:
                chosen.append(other)
            elif kind == "number" or thing not in named or evidence[best].lang == lang:
                # Across languages the question's name may be the other form of the evidence's ("London").
                reasons.append(f"{kind}: {thing}")
    top = float(likeness[best])
    if top < (_LEAST_LIKENESS if evidence[best].lang == lang else _LEAST_LIKENESS_ACROSS):
        reasons.append(f"likeness: {top:.2f}")
    support = 0.0 if reasons else min(1.0, max(0.0, (top - 0.80) / 0.20))
    verdict: Verdict = "unsupported" if reasons else "supported"
    return Checked(written.text, verdict, round(support, 3), tuple(chosen), tuple(reasons))


def fold(text: str) -> str:
    """Lower case without accents, for comparing words."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


@cache
def _number_words(lang: Lang) -> dict[str, str]:
    words = {fold(word): str(value) for value, word in enumerate(_SMALL_NUMBERS[lang])}
    # "un" and "one" are articles and pronouns far more often than numbers.
    words |= {fold(word): str(value) for word, value in _TENS[lang].items()}
    return {word: value for word, value in words.items() if word not in {"un", "one"}}


def _numbers(text: str, lang: Lang) -> set[str]:
    digits = {_normal_number(match) for match in _NUMBER.findall(text)}
    words = _number_words(lang)
    return digits | {words[w] for w in map(fold, _WORD.findall(text)) if w in words}


def _held_numbers(item: Evidence) -> set[str]:
    held = _numbers(item.context_text, item.lang) | {
        n for part in _NUMBER.findall(item.context_text) for n in re.findall(r"\d+", part)
    }
    if item.date:
        held |= {part.lstrip("0") for part in item.date.split("-")} | {item.date[:4]}
    return held


def _normal_number(text: str) -> str:
    compact = re.sub(r"[ \u00a0\u202f]", "", text)
    compact = re.sub(r"[.,](?=\d{3}(?!\d))", "", compact)
    return compact.replace(",", ".").lstrip("0") or "0"


def _names(text: str) -> set[str]:
    """Capitalised words of `text` that do not open it, folded; months and days are not names."""
    found: set[str] = set()
    for match in _WORD.finditer(text):
        before = text[: match.start()].rstrip(' «"“‘(')
        if match[0][0].isupper() and before and not before.endswith((".", ":", "!", "?")):
            parts = re.split(r"[-’']", match[0])
            found |= {fold(part) for part in parts if len(part) > 2 and part[0].isupper()}
    return found - {fold(m) for months in _MONTHS.values() for m in months}


def _content_words(text: str) -> set[str]:
    return {fold(part) for word in _WORD.findall(text) for part in re.split(r"[-’']", word) if len(part) > 3}


def _held_words(item: Evidence) -> set[str]:
    text = f"{item.context_text} {item.title}"
    return {fold(part) for word in _WORD.findall(text) for part in re.split(r"[-’']", word)}


def _holds(kind: str, thing: str, held: set[str]) -> bool:
    if kind == "number":
        return thing in held
    # "Tolstoï" and "Tolstoy", "Gorbatchev" and "Gorbachev": spellings differ at the end of a name.
    return thing in held or any(len(thing) > 3 and len(h) > 3 and h[:4] == thing[:4] for h in held)
