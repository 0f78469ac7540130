"""The words that numbers, their units and their bounds are made of, folded (see qa/quantities.py)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from qa.types import Lang

_UNDER_TWENTY: dict[Lang, str] = {
    "fr": "zero - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "en": "zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
}
TENS: dict[Lang, dict[str, int]] = {
    "fr": {
        "vingt": 20,
        "vingts": 20,
        "trente": 30,
        "quarante": 40,
        "cinquante": 50,
        "soixante": 60,
        "septante": 70,
        "huitante": 80,
        "octante": 80,
        "nonante": 90,
    },
    "en": {
        "twenty": 20,
        "thirty": 30,
        "forty": 40,
        "fifty": 50,
        "sixty": 60,
        "seventy": 70,
        "eighty": 80,
        "ninety": 90,
    },
}
SMALL: dict[Lang, dict[str, int]] = {
    lang: {word: n for n, word in enumerate(words.split()) if word != "-"} | TENS[lang]
    for lang, words in _UNDER_TWENTY.items()
}
SCALES: dict[Lang, dict[str, Decimal]] = {
    "fr": {
        "mille": Decimal(10**3),
        "mil": Decimal(10**3),
        "million": Decimal(10**6),
        "millions": Decimal(10**6),
        "milliard": Decimal(10**9),
        "milliards": Decimal(10**9),
        "billion": Decimal(10**12),
        "billions": Decimal(10**12),
    },
    "en": {
        "thousand": Decimal(10**3),
        "million": Decimal(10**6),
        "millions": Decimal(10**6),
        "billion": Decimal(10**9),
        "billions": Decimal(10**9),
        "trillion": Decimal(10**12),
    },
}
SHORT_SCALES = {
    "bn": Decimal(10**9),
    "Md": Decimal(10**9),
    "Mds": Decimal(10**9),
    "M": Decimal(10**6),
    "k": Decimal(10**3),
}
# How many, and whether it is only about so many: "une dizaine" is about ten.
_ROUGH = {
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "millier": 1000,
}
COLLECTIVES: dict[Lang, dict[str, tuple[int, bool]]] = {
    "fr": {word + end: (value, True) for word, value in _ROUGH.items() for end in ("", "s")},
    "en": {"dozen": (12, True)},
}
ARTICLES: dict[Lang, frozenset[str]] = {
    "fr": frozenset({"un", "une"}),
    "en": frozenset({"a", "an", "one"}),
}
# Words that a text may say a number with though they are not taken for one in a claim.
_FRENCH_ORDINALS = (
    "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme "
    "onzieme douzieme "
    "treizieme quatorzieme quinzieme seizieme"
)
_ENGLISH_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
# What a tens word and one of these make: "twenty-first", "vingt-deuxième".
ORDINALS: dict[Lang, dict[str, int]] = {
    "fr": {word: n for n, word in enumerate(_FRENCH_ORDINALS.split()[:9], 1)},
    "en": {word: n for n, word in enumerate(_ENGLISH_ORDINALS.split()[:9], 1)},
}
_ROUND_ORDINALS: dict[Lang, str] = {
    "fr": "vingtieme trentieme quarantieme cinquantieme soixantieme - - - centieme",
    "en": "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth",
}
LOOSE_NUMBERS: dict[Lang, dict[str, str]] = {
    "fr": {word: str(n) for n, word in enumerate(_FRENCH_ORDINALS.split(), 1)}
    | {word: str(10 * n) for n, word in enumerate(_ROUND_ORDINALS["fr"].split(), 2)}
    | {"premiere": "1", "second": "2", "seconde": "2", "un": "1", "une": "1", "midi": "12"},
    "en": {word: str(n) for n, word in enumerate(_ENGLISH_ORDINALS.split(), 1)}
    | {word: str(10 * n) for n, word in enumerate(_ROUND_ORDINALS["en"].split(), 2)}
    | {"one": "1", "noon": "12"},
}
MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    "|january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|apr|aug|sept?|oct|nov|dec|janv|fevr|avr|juil"
)
PERCENT = re.compile(r"\s?(?:%|pour[ -]cent\b|per[ -]?cent\b)", re.IGNORECASE)
SYMBOLS = {"€": "euro", "$": "dollar", "£": "pound", "°": "degree"}
_UNIT_WORDS = {
    "second": "seconde secondes second seconds sec",
    "minute": "minute minutes min mn",
    "hour": "heure heures hour hours h hr hrs am pm",
    "day": "jour jours day days journee journees",
    "week": "semaine semaines week weeks",
    "month": "mois month months",
    "year": "an ans annee annees year years",
    "century": "siecle siecles century centuries",
    "person": "personne personnes person persons people gens",
    "dead": "mort morts morte mortes death deaths dead deces tues tue killed fatalities",
    "victim": "victime victimes victim victims",
    "injured": "blesse blesses blessee blessees injured wounded injuries",
    "resident": "habitant habitants resident residents inhabitants inhabitant",
    "euro": "euro euros eur",
    "dollar": "dollar dollars usd",
    "pound": "livre livres pound pounds",
    "franc": "franc francs",
    "kilometre": "kilometre kilometres km kilometer kilometers",
    "millimetre": "millimetre millimetres mm millimeter millimeters",
    "foot": "pied pieds foot feet ft",
    "inch": "pouce pouces inch inches",
    "yard": "yard yards",
    "metre": "metre metres m meter meters",
    "centimetre": "centimetre centimetres cm centimeter centimeters",
    "mile": "mile miles milles",
    "hectare": "hectare hectares ha",
    "acre": "acre acres",
    "gram": "g gr gramme grammes gram grams",
    "milligram": "mg milligramme milligrammes milligram milligrams",
    "kilogram": "kilo kilos kg kilogramme kilogrammes kilogram kilograms",
    "tonne": "tonne tonnes ton tons",
    "litre": "litre litres l liter liters",
    "centilitre": "cl centilitre centilitres centiliter centiliters",
    "millilitre": "ml millilitre millilitres milliliter milliliters",
    "gallon": "gallon gallons",
    "degree": "degre degres degree degrees",
    "time": "fois times",
}
UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
# Units of which one is never the other.
MEASURES = frozenset(
    "second minute hour day week month year century euro dollar pound franc kilometre metre centimetre "
    "millimetre mile foot inch yard hectare acre kilogram gram milligram tonne litre centilitre millilitre "
    "gallon degree %".split()
)
# What stands behind a number and is not what it counts.
NO_UNIT: dict[Lang, frozenset[str]] = {
    "fr": frozenset(
        "et ou ni mais a au aux en dans par pour sur sous avec sans chez vers entre puis lors "
        "selon depuis pendant avant "
        "apres que qui dont ou le la les un une des du de ce cette ces est sont etait etaient "
        "sera seront a ont avait "
        "avaient fut furent se son sa ses leur leurs il elle ils elles on ne y plus moins "
        "environ autres autre ou seulement "
        "comme si contre jusqu alors dernieres derniers premiers premieres prochains prochaines".split()
    ),
    "en": frozenset(
        "and or nor but at in on by for with without from to of over under than as into about "
        "after before since during "
        "until between that which who whose where when the a an this these those is are was "
        "were will would be been has "
        "have had it its his her their he she they we you i not more less other others only "
        "then so if per last first "
        "next did does do".split()
    ),
}

Bound = Literal["exact", "about", "less", "more", "most", "least"]


def _before(patterns: tuple[tuple[Bound, str], ...], tail: str) -> tuple[tuple[Bound, re.Pattern[str]], ...]:
    return tuple((bound, re.compile(rf"(?<!\w)({words})(?: ?(?:{tail}))?\s*$")) for bound, words in patterns)


# In order: what turns another round ("pas plus de") stands before it.
_FRENCH_TAIL = "les?|la|l'|des|de|d'|une?|a"
_ENGLISH_TAIL = "the|an?|of"
BEFORE: dict[Lang, tuple[tuple[Bound, re.Pattern[str]], ...]] = {
    "fr": _before(
        (
            ("less", r"n(?:e |')(?:\w+ ){0,2}(?:depass|exced)\w*(?: pas| jamais)?|sans (?:depass|exced)er"),
            ("less", r"pas plus d(?:e|')|pas plus que"),
            ("more", r"pas moins d(?:e|')"),
            ("about", r"plus ou moins"),
            (
                "more",
                r"(?<!en )(?<!au )plus d(?:e|'|es)|davantage que|plus que|au moins|au minimum|minimum",
            ),
            ("more", r"au[- ](?:dessus|dela) d(?:e|es)|superieure?s?(?: ou egale?s?)? a|depass\w+|exced\w+"),
            (
                "less",
                r"moins d(?:e|')|au plus|au maximum|maximum|jusqu'a",
            ),
            ("less", r"(?:en|au)[- ]dessous d(?:e|es)|inferieure?s?(?: ou egale?s?)? a"),
            ("about", r"environ|pres d(?:e|')|autour d(?:e|')|presque|quelque|a peu pres|approximativement"),
            ("about", r"aux alentours d(?:e|')|de l'ordre d(?:e|')|vers|quasi(?:ment)?|a peine|grosso modo"),
            (
                "most",
                r"(?:maxim|plafon|limit)\w+(?: [a-z']+){0,4}|(?:dans|sous)(?: un delai d(?:e|'))?"
                r"|d'ici(?: a)?|(?:peu|pouva|pourr)\w+ (?:\w+ )?atteindre",
            ),
            ("least", r"minim\w+(?: [a-z']+){0,4}|a partir de|a compter de"),
        ),
        _FRENCH_TAIL,
    ),
    "en": _before(
        (
            ("less", r"(?:not|never|nor|cannot|\w*n't|without|no (?:\w+ ){1,3})(?: \w+)? ?exceed\w*"),
            ("less", r"(?:no|not) (?:more|longer|greater|older) than"),
            ("more", r"(?:no|not) (?:less|fewer|lower) than"),
            ("about", r"more or less"),
            (
                "more",
                r"(?:more|greater|larger|longer|older|higher) than(?: or equal to)?|over|at least|above"
                r"|exceed\w*|upwards? of",
            ),
            ("more", r"(?:a )?minimum|in excess"),
            (
                "less",
                r"(?:less|fewer|lower|shorter|younger|smaller) than(?: or equal to)?|under|below|at most"
                r"|up to",
            ),
            ("less", r"(?:a )?maximum|as (?:many|much) as"),
            ("about", r"about|around|nearly|almost|some|roughly|approximately|close to"),
            (
                "about",
                r"circa|an estimated|barely|hardly|virtually",
            ),
            ("most", r"(?:maxim|limit|cap(?:ped)?\b)\w*(?: [a-z]+){0,4}|within|(?:no|not) later than"),
            ("most", r"(?:can|could|may|might) reach"),
            ("least", r"minim\w+(?: [a-z]+){0,4}"),
        ),
        _ENGLISH_TAIL,
    ),
}


def _after(lang: Lang, patterns: tuple[tuple[Bound, str], ...]) -> tuple[tuple[Bound, re.Pattern[str]], ...]:
    """A qualifier behind the number and at most three words; not one that belongs to the next number."""
    numbers = "|".join([*SMALL[lang], *ARTICLES[lang], "cent", "mille", "[0-9]"])
    filler = r"(?:[ \u00a0\u202f-]*(?!(?:et|ou|and|or|mais|but)\b)[^\W\d_]+(?=[ '-])'?){0,3}?"
    return tuple(
        (bound, re.compile(rf"(?:\s?[%€$])?{filler}\s+(?:{words})\b(?!\s(?:{numbers}))"))
        for bound, words in patterns
    )


AFTER: dict[Lang, tuple[tuple[Bound, re.Pattern[str]], ...]] = {
    "fr": _after(
        "fr",
        (
            ("about", r"plus ou moins|environ|a peu pres|a peine"),
            ("more", r"au moins|ou plus|et plus|ou davantage|et au-dela|au minimum|minimum"),
            ("less", r"(?:tout )?au plus|ou moins|et moins|au maximum|maximum"),
        ),
    ),
    "en": _after(
        "en",
        (
            ("about", r"more or less|or so|approximately|or thereabouts"),
            ("more", r"at least|(?:or|and) (?:more|over|above|older|longer|upwards?)|minimum"),
            ("less", r"at most|(?:or|and) (?:less|fewer|under|below|younger)|maximum"),
        ),
    ),
}
