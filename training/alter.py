"""True sentences made false by code: a number, a name, a negation, the roles, an opposite.

Used to train the reader and, on other articles, to measure what verification catches.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from qa.types import Lang

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NAME = re.compile(
    r"(?<![.!?«\"“] )(?<!^)\b[A-ZÀ-Ý][\w’'-]+(?:\s+(?:d[eu]s?|of|the|la|le|von|van)?\s*[A-ZÀ-Ý][\w’'-]+)*"
)
_ANY_NAME = re.compile(r"\b[A-ZÀ-Ý][\w’'-]+(?:\s+[A-ZÀ-Ý][\w’'-]+)*")
_TRIVIAL = frozenset(
    "le la les l un une des il elle ils elles en au aux dans cette ce ces son sa ses on pour par selon "
    "the a an it he she "
    "they in at on this these his her their its by for from after before when there".split()
)
_WORDS: dict[Lang, list[str]] = {
    "fr": (
        "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante "
        "cinquante cent mille"
    ).split(),
    "en": (
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty"
    ).split(),
}
_AUXILIARY: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(est|sont|était|étaient|fut|furent|a|ont|avait|avaient|peut|peuvent|doit|doivent|permet|sera"
        r"|seront)\b(?! pas\b)"
    ),
    "en": re.compile(
        r"\b(is|are|was|were|has|have|had|can|could|will|would|may|must|should|did|does)\b(?! not\b)"
    ),
}
_NEGATED: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(r"\b(?:ne |n['’])(\w+) (?:pas|plus|jamais)\b"),
    "en": re.compile(r"\b(is|are|was|were|has|have|had|can|could|will|would|did|does|do) (?:not|never)\b"),
}
_OPPOSITES: dict[Lang, str] = {
    "fr": (
        "premier/dernier, première/dernière, avant/après, plus/moins, grand/petit, grande/petite, "
        "nord/sud, est de/ouest de, début/fin, augmente/diminue, augmentation/baisse, père/fils, "
        "mère/fille, vainqueur/perdant, haut/bas, victoire/défaite, majorité/minorité, "
        "ancien/nouveau, ancienne/nouvelle, toujours/jamais, tous/aucun de, accepte/refuse, "
        "pour/contre, avec/sans, naît/meurt, né/mort, ouvert/fermé, gauche/droite, "
        "interdit/autorisé, riche/pauvre, possible/impossible"
    ),
    "en": (
        "first/last, before/after, more/less, most/least, large/small, larger/smaller, "
        "largest/smallest, highest/lowest, north/south, eastern/western, beginning/end, "
        "increase/decrease, increased/decreased, won/lost, victory/defeat, majority/minority, "
        "old/new, always/never, all/none of, accepted/rejected, with/without, born/killed, "
        "open/closed, left/right, forbidden/allowed, rich/poor, possible/impossible, "
        "same/opposite, early/late, high/low, public/private, strong/weak, include/exclude"
    ),
}

Alteration = Callable[[str, Lang, random.Random, Sequence[str]], str | None]


def names_in(text: str) -> list[str]:
    """Capitalised spans that do not open the text or one of its sentences."""
    return [m[0] for m in _NAME.finditer(text) if m[0].casefold() not in _TRIVIAL]


def alter_number(text: str, lang: Lang, rng: random.Random, _names: Sequence[str]) -> str | None:
    """One number, in digits or letters, becomes another of its size."""
    found = list(_NUMBER.finditer(text))
    if found:
        match = rng.choice(found)
        value = match[0]
        fresh = value
        while fresh == value:
            digits = [i for i, c in enumerate(value) if c.isdigit()]
            at = rng.choice(digits[-2:] if len(digits) > 2 else digits)
            fresh = value[:at] + rng.choice("123456789") + value[at + 1 :]
        return text[: match.start()] + fresh + text[match.end() :]
    words = [m for m in re.finditer(r"\w+", text) if m[0].lower() in _WORDS[lang]]
    if not words:
        return None
    match = rng.choice(words)
    fresh = rng.choice([w for w in _WORDS[lang] if w != match[0].lower()])
    return text[: match.start()] + fresh + text[match.end() :]


def alter_name(text: str, _lang: Lang, rng: random.Random, names: Sequence[str]) -> str | None:
    """One name becomes one of `names`."""
    found = [m for m in _NAME.finditer(text) if m[0].casefold() not in _TRIVIAL]
    others = [n for n in names if n not in text]
    if not found or not others:
        return None
    match = rng.choice(found)
    return text[: match.start()] + rng.choice(others) + text[match.end() :]


def alter_roles(text: str, _lang: Lang, rng: random.Random, _names: Sequence[str]) -> str | None:
    """Two names that are not merely listed change places."""
    found = [m for m in _ANY_NAME.finditer(text) if m[0].casefold() not in _TRIVIAL and len(m[0]) > 2]
    pairs = [
        (one, other)
        for one, other in pairwise(found)
        if one[0] != other[0]
        and len(text[one.end() : other.start()]) > 6
        and not re.search(r",|;|\b(et|ou|and|or|avec|with)\b", text[one.end() : other.start()])
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def alter_negation(text: str, lang: Lang, _rng: random.Random, _names: Sequence[str]) -> str | None:
    """A negation is put in, or taken out."""
    if match := _NEGATED[lang].search(text):
        return text[: match.start()] + match[1] + text[match.end() :]
    match = _AUXILIARY[lang].search(text)
    if match is None:
        return None
    verb = match[0]
    if lang == "fr":
        opening = "n'" if verb[0] in "aeiouéêèâ" else "ne "
        return f"{text[: match.start()]}{opening}{verb} pas{text[match.end() :]}"
    return f"{text[: match.end()]} not{text[match.end() :]}"


def alter_opposite(text: str, lang: Lang, rng: random.Random, _names: Sequence[str]) -> str | None:
    """One word becomes its opposite."""
    listed = [tuple(pair.split("/")) for pair in _OPPOSITES[lang].split(", ")]
    pairs = [(a, b) for pair in listed for a, b in (pair, pair[::-1])]
    usable = [(m, b) for a, b in pairs if (m := re.search(rf"\b{a}\b", text))]
    if not usable:
        return None
    match, fresh = rng.choice(usable)
    return text[: match.start()] + fresh + text[match.end() :]


# "When did X leave?" → "Why did X leave?": what opens a question that can take another word there.
_OPENED: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:quand|où|en quelle année|à quelle date|dans quelle (?:ville|région)|dans quel pays)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(?:when|where|in (?:what|which) (?:year|city|country|month))\b"
        r"(?=\s(?:did|was|were|is|are|do|does|has|have|had|will)\b)",
        re.IGNORECASE,
    ),
}
_WHY: dict[Lang, str] = {"fr": "Pourquoi", "en": "Why"}
# Words that may give a reason; where one of them stands "why" may be answered.
_REASONS = re.compile(
    r"\b(?:parce|car|afin|pour|raisons?|caus\w+|grâce|suite|puisque|comme|faute|pouss\w+|permet\w+|dû|due?s?|"
    r"à la demande|lorsqu\w+|après|conséquen\w+|ainsi|donc|motiv\w+|because|since|for|reasons?|so|as|to|when|"
    r"after|result\w*|led|order|therefore)\b",
    re.IGNORECASE,
)


def ask_why(question: str, lang: Lang, answering: str) -> str | None:
    """A question for a time or a place, asked for the reason; None where `answering` may give one."""
    opened = _OPENED[lang].match(question)
    if opened is None or _REASONS.search(answering):
        return None
    return _WHY[lang] + question[opened.end() :]


ALTERATIONS: dict[str, Alteration] = {
    "number": alter_number,
    "name": alter_name,
    "roles": alter_roles,
    "negation": alter_negation,
    "opposite": alter_opposite,
}
