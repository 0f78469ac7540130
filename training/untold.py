"""Sheets in which one excerpt tells the same as the one that answers, without the answer.

Articles about one event repeat each other, each leaving out something else: a sentence about the right
persons and deeds that does not say what is asked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qa.words import parts
from training.examples import Asked, read_rows
from training.probe import MOST, Sheet

# Of the excerpts whose sentence is known without an answer, the share that is told so, and of these the share
# that stands in the place of the one that answers.
_TOLD = 0.8
_INSTEAD = 0.5
# A sentence told without its answer keeps so much of its length, or it is another.
_LEAST_LEFT = 0.3
# Letters that forms of one word share.
_STEM = 5

_PREPOSITION = "|".join(
    (
        r"(?:à|en|dans|par|pour|depuis|dès|vers|sous|sur|avec|contre|jusqu'en|jusqu'à)"
        r"(?: (?:le|la|les|l['’]|une?|des|son|sa|leur|ses))?",
        r"aux?",
        r"(?:in|at|on|by|for|since|from|to|into|under|with|against|until|near|during|because of|due to)"
        r"(?: (?:the|an?|his|her|its|their))?",
    )
)

# The question in any language: its sentence, and that sentence without the answer.
Untold = Mapping[str, tuple[str, str]]


def read_untold(made: Path, asked: Sequence[Asked], translated: Mapping[str, str]) -> Untold:
    """What `training.make` had told without its answer, in `made`; `translated` as `training.probe` keeps it.

    Where it was not left out it is cut out with the preposition that it depends on, if there is one; what
    then still holds half of its words is not taken.
    """
    by_id = {one.id: one for one in asked}
    found: dict[str, tuple[str, str]] = {}
    for row in read_rows(made) if made.exists() else ():
        kind, lang, key = row["id"].split("-", 2)
        one = by_id.get(key)
        if kind != "w" or one is None:
            continue
        sentence, text = " ".join(row["sentence"].split()), _cut(" ".join(row["text"].split()), one.answer)
        if len(text) >= _LEAST_LEFT * len(sentence) and not _holds(text, one.answer):
            found[one.question] = (sentence, text)
            other = translated.get(f"{'en' if lang == 'fr' else 'fr'} {one.question}")
            if other:
                found[other] = (sentence, text)
    return found


def _cut(text: str, answer: str) -> str:
    return re.sub(
        rf",?\s(?:{_PREPOSITION})\s?{re.escape(answer)}(?=[\s,.;:)]|$)", "", text, flags=re.IGNORECASE
    )


def _holds(text: str, answer: str) -> bool:
    """Whether the text has the answer, or half of its words, in any form."""
    words = {w[:_STEM] for w in parts(answer.casefold()) if len(w) > 3 or w.isdigit()}
    held = {w[:_STEM] for w in parts(text.casefold())}
    return answer.casefold() in text.casefold() or (bool(words) and 2 * len(words & held) >= len(words))


def is_tellable(sheet: Sheet, untold: Untold) -> bool:
    """Whether an excerpt of the sheet is known without an answer."""
    return any(n and _told(sheet.excerpts[n - 1], q, untold) for _, q, n, _ in sheet.asked)


def with_untold(sheet: Sheet, untold: Untold, rng: random.Random) -> Sheet:
    """The sheet; where the sentence of an excerpt is known without its answer, mostly with that beside it or
    in its place. Other questions of that excerpt are left out: they may be answered by both."""
    numbered = {n: q for _, q, n, _ in sheet.asked if n and _told(sheet.excerpts[n - 1], q, untold)}
    some = [q for q in numbered.values() if rng.random() < _TOLD]
    for question in some[:2]:
        sheet = _with_one(sheet, question, untold, rng)
    return sheet


def _told(excerpt: str, question: str, untold: Untold) -> str | None:
    """The excerpt without the question's answer; None where that is not known."""
    sentence, text = untold.get(question, ("", ""))
    excerpt = " ".join(excerpt.split())
    return excerpt.replace(sentence, text) if sentence and sentence in excerpt else None


def _with_one(sheet: Sheet, question: str, untold: Untold, rng: random.Random) -> Sheet:
    number = next((n for _, q, n, _ in sheet.asked if q == question), 0)
    double = _told(sheet.excerpts[number - 1], question, untold) if number else None
    if double is None:
        return sheet
    same = {q for _, q, n, _ in sheet.asked if n == number and untold.get(q) == untold[question]}
    asked = [one for one in sheet.asked if one[2] != number or one[1] in same]
    excerpts = list(sheet.excerpts)
    if len(excerpts) >= MOST or rng.random() < _INSTEAD:
        excerpts[number - 1] = double
        asked = [(lang, q, 0, "untold") if n == number else (lang, q, n, k) for lang, q, n, k in asked]
    else:
        place = rng.randint(0, len(excerpts))
        excerpts.insert(place, double)
        asked = [(lang, q, n + (n > place), "beside" if n == number else k) for lang, q, n, k in asked]
    return replace(sheet, excerpts=tuple(excerpts), asked=tuple(asked))
