"""What an answer says is compared as what it is: a number, a date, a name, a yes or a no."""

from __future__ import annotations

import pytest

from qa.evaluate.match import accepts
from qa.evaluate.spelling import same_name
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "answer", "form"),
    [
        # Numbers.
        ("fr", "La ville a 1 200 habitants [1].", "1,200"),
        ("en", "The town has 1,200 residents.", "1 200"),
        ("fr", "Elle a 1,200 habitants.", "1200"),
        ("fr", "Ils sont mille deux cents.", "1200"),
        ("fr", "Ils sont douze.", "twelve"),
        ("en", "There are 12 of them.", "douze"),
        ("en", "It has a ten-point plan.", "dix"),
        ("fr", "Un plan en dix points [2].", "10"),
        ("fr", "Il a été condamné à seize ans de prison.", "16 years"),
        ("en", "It was a 16-year sentence.", "16 ans"),
        ("en", "It cost $3.5 million.", "3,5 millions de dollars"),
        ("fr", "Une dizaine de minutes.", "environ 10"),
        ("fr", "Moins de dix minutes.", "moins de 10"),
        ("fr", "Plus de 12 300 habitants.", "12 300"),
        ("en", "It took ten long days.", "10 jours"),
        ("fr", "Au XIXe siècle.", "19th century"),
        ("fr", "Il est né en 1944.", "1944"),
        ("fr", "Il est né le 6 juin 1944.", "1944"),
        ("en", "The paper says: « L'échange a duré moins de dix minutes. » [1]", "moins de 10"),
        # Dates.
        ("fr", "C'était jeudi 2 mars 2023 [1].", "2023-03-02"),
        ("en", "It was on March 2, 2023.", "2 mars 2023"),
        ("en", "On the 2nd of March 2023.", "2 mars 2023"),
        ("fr", "Le 02/03/2023.", "March 2, 2023"),
        ("en", "On 02/03/2023.", "2 mars 2023"),
        ("en", "On 02/03/2023.", "3 février 2023"),
        ("fr", "le 1er mars 2023", "1 March"),
        ("en", "Thursday, 2 March 2023", "2 March"),
        ("fr", "Le 23 février 2023.", "February 2023"),
        ("fr", "En février 2023.", "2023-02"),
        # Names.
        ("fr", "C'est Volodymyr Zelenskyy.", "Zelensky"),
        ("en", "Putin said so.", "Poutine"),
        ("en", "China and Russia did not sign.", "Chine & Russie"),
        ("fr", "Le porte-parole, Jean-François Coatmeur.", "jean francois coatmeur"),
        ("fr", "La Seine.", "la Seine"),
        ("en", "A U.S. official said it.", "US official"),
        ("fr", "l’Œuvre", "oeuvre"),
        ("fr", "Des limites vérifiables [1].", "limite vérifiable"),
    ],
)
def test_an_answer_that_says_it_is_accepted(lang: Lang, answer: str, form: str) -> None:
    assert accepts(answer, [form], lang)


@pytest.mark.parametrize(
    ("lang", "answer", "form"),
    [
        ("fr", "C'était en 2010.", "10"),
        ("fr", "Il y en a 110.", "10"),
        ("fr", "Il y en a 3,10.", "10"),
        ("fr", "Il y en a plusieurs [10].", "10"),
        ("en", "Several were there [3, 10].", "10"),
        ("fr", "Le 10 mars 2023.", "10"),
        ("fr", "Il dure douze jours.", "12 heures"),
        ("fr", "Moins de 10 minutes.", "une dizaine"),
        ("fr", "Environ dix minutes.", "moins de 10"),
        ("en", "It costs 50 per cent more.", "100"),
        ("fr", "Le 12 mars 2023.", "2 mars 2023"),
        ("fr", "Le 2 mars 2022.", "2 mars 2023"),
        ("fr", "Le 2 mars.", "2 mars 2023"),
        ("fr", "En mars 2023.", "2 mars 2023"),
        ("en", "On 3 March 2023.", "2023-03-02"),
        ("fr", "Le 02/03/2023.", "3 février 2023"),
        ("en", "It borders Iraq.", "Iran"),
        ("en", "She came from Australia.", "Austria"),
        ("fr", "Michèle Martin le dit.", "Michel Martin"),
        ("fr", "La Chine s'est abstenue.", "Chine & Russie"),
        ("fr", "Le martinet vole.", "Martin"),
        ("en", "They gave us official news.", "US official"),
        ("en", "It was Anne.", "Ann Smith"),
        ("fr", "", "Paris"),
    ],
)
def test_an_answer_that_says_something_else_is_not(lang: Lang, answer: str, form: str) -> None:
    assert not accepts(answer, [form], lang)


def test_one_form_of_several_is_enough() -> None:
    assert accepts("Elle mesure 856 mètres.", ["la plus longue", "856 m"], "fr")
    assert not accepts("Elle mesure 857 mètres.", ["la plus longue", "856 m"], "fr")


@pytest.mark.parametrize(
    ("lang", "answer", "side"),
    [
        ("fr", "Oui, il l'a rencontré [1].", "yes"),
        ("fr", "Non. Il ne l'a pas vu.", "no"),
        ("en", "No, he did not.", "no"),
        ("en", "Yes.", "yes"),
        ("fr", "D'après l'agence, non, il est parti.", "no"),
        ("en", "No it was not.", "no"),
        # The side that the sentence takes, where it speaks of what was asked.
        ("fr", "Le maire a rencontré son homologue espagnol [1].", "yes"),
        ("fr", "Le maire n'a pas rencontré son homologue espagnol [1].", "no"),
        ("en", "The mayor did not meet his Spanish counterpart.", "no"),
        # Neither.
        ("en", "No one knows the colour of the hat.", ""),
        ("fr", "Non loin de là coule une rivière.", ""),
        ("fr", "Le chapeau est bleu.", ""),
        ("fr", "Oui et non.", ""),
        ("en", "Nothing is known.", ""),
    ],
)
def test_yes_and_no_are_which_way_the_answer_goes(lang: Lang, answer: str, side: str) -> None:
    question = {
        "fr": "Le maire a-t-il rencontré son homologue espagnol ?",
        "en": "Did the mayor meet his Spanish counterpart?",
    }[lang]
    assert accepts(answer, ["oui", "yes"], lang, question) == (side == "yes")
    assert accepts(answer, ["non", "no"], lang, question) == (side == "no")


def test_a_word_of_a_wrong_side_does_not_save_it() -> None:
    forms = ["non", "no", "n'a pas mentionné"]
    assert accepts("Il n’a pas mentionné sa visite.", forms, "fr")
    assert not accepts("Oui, il a dit qu'elle n'a pas mentionné sa visite.", forms, "fr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tolstoï", "Tolstoy"),
        ("Gorbatchev", "Gorbachev"),
        ("Khrouchtchev", "Khrushchev"),
        ("Tchaïkovski", "Tchaikovsky"),
        ("Sergueï", "Sergey"),
        ("Lavroff", "Lavrov"),
        ("Slovaquie", "Slovakia"),
        ("Russie", "Russia"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Niger", "Nigeria"), ("Slovakia", "Slovenia"), ("Paul", "Paula"), ("Iran", "Irak"), ("Mali", "Malte")],
)
def test_two_names_that_are_alike(one: str, other: str) -> None:
    assert not same_name(one, other)
