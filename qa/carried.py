"""What a sentence says in figures and names of the calendar, as the other language writes it.

A small model that translates takes "mardi" for Thursday and "1.600" for "1, 600"; what it finds in its own
language already it copies.
"""

from __future__ import annotations

import re

from qa.months import DAYS, MONTHS, SURELY
from qa.quantities import in_figures
from qa.quantities.reading import SPACES
from qa.types import Lang

_DAY: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"\b(?:{'|'.join(DAYS['fr'])})\b"),
    "en": re.compile(rf"\b(?:{'|'.join(DAYS['en'])})\b"),
}
# Digits in groups of three, and decimals, as each language parts them.
_GROUPED: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[{SPACES}.]\d{{3}})+(?![\d.]|,\d{{3}})"),
    "en": re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])"),
}
_DECIMAL: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])"),
    "en": re.compile(r"(?<![\d.,])(\d+)\.(\d{1,2})(?![\d.])"),
}
_MARK: dict[Lang, str] = {"fr": ",", "en": "."}
_GROUP: dict[Lang, str] = {"fr": "\u202f", "en": ","}
_CLOCK: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"\b(\d{{1,2}})[{SPACES}]?h[{SPACES}]?(\d{{2}})\b"),
    "en": re.compile(r"\b(\d{1,2}):(\d{2})(?:\s?([ap])\.?m\b\.?)", re.IGNORECASE),
}
_NOON = 12
# A word behind an article and before "of" or what is likely an adjective; names of people and places are not.
_OFFICE = re.compile(
    r"\b((?:[ld]['’]|(?:le|la|les|du|des|au|aux|un|une|son|sa|leur)\s))([A-ZÀ-Ý][a-zà-ÿ]{2,})"
    r"(?=\s(?:de|du|des|d['’]|[a-zà-ÿ]+(?:al|ale|aux|ales|iques?|aires?|ifs?|ives?|els?|elles?|ées?|iens?|iennes?|"
    r"ains?|aines?|ais|aises?|ois|oises?|iers?|ières?))\b)"
)


def carried_over(text: str, lang: Lang, into: Lang) -> str:
    """`text` with its figures, clock times, weekdays and months as `into` writes them, for translating."""
    text = in_figures(text, lang)
    text = _CLOCK[lang].sub(_clock_in_english if lang == "fr" else _clock_in_french, text)
    text = _GROUPED[lang].sub(lambda m: _GROUP[into].join(re.split(r"\D", m[0])), text)
    text = _DECIMAL[lang].sub(rf"\1{_MARK[into]}\2", text)
    text = _DAY[lang].sub(lambda m: DAYS[into][DAYS[lang].index(m[0])], text)
    return SURELY[lang].sub(lambda m: _month(m[0], lang, into), text)


def without_offices(text: str) -> str:
    """A French text with what only opens the name of an office in small letters (« l'Office central de lutte
    contre … »): with a capital a model that translates gives each word of the name one, as if it were a
    person's."""
    return _OFFICE.sub(lambda m: m[1] + m[2].lower(), text)


def _clock_in_english(found: re.Match[str]) -> str:
    hour = int(found[1])
    return f"{(hour - 1) % _NOON + 1}:{found[2]} {'p' if hour >= _NOON else 'a'}.m."


def _clock_in_french(found: re.Match[str]) -> str:
    hour = int(found[1]) % _NOON + (_NOON if found[3].lower() == "p" else 0)
    return f"{hour}h{found[2]}"


def _month(said: str, lang: Lang, into: Lang) -> str:
    lead, name = said[: -len(said.split()[-1])], said.split()[-1]
    return lead + (MONTHS[into][MONTHS[lang].index(name)] if name in MONTHS[lang] else name)
