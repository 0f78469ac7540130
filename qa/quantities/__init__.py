"""Numbers as quantities: how many of what, and whether exactly, about, less or more.

Figures and number words of French and English come out as the same normalised number ("3,5 millions",
"3.5 million" → "3500000"; "2:30 p.m.", "14 h 30" → "14" and "30"). "un", "une", "one" and "a" are
articles far more often than numbers and count only before a scale ("a million", "une dizaine"). Ordinals
in figures and Roman centuries ("1er", "19th", "XIXe") have the unit "ordinal", days and years beside a
month the unit "date"; ordinals in words ("first") are no quantities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qa.quantities.otherwise import said_otherwise
from qa.quantities.reading import SPACES, TOKEN, Number, normal_number, plain, read_numbers
from qa.quantities.words import (
    AFTER,
    BEFORE,
    LOOSE_NUMBERS,
    MONTHS,
    NO_UNIT,
    PERCENT,
    SYMBOLS,
    UNITS,
)
from qa.types import Lang
from qa.words import fold

Bound = Literal["exact", "about", "less", "more"]

_ORDINAL = re.compile(r"(?:er|ers|re|ère|e|è|ème|es|nd|nde|st|th|rd)\b")
_MINUTES = re.compile(r"(?:[0-9]\s?h\s?|(?<![0-9:])[0-9]{1,2}:)$")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}|2100")
_SPAN_OF_TIME = {"second", "minute", "hour", "day", "week", "month", "year"}
_SHORT = 12  # numbers up to this are words of their own in both languages
_BOUND_REACH = 40  # characters before a number in which its qualifier stands


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text[start:end)` says `value` (normalised: "10", "27.5") of `unit`.

    `unit` is an English word for common units of both languages ("minute", "person", "%"), else the
    folded stem of the next noun, "" where none is.
    """

    value: str
    bound: Bound
    unit: str
    start: int
    end: int


def find_quantities(text: str, lang: Lang) -> tuple[Quantity, ...]:
    """The quantities of `text`, in order."""
    return tuple(_quantity(text, lang, number) for number in read_numbers(text, lang, loose=False))


def conflicts(claim: Quantity, held: Quantity) -> bool:
    """Whether two quantities of one value bound it differently: "10" or "about 10" against "less than 10"."""
    if claim.value != held.value:
        return False
    return _side(claim.bound) != _side(held.bound)


def numbers_in(text: str, lang: Lang) -> frozenset[str]:
    """The normalised numbers of `text`."""
    return frozenset(quantity.value for quantity in find_quantities(text, lang))


def in_figures(text: str, lang: Lang) -> str:
    """`text` with its longer numbers in words as figures ("cent douze" → "112"): a small model that
    translates takes them for others. Up to twelve, round thousands and rough ones ("une dizaine") stay."""
    written = text
    for number in reversed(list(read_numbers(text, lang, loose=False))):
        value, said = number.value, text[number.start : number.end]
        worded = said[0].isalpha() and not re.fullmatch("[IVX]+", said) and text[number.end :][:1] != "-"
        if not worded or number.about or not isinstance(value, Decimal):
            continue
        if _SHORT < value != 100 and value == int(value) and (value < 1000 or value % 1000):
            written = written[: number.start] + plain(value) + written[number.end :]
    return written


def held_numbers(text: str, lang: Lang, date: str | None) -> frozenset[str]:
    """The numbers that a claim may take from `text`, dated `date` (ISO, possibly shortened).

    Beside its numbers: other readings of one figure ("1.500", "12 300"), ordinals in words, "one", and what
    it says otherwise ("both", "half past").
    """
    held = {plain(number.value) for number in read_numbers(text, lang, loose=True)}
    held |= said_otherwise(text, lang)
    for match in TOKEN.finditer(text):
        if match["digits"]:
            held |= {normal_number(match[0], other) for other in ("fr", "en")}
            pieces = re.split(rf"[{SPACES}]", match[0])
            if len(pieces) == 1 and len(re.findall(r"[.,]", match[0])) > 1:
                pieces = re.split(r"[.,]", match[0])
            held |= {piece.lstrip("0") or "0" for piece in pieces if piece.isdigit()}
        elif match["word"]:
            value = LOOSE_NUMBERS[lang].get(fold(match[0]))
            held |= {value} if value else set()
    if date:
        held |= {part.lstrip("0") for part in date.split("-")} - {""}
    return frozenset(held)


def _side(bound: Bound) -> str:
    return "exact" if bound == "about" else bound


def _quantity(text: str, lang: Lang, number: Number) -> Quantity:
    unit = _unit(text, lang, number)
    bound = _bound(text, lang, number, unit)
    return Quantity(plain(number.value), bound, unit, number.start, number.end)


def _unit(text: str, lang: Lang, number: Number) -> str:
    before, after = text[: number.start], text[number.after :]
    if text[number.start].isdigit() or text[number.start] in "IVX":
        ordinal = _ORDINAL.match(after)
        if ordinal and not re.match(rf"er?s?[{SPACES}]+(?:{MONTHS})\b", fold(after[:20])):
            return "ordinal"
        if _MINUTES.search(before):
            return "minute"
        if re.match(r":[0-5][0-9]", after):
            return "hour"
    if before[-1:] in SYMBOLS or (before[-2:-1] in SYMBOLS and before[-1:] in SPACES):
        return SYMBOLS[before.rstrip(SPACES)[-1]]
    if PERCENT.match(after):
        return "%"
    symbol = re.match(rf"[{SPACES}]?(?:[Mk](?:d|ds)?)?([€$£°])", after)
    if symbol:
        return SYMBOLS[symbol[1]]
    near = re.match(rf"[{SPACES}-]*(?:er[{SPACES}])?(?:(?:de|of|des)[{SPACES}]|d['’])?([^\W\d_]+)", after)
    word = fold(near[1]) if near else ""
    if re.fullmatch(MONTHS, word) or re.search(
        rf"\b(?:{MONTHS})\.?,?(?:[{SPACES}][0-9]{{1,2}},)?[{SPACES}]$", fold(before[-20:])
    ):
        return "date"
    if word in UNITS:
        return UNITS[word]
    if word in NO_UNIT[lang] or len(word) < 3:
        return ""
    return word.rstrip("sx")[:6]


def _bound(text: str, lang: Lang, number: Number, unit: str) -> Bound:
    before = fold(text[max(0, number.start - _BOUND_REACH) : number.start].replace("’", "'"))
    before = re.sub(rf"[{SPACES}]+", " ", before)
    for bound, pattern in BEFORE[lang]:
        found = pattern.search(before)
        if not found:
            continue
        until = found[1] in {"jusqu'a", "up to"} and (
            unit in {"hour", "date"} or (not unit and _YEAR.fullmatch(plain(number.value)))
        )
        during = (
            found[1] == "over"
            and unit in _SPAN_OF_TIME
            and not re.search(r"(?:for|just|well) over $", before)
        )
        if not until and not during:
            return bound
    after = fold(text[number.end : number.end + 2 * _BOUND_REACH].replace("’", "'"))
    for bound, pattern in AFTER[lang]:
        if pattern.match(after):
            return bound
    return "about" if number.about else "exact"
