"""Negation and roles: what a sentence denies, and who did what to whom, by grammar alone.

Precision over recall: what fires here discards a sentence, so every doubtful construction (ne … que, not
only, expletive ne, "refused to", "except", "not until") is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.polarity.roles import roles_conflict
from qa.polarity.words import (
    AUXILIARIES,
    CLITICS,
    DENIALS,
    EXEMPT,
    IRREALIS,
    NEGATIVE_SENSE,
    NOUN_DENIALS,
    PREPOSITIONS,
    UNTIL,
    is_empty,
    stem,
)
from qa.types import Lang
from qa.words import fold

__all__ = ["negations", "polarity_conflict", "roles_conflict"]

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|[.,;:!?…()«»\"“”]")
_SENTENCE = re.compile(r"(?<=[.!?…;])[»”\")]*\s+")
_REACH = 8  # tokens behind a denial within which what it denies stands
_SHARE = 0.4  # of the claim's words that the evidence's sentence must have before they are compared
_SHARE_INDIRECT = 0.6  # where only a word behind "is not in …" is denied
# "Never … without" asks for what it names.
_DOUBLED = frozenset("pas jamais not never cannot".split())
_BOUNDS = re.compile("exce|depas")
_PARTICIPLES: dict[Lang, tuple[str, ...]] = {
    "fr": ("e", "ee", "es", "ees", "i", "ie", "is", "u", "ue", "us", "it", "ert"),
    "en": ("ed", "en"),
}


@dataclass(frozen=True, slots=True)
class _Word:
    form: str
    stem: str
    unreal: bool  # under a modal, in the infinitive, behind "if": not stated as a fact


@dataclass(frozen=True, slots=True)
class _Denied:
    word: _Word
    position: int
    direct: bool  # the verb or noun itself, not a complement of "be"
    ended: bool  # "no longer", "ne … plus": was so before
    until: frozenset[str]  # of "not until", "pas avant": is so later
    ordered: bool = False  # "do not …": what may or must be done is denied too


@dataclass(frozen=True, slots=True)
class _Sentence:
    tokens: tuple[str, ...]
    words: dict[int, _Word]
    denied: tuple[_Denied, ...]

    @property
    def stems(self) -> set[str]:
        return {word.stem for word in self.words.values()}

    def plain(self, of: str) -> list[_Word]:
        """Its words of this stem that it does not deny."""
        positions = {d.position for d in self.denied}
        return [w for i, w in self.words.items() if w.stem == of and i not in positions]


def negations(text: str, lang: Lang) -> tuple[str, ...]:
    """Folded stems (five letters) of what `text` denies, in order: verbs, nouns, what "is not" denies.

    An auxiliary stands only where nothing else is denied ("il n'est pas" → "est").
    """
    return tuple(d.word.stem for sentence in _read(text, lang) for d in sentence.denied)


def polarity_conflict(claim: str, claim_lang: Lang, evidence: str, evidence_lang: Lang) -> bool:
    """Whether one of the two denies what the other states.

    In one language the words denied are looked for in the evidence's likest sentence; across languages
    only a claim that denies something on evidence that denies nothing conflicts; a denial for a time only
    ("not until") and a bound ("not exceed") are no such claim.
    """
    claimed, held = _read(claim, claim_lang), _read(evidence, evidence_lang)
    if claim_lang != evidence_lang:
        later = not any(UNTIL[evidence_lang].intersection(s.tokens) for s in held)
        denied = [d for s in claimed for d in s.denied if not (later and d.until)]
        denies = any(not _BOUNDS.match(d.word.stem) for d in denied)
        return denies and not any(s.denied for s in held) and not _negative_sense(held, (), evidence_lang)
    for sentence in claimed:
        ranked = sorted(held, key=lambda h: -_share(sentence, h))
        if ranked and _sentences_conflict(sentence, ranked[0], ranked, claim_lang):
            return True
    return False


def _sentences_conflict(claim: _Sentence, held: _Sentence, around: Sequence[_Sentence], lang: Lang) -> bool:
    share = _share(claim, held)
    if len(claim.denied) > len(held.denied) and not _negative_sense([held], [claim], lang):
        denied_there = {d.word.stem for s in around for d in s.denied}
        for denied in claim.denied:
            plain = held.plain(denied.word.stem)
            if (
                share < _enough(denied)
                or not plain
                or denied.until - set(held.tokens)
                or denied.word.stem in denied_there
            ):
                continue
            if denied.word.unreal or not all(w.unreal for w in plain):
                return True
    if len(held.denied) > len(claim.denied) and not _negative_sense([claim], [held], lang):
        stated = {one for s in around for one in s.stems if s.plain(one)}
        for denied in held.denied:
            plain = claim.plain(denied.word.stem)
            if (
                share < _enough(denied)
                or not plain
                or denied.until - set(claim.tokens)
                or denied.word.stem in stated
            ):
                continue
            was = held.words.get(denied.position, denied.word).form
            if denied.ended and all(w.form != was for w in plain):
                continue  # "no longer lives" does not deny "lived"
            if denied.ordered or any(w.unreal == denied.word.unreal for w in plain):
                return True
    return False


def _enough(denied: _Denied) -> float:
    return _SHARE if denied.direct else _SHARE_INDIRECT


def _share(claim: _Sentence, held: _Sentence) -> float:
    return len(claim.stems & held.stems) / max(len(claim.stems), 1)


def _negative_sense(sentences: Sequence[_Sentence], beside: Sequence[_Sentence], lang: Lang) -> bool:
    """Whether `sentences` say "not" with words ("refused") that `beside` does not have."""
    common = {token for s in beside for token in s.tokens}
    tokens = {token for s in sentences for token in s.tokens} - common
    return any(NEGATIVE_SENSE[lang].match(token) for token in tokens)


def _read(text: str, lang: Lang) -> list[_Sentence]:
    return [_sentence(part, lang) for part in _SENTENCE.split(text) if part.strip()]


def _sentence(text: str, lang: Lang) -> _Sentence:
    plain = EXEMPT[lang].sub(" ", text.replace("’", "'")).lower()
    if lang == "en":
        plain = re.sub(r"\bcan't|\bcannot", "can not", re.sub(r"\b(won|shan)'t", "will not", plain))
        plain = re.sub(r"n't\b", " not", plain)
    forms = _TOKEN.findall(plain)
    tokens = tuple(map(fold, forms))
    words = {
        i: _Word(forms[i], stem(token, lang), _unreal(tokens, i, lang))
        for i, token in enumerate(tokens)
        if len(token) > 2 and token.isalpha() and not is_empty(token, lang)
    }
    denied: dict[int, _Denied] = {}
    for i in range(len(tokens)):
        for found in _denied_at(tokens, i, lang):
            denied.setdefault(found.position, replace(found, ordered=_is_order(tokens, i, lang)))
    return _Sentence(tokens, words, tuple(denied[i] for i in sorted(denied)))


def _unreal(tokens: Sequence[str], i: int, lang: Lang) -> bool:
    if any(token in IRREALIS[lang] for token in tokens[max(0, i - 3) : i]):
        return True
    return lang == "fr" and tokens[i].endswith(("er", "ir")) and len(tokens[i]) > 4


def _denied_at(tokens: Sequence[str], i: int, lang: Lang) -> Iterator[_Denied]:
    """What the denial at `i`, if one is there, denies."""
    token = tokens[i]
    if _conditional(tokens, i):
        return
    if token in {"sans", "without"} and _DOUBLED.intersection(tokens[max(0, i - _REACH) : i]):
        return
    if token in NOUN_DENIALS[lang]:
        yield from _next_word(tokens, i + 1, lang, direct=token not in {"sans", "without"})
    elif lang == "fr" and token in {"ne", "n"}:
        yield from _french(tokens, i)
    elif lang == "en" and token in DENIALS["en"]:
        ended = token == "no" and tokens[i + 1 : i + 2] == ("longer",)
        direct = not _is_be(tokens, i)
        yield from _next_word(tokens, i + 1 + ended, lang, direct, ended=ended)


def _conditional(tokens: Sequence[str], i: int) -> bool:
    """Whether an "if" opens the clause in which `i` stands."""
    for token in reversed(tokens[max(0, i - _REACH) : i]):
        if not token.isalnum():
            return False
        if token in {"si", "if", "unless"}:
            return True
    return False


def _is_order(tokens: Sequence[str], i: int, lang: Lang) -> bool:
    """Whether the denial at `i` opens its clause without a subject: "do not open", "n'ouvrez pas"."""
    start = i - 1 if lang == "en" and i and tokens[i - 1] == "do" else i
    opens = start == 0 or tokens[start - 1] in {":", "!", ";", "«", "»", "("}
    if not opens or i + 1 >= len(tokens):
        return False
    if lang == "fr":
        return tokens[i] in {"ne", "n"} and not tokens[i + 1].endswith("ant")
    return start < i or (tokens[i] == "never" and tokens[i + 1] not in AUXILIARIES["en"])


def _is_be(tokens: Sequence[str], i: int) -> bool:
    return any(t in {"is", "are", "was", "were", "be", "been", "am"} for t in tokens[max(0, i - 1) : i])


def _french(tokens: Sequence[str], i: int) -> Iterator[_Denied]:
    """ne … pas: the verb between, or behind an auxiliary what follows."""
    second = next(
        (
            j
            for j in range(i + 1, min(i + _REACH, len(tokens)))
            if tokens[j] in DENIALS["fr"] or tokens[j] in {"que", "qu", ".", ";", ":"}
        ),
        None,
    )
    before = [
        t
        for t in tokens[max(0, i - _REACH) : i]
        if t in {"aucun", "aucune", "personne", "rien", "nul", "nulle", "jamais", "ni"}
    ]
    if second is None or tokens[second] not in DENIALS["fr"]:
        if not before:
            return  # expletive, or ne … que
        second = i
    ended = tokens[second] == "plus"
    if (
        second > i
        and tokens[second + 1 : second + 2]
        and tokens[second + 1] in {"que", "qu", "moins", "plus", "seulement", "uniquement"}
    ):
        return
    verb = next((j for j in range(i + 1, len(tokens)) if tokens[j] not in CLITICS and j != second), None)
    if verb is None or not tokens[verb].isalpha():
        return
    if tokens[verb] not in AUXILIARIES["fr"] and not is_empty(tokens[verb], "fr"):
        yield _denied(tokens, verb, "fr", True, ended)
        return
    rest = list(
        _next_word(
            tokens,
            max(verb, second) + 1,
            "fr",
            tokens[verb] not in {"est", "etait", "sont", "etaient", "sera", "fut"},
            ended,
        )
    )
    yield from rest or [_denied(tokens, verb, "fr", False, ended)]


def _next_word(
    tokens: Sequence[str], start: int, lang: Lang, direct: bool, ended: bool = False
) -> Iterator[_Denied]:
    """The first word with a meaning from `start` on, within the clause."""
    crossed = False  # a preposition: "is not in Paris"
    for j in range(start, min(start + _REACH, len(tokens))):
        token = tokens[j]
        if not token.isalnum():
            return
        crossed = crossed or token in PREPOSITIONS[lang]
        if len(token) > 2 and token.isalpha() and not is_empty(token, lang):
            participle = not crossed and token.endswith(_PARTICIPLES[lang])
            yield _denied(tokens, j, lang, (direct and not crossed) or participle, ended)
            return


def _denied(tokens: Sequence[str], j: int, lang: Lang, direct: bool, ended: bool) -> _Denied:
    word = _Word(tokens[j], stem(tokens[j], lang), _unreal(tokens, j, lang))
    return _Denied(word, j, direct, ended, UNTIL[lang].intersection(tokens[j:]))
