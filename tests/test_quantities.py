"""Numbers in both languages come out as the same quantities."""

from __future__ import annotations

import pytest

from qa.quantities import conflicts, find_quantities, held_numbers, in_figures, misread, numbers_in
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("fr", "Le pont mesure 1 250,5 mètres.", [("1250.5", "exact", "metre")]),
        ("en", "The bridge is 1,250.5 metres long.", [("1250.5", "exact", "metre")]),
        ("fr", "La ville compte 12 300 habitants.", [("12300", "exact", "resident")]),
        ("fr", "La ville compte 12.300 habitants.", [("12300", "exact", "resident")]),
        ("en", "The town has 1.5 kg left", [("1.5", "exact", "kilogram")]),
        ("fr", "3,500 kg", [("3.5", "exact", "kilogram")]),
        ("fr", "Le budget atteint 3,5 millions d'euros.", [("3500000", "exact", "euro")]),
        ("en", "The budget is $3.5 million.", [("3500000", "exact", "dollar")]),
        ("en", "It cost €2bn.", [("2000000000", "exact", "euro")]),
        ("fr", "vingt-cinq moutons", [("25", "exact", "mouton")]),
        ("fr", "vingt et une vaches", [("21", "exact", "vache")]),
        ("fr", "soixante-dix ans", [("70", "exact", "year")]),
        ("fr", "soixante et onze jours", [("71", "exact", "day")]),
        ("fr", "quatre-vingts heures", [("80", "exact", "hour")]),
        ("fr", "quatre-vingt-dix-sept euros", [("97", "exact", "euro")]),
        ("fr", "deux cents personnes", [("200", "exact", "person")]),
        ("fr", "mille neuf cent quatre-vingt-quatre pages", [("1984", "exact", "page")]),
        ("fr", "deux mille trois cents soldats", [("2300", "exact", "soldat")]),
        ("fr", "l'an mil sept cent douze", [("1712", "exact", "")]),
        ("fr", "un million de livres", [("1000000", "exact", "pound")]),
        ("fr", "un million et demi de voitures", [("1500000", "exact", "voitur")]),
        ("en", "twenty-five sheep", [("25", "exact", "sheep")]),
        ("en", "three hundred and five people", [("305", "exact", "person")]),
        ("en", "two million votes", [("2000000", "exact", "vote")]),
        ("en", "a hundred days", [("100", "exact", "day")]),
        ("en", "half a million people", [("500000", "exact", "person")]),
        ("en", "nineteen hundred men", [("1900", "exact", "men")]),
        ("en", "a ten-minute walk", [("10", "exact", "minute")]),
        ("fr", "cinq à six jours", [("5", "exact", ""), ("6", "exact", "day")]),
        ("fr", "deux et trois", [("2", "exact", ""), ("3", "exact", "")]),
        # Bounds.
        ("fr", "moins de dix minutes", [("10", "less", "minute")]),
        ("fr", "près de 300 personnes", [("300", "about", "person")]),
        ("fr", "plus d'une centaine de blessés", [("100", "more", "injured")]),
        ("fr", "une dizaine de jours", [("10", "about", "day")]),
        ("fr", "5 pour cent des voix, pour cent euros", [("5", "exact", "%"), ("100", "exact", "euro")]),
        ("fr", "au moins 12 morts", [("12", "more", "dead")]),
        ("fr", "pas plus de 12 jours", [("12", "less", "day")]),
        ("fr", "jusqu’à 40 %", [("40", "less", "%")]),
        ("fr", "ouvert jusqu'à 18 h", [("18", "exact", "hour")]),
        ("fr", "dix personnes au moins", [("10", "more", "person")]),
        ("fr", "dix morts et au moins vingt blessés", [("10", "exact", "dead"), ("20", "more", "injured")]),
        ("fr", "10 minutes environ", [("10", "about", "minute")]),
        ("fr", "les plus de 60 ans", [("60", "more", "year")]),
        ("fr", "ne doit pas dépasser 3,5 tonnes", [("3.5", "less", "tonne")]),
        ("fr", "n’excède jamais 3 m", [("3", "less", "metre")]),
        ("fr", "au plus de 3 km", [("3", "less", "kilometre")]),
        ("fr", "supérieure ou égale à 12 mètres", [("12", "more", "metre")]),
        ("fr", "la vitesse maximale autorisée est de 30 km", [("30", "most", "kilometre")]),
        (
            "fr",
            "dans un délai de 15 jours, à partir de 5 euros",
            [("15", "most", "day"), ("5", "least", "euro")],
        ),
        ("en", "shall not exceed 30 miles", [("30", "less", "mile")]),
        (
            "en",
            "up to £500, at least $5 and €6",
            [("500", "less", "pound"), ("5", "more", "dollar"), ("6", "exact", "euro")],
        ),
        ("en", "within 30 days", [("30", "most", "day")]),
        ("en", "members who are 18 or over", [("18", "more", "")]),
        ("en", "less than ten minutes", [("10", "less", "minute")]),
        ("en", "no more than 5 per cent", [("5", "less", "%")]),
        ("en", "nearly 300 people", [("300", "about", "person")]),
        ("en", "over 20 people", [("20", "more", "person")]),
        ("en", "built over three years", [("3", "least", "year")]),
        ("en", "at least two dozen cars", [("24", "more", "car")]),
        ("en", "aged 20 and over", [("20", "more", "")]),
        ("fr", "En 1815 l'armée partit, en 1816 M. Delmas.", [("1815", "exact", ""), ("1816", "exact", "")]),
        ("fr", "20 cl de lait et 200 g de beurre", [("20", "exact", "centilitre"), ("200", "exact", "gram")]),
        ("fr", "dix milles marins, six pieds", [("10", "exact", "mile"), ("6", "exact", "foot")]),
        ("en", "some 1,200 trees", [("1200", "about", "tree")]),
        ("en", "up to 2019", [("2019", "exact", "")]),
        # Dates, times, ordinals.
        ("fr", "le 1er mars 1871", [("1", "exact", "date"), ("1871", "exact", "date")]),
        ("en", "on March 2, 1871", [("2", "exact", "date"), ("1871", "exact", "date")]),
        ("fr", "à 14 h 30", [("14", "exact", "hour"), ("30", "exact", "minute")]),
        ("fr", "à 14h30", [("14", "exact", "hour"), ("30", "exact", "minute")]),
        ("en", "at 2:30 p.m.", [("14", "exact", "hour"), ("30", "exact", "minute")]),
        ("fr", "au XIXe siècle", [("19", "exact", "ordinal")]),
        ("en", "in the 19th century", [("19", "exact", "ordinal")]),
        ("fr", "il fait -5 °C", [("-5", "exact", "degree")]),
        # No numbers.
        ("fr", "une maison, un homme, flambant neuf", []),
        ("fr", "la vingt et unième session, le vingt-deuxième jour, le mil et le riz", []),
        ("en", "the twenty-first session", []),
        ("en", "one of a kind, dozens of people, several hundred men", []),
        ("fr", "Trois-Rivières et des centaines de personnes", []),
    ],
)
def test_a_number_says_how_many_of_what(lang: Lang, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(q.value, q.bound, q.unit) for q in find_quantities(text, lang)] == expected


def test_a_quantity_knows_where_it_stands() -> None:
    text = "Il y a près de vingt-cinq moutons et 3,5 millions de vaches."
    assert [text[q.start : q.end] for q in find_quantities(text, "fr")] == ["vingt-cinq", "3,5 millions"]


@pytest.mark.parametrize(
    ("claim", "held", "conflict"),
    [
        ("10 minutes", "moins de 10 minutes", True),
        ("environ 10 minutes", "moins de 10 minutes", True),
        ("moins de 10 minutes", "10 minutes", True),
        ("moins de 10 minutes", "plus de 10 minutes", True),
        ("10 minutes", "une dizaine de minutes", False),
        ("jusqu'à 10 minutes", "moins de 10 minutes", False),
        ("10 minutes", "moins de 20 minutes", False),
        # A limit may be given alone or as one.
        ("10 minutes", "dans les 10 minutes", False),
        ("moins de 10 minutes", "dans les 10 minutes", False),
        ("plus de 10 minutes", "dans les 10 minutes", True),
        ("10 euros", "à partir de 10 euros", False),
        ("moins de 10 euros", "à partir de 10 euros", True),
        ("le minimum est de 10 euros", "le maximum est de 10 euros", True),
    ],
)
def test_one_value_under_another_bound_conflicts(claim: str, held: str, conflict: bool) -> None:
    assert conflicts(find_quantities(claim, "fr")[0], find_quantities(held, "fr")[0]) is conflict


@pytest.mark.parametrize(
    ("claim", "held", "expected"),
    [
        ("La traversée dure 40 heures.", "La traversée dure 40 minutes.", ["unit"]),
        ("Le mur mesure 6 mètres.", "The wall is 6 feet high.", ["unit"]),
        ("Cela coûtait 300 dollars.", "It cost £300.", ["unit"]),
        ("L'incendie a fait 15 morts et 12 blessés.", "Il y eut 12 morts et 15 blessés.", ["unit", "unit"]),
        ("L'incendie a fait moins de 12 morts.", "Il y eut 12 morts et 15 blessés.", ["bound"]),
        ("Il faut 20 centilitres de lait.", "Ajouter 20 cl de lait.", []),
        ("Un vin de 12 degrés.", "Ce vin titre 12 %.", []),
        ("L'incendie a fait 12 victimes.", "Il y eut 12 blessés.", []),
        ("Douze personnes sont mortes.", "Il y eut 12 morts.", []),
        ("La cuisson dure 20 minutes.", "Peser 20 g de sel et cuire 20 minutes.", []),
        ("Le four chauffe 5 minutes.", "Le four chauffe 6 heures.", []),
    ],
)
def test_what_every_quantity_of_one_value_bounds_or_measures_otherwise(
    claim: str, held: str, expected: list[str]
) -> None:
    lang: Lang = "en" if held.startswith(("The", "It")) else "fr"
    assert [what for _, what in misread(claim, "fr", find_quantities(held, lang))] == expected


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("27,5 % des 1 500 habitants", "27.5% of the 1,500 inhabitants"),
        ("trois milliards de dollars", "three billion dollars"),
        (
            "soixante-quinze vaches, le 3 mai 1902 à 16 heures",
            "seventy-five cows, at 4 p.m. on May 3rd, 1902",
        ),
        ("au XVIIIe siècle", "in the 18th century"),
    ],
)
def test_a_translation_has_the_same_numbers(french: str, english: str) -> None:
    assert numbers_in(french, "fr") == numbers_in(english, "en") != frozenset()


@pytest.mark.parametrize(
    ("text", "lang", "date", "number", "held"),
    [
        ("Le premier convoi", "fr", None, "1", True),
        ("the third train", "en", None, "3", True),
        ("Ils étaient neuf.", "fr", None, "9", True),
        ("Ils étaient là.", "fr", "2019-05-07", "7", True),
        ("Ils étaient là.", "fr", "2019-05-07", "2019", True),
        ("le 02.03.2019", "fr", None, "3", True),
        ("1.500 voix", "en", None, "1500", True),
        ("27,5 degrés", "fr", None, "5", False),
        ("vingt-cinq degrés", "fr", None, "5", False),
        ("version 3.11.2", "en", None, "3.11.2", True),
        ("the twenty-first session", "en", None, "21", True),
        ("la vingt et unième session", "fr", None, "21", True),
        ("la trente-deuxième session", "fr", None, "32", True),
        ("the fortieth session", "en", None, "40", True),
        ("la centième session", "fr", None, "100", True),
        # What the other language says as a number.
        ("Both sisters sang twice.", "en", None, "2", True),
        ("It lasted a decade.", "en", None, "10", True),
        ("It lasted two decades.", "en", None, "10", False),
        ("A fortnight later he left.", "en", None, "15", True),
        ("Il partit quinze jours plus tard.", "fr", None, "2", True),
        ("The ferry leaves at half past nine.", "en", None, "30", True),
        ("Le bac part à neuf heures et demie.", "fr", None, "30", True),
        ("Cuire une heure et demie.", "fr", None, "90", True),
        ("Bake for a quarter of an hour.", "en", None, "15", True),
        ("Le bac part à sept heures moins le quart.", "fr", None, "45", True),
        ("Un quart des voix, la moitié des sièges.", "fr", None, "15", False),
        ("in the thirties", "en", None, "1930", True),
        ("in the 1850s", "en", None, "50", True),
        ("in the 1850s", "en", None, "1950", False),
        ("dans les années trente", "fr", None, "1930", True),
        ("trente moutons", "fr", None, "1930", False),
    ],
)
def test_what_a_claim_may_take_from_a_text(
    text: str, lang: Lang, date: str | None, number: str, held: bool
) -> None:
    assert (number in held_numbers(text, lang, date)) is held


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        (
            "fr",
            "Jeanne trouva cent douze lettres et dix timbres.",
            "Jeanne trouva 112 lettres et dix timbres.",
        ),
        ("fr", "vingt-six kilomètres, mille neuf cent quatorze", "26 kilomètres, 1914"),
        (
            "fr",
            "deux millions, une vingtaine, trente pour cent",
            "deux millions, une vingtaine, 30 pour cent",
        ),
        ("en", "One hundred and twelve letters", "112 letters"),
        ("en", "the nineteen-fifties, two thousand men", "the nineteen-fifties, two thousand men"),
        ("fr", "le XIXe siècle, 12 heures", "le XIXe siècle, 12 heures"),
    ],
)
def test_long_numbers_in_words_are_set_in_figures(lang: Lang, text: str, expected: str) -> None:
    assert in_figures(text, lang) == expected
