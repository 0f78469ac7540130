"""Numbers as quantities: how many of what, and whether exactly, about, less or more.

Figures and number words of French and English come out as the same normalised number ("3,5 millions",
"3.5 million" → "3500000"; "2:30 p.m.", "14 h 30" → "14" and "30"). "un", "une", "one" and "a" are
articles far more often than numbers and count only before a scale ("a million", "une dizaine"). Ordinals
in figures and Roman centuries ("1er", "19th", "XIXe") have the unit "ordinal", days and years beside a
month the unit "date"; ordinals in words ("first") are no quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa.quantities.otherwise import said_otherwise
from qa.quantities.reading import SPACES, TOKEN, Number, normal_number, plain, read_numbers
from qa.quantities.words import (
    AFTER,
    BEFORE,
    LOOSE_NUMBERS,
    MEASURES,
    MONTHS,
    NO_UNIT,
    PERCENT,
    SYMBOLS,
    UNITS,
    Bound,
)
from qa.types import Lang
from qa.words import fold

_ORDINAL = re.compile(r"(?:er|ers|re|ère|e|è|ème|es|nd|nde|st|th|rd)\b")
_MINUTES = re.compile(r"(?:[0-9]\s?h\s?|(?<![0-9:])[0-9]{1,2}:)$")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}|2100")
_SPAN_OF_TIME = {"second", "minute", "hour", "day", "week", "month", "year"}
_CURRENCY = re.compile(rf"[€$£][{SPACES}]?$")
_ELIDED = r"(?!(?:[ldjnsmtc]|qu)['’])"
# Bounds that cannot both hold of one value; "about" counts as exact.
_APART = frozenset(
    frozenset(pair)
    for pair in (
        ("exact", "less"),
        ("exact", "more"),
        ("less", "more"),
        ("less", "least"),
        ("more", "most"),
        ("most", "least"),
    )
)
# Written for each other: twelve degrees of alcohol are 12 %.
_SAME_MEASURE = frozenset({"degree", "%"})
_SHORT = 12  # numbers up to this are words of their own in both languages
_BOUND_REACH = 40  # characters before a number in which its qualifier stands


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text[start:end)` says `value` (normalised: "10", "27.5") of `unit`.

    `bound` is `most` where the value is a limit ("within 30 days", "la vitesse maximale est de 30 km/h"), of
    which a claim may give the value alone or say "at most"; `least` likewise.
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
    return claim.value == held.value and frozenset({_side(claim.bound), _side(held.bound)}) in _APART


def misread(claim: str, claim_lang: Lang, held: Sequence[Quantity]) -> Iterator[tuple[Quantity, str]]:
    """The quantities of `claim` that every one of `held` with their value bounds or measures otherwise, each
    with "bound" or "unit": "10 minutes" against "less than 10 minutes", against "10 hours"."""
    for quantity in find_quantities(claim, claim_lang):
        same = [q for q in held if q.value == quantity.value]
        if same and all(conflicts(quantity, q) for q in same):
            yield quantity, "bound"
        elif same and all(conflicts(quantity, q) or _measures_otherwise(quantity, q) for q in same):
            yield quantity, "unit"


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


def _measures_otherwise(one: Quantity, other: Quantity) -> bool:
    """Whether both have a unit of measure, and not the same; what counts people or things has many names."""
    units = {one.unit, other.unit}
    return len(units) > 1 and (units <= MEASURES or units == {"dead", "injured"}) and units != _SAME_MEASURE


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
    near = re.match(
        rf"[{SPACES}-]*(?:er[{SPACES}])?(?:(?:de|of|des)[{SPACES}]|d['’])?{_ELIDED}([^\W\d_]+)", after
    )
    # "M." stands before a name, "m" is the metre.
    word = fold(near[1]) if near and near[1] not in {"M", "L", "G"} else ""
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
    start = number.start - len(found[0] if (found := _CURRENCY.search(text[: number.start])) else "")
    before = fold(text[max(0, start - _BOUND_REACH) : start].replace("’", "'"))
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
        if during:
            return "least"  # "over three years": in their course, or more than three
        if not until:
            return bound
    after = fold(text[number.end : number.end + 2 * _BOUND_REACH].replace("’", "'"))
    for bound, pattern in AFTER[lang]:
        if pattern.match(after):
            return bound
    return "about" if number.about else "exact"
