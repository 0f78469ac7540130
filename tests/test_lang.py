"""French or English: short, unaccented and telegraphic questions included."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qa.lang import detect_lang
from qa.types import Lang

FRENCH = """
horaires musee mardi
et lui ?
et elle ?
pourquoi
pourquoi ?
quand ?
où ?
ou ca ?
c'est qui
combien
date rencontre Marchetti Okonjo
prix du billet
ministre des transports
capitale de l'australie
duree entretien Marchetti
Qui est Karl Weber ?
dis-m'en plus
lieu de naissance de Weber
T'es sûr ?
nombre victimes seisme
meteo lyon demain
quelles sanctions
sanctions imposées
dernières nouvelles grève
Weber a-t-il démissionné
Que dit le "Washington Post" ?
Qu'a dit « The Guardian » hier ?
Date de « The Return of the King and of the Queen »
budget transport 2023 ?
QUI A GAGNE LE MATCH
L’usine ferme-t-elle ?
""".strip().split("\n")

ENGLISH = """
who is he?
why
why not?
and him?
when?
how long
opening hours museum tuesday
meeting date Marchetti Okonjo
Marchetti meeting length
who
is he in jail?
ticket price
tell me more
are you sure?
summary of the treaty
earthquake death toll
weather london tomorrow
name of the director
summit location
treaty suspended by whom
Karl Weber birthplace
latest news strike
did Weber resign
Did "Le Monde" report it?
What does « Le Figaro » say?
WHO WON THE MATCH
Who is Jean-Pierre de La Tour?
What didn't Weber's brother say?
""".strip().split("\n")


@pytest.mark.parametrize("question", FRENCH)
def test_french_questions(question: str) -> None:
    assert detect_lang(question, "en") == "fr"


@pytest.mark.parametrize("question", ENGLISH)
def test_english_questions(question: str) -> None:
    assert detect_lang(question, "fr") == "en"


@pytest.mark.parametrize("text", ["", "?!", "2023", "Karl Weber"])
@pytest.mark.parametrize("default", ["fr", "en"])
def test_the_default_holds_where_nothing_tells(text: str, default: Lang) -> None:
    assert detect_lang(text, default) == default


def test_function_words_need_no_model() -> None:
    code = (
        "import sys; from qa.lang import detect_lang; detect_lang('Qui a rencontré le ministre ?', 'en'); "
        "detect_lang('Who met the minister?', 'fr'); print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
