"""A sentence is shown as a fact only where its numbers, names and words stand in the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.models.e5 import E5Embedder
from qa.types import Evidence, Lang, Span
from qa.verify import Checked, Judges, check_sentence, names_in, says_nothing
from qa.weigh import OnnxReader, load_calibration
from qa.write import Written


@pytest.fixture(scope="module")
def judges() -> Judges:
    return Judges(E5Embedder(), OnnxReader(), load_calibration())


def evidence(
    text: str,
    lang: Lang = "fr",
    title: str = "",
    date: str | None = None,
    doc: str = "d.txt",
) -> Evidence:
    span = Span(0, len(text))
    return Evidence(doc, title, date, lang, 0, len(text), text, span, text)


BRIDGE = (
    evidence("Le pont de Normandie a été inauguré en janvier 1995 après sept ans de travaux."),
    evidence("Michel Virlogeux en a dessiné la travée centrale, longue de 856 mètres."),
    evidence("Le péage était de 5,40 euros pour une voiture.", date="2019-07-01"),
)


def check(
    text: str,
    judges: Judges,
    sources: Sequence[Evidence] = BRIDGE,
    question: str = "Que sait-on du pont ?",
    lang: Lang = "fr",
    numbers: tuple[int, ...] = (),
) -> Checked:
    return check_sentence(Written(text, numbers), sources, question, lang, judges)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Le pont de Normandie a été inauguré en janvier 1995.", 0),
        ("Les travaux du pont de Normandie ont duré 7 ans.", 0),
        ("Michel Virlogeux a dessiné la travée centrale.", 1),
        ("Une voiture payait 5.40 euros de péage.", 2),
    ],
)
def test_a_right_sentence_is_tied_to_the_sentence_that_says_it(
    text: str, source: int, judges: Judges
) -> None:
    checked = check(text, judges)
    assert checked.verdict == "supported", checked.reasons
    assert checked.evidence[0] == source
    assert 0 < checked.support <= 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Le pont de Normandie a été inauguré en janvier 1996.", "number: 1996"),
        ("Le pont de Normandie a été inauguré en juin 1995.", "month: 6"),
        ("Michel Virlogeux a dessiné la travée centrale, longue de 865 mètres.", "number: 865"),
        ("La travée centrale est longue de 856 kilomètres.", "unit: 856"),
        ("La travée centrale a été dessinée par Gustave Eiffel.", "name: eiffel"),
        ("La recette de la tarte aux pommes demande du beurre salé.", "support"),
        ("Le pont de Normandie n'a pas été inauguré en janvier 1995.", "negation"),
        ("Le péage était de moins de 5,40 euros pour une voiture.", "bound"),
    ],
)
def test_a_number_name_or_matter_without_source_fails_by_name(text: str, reason: str, judges: Judges) -> None:
    checked = check(text, judges)
    assert checked.verdict == "unsupported"
    assert checked.support == 0
    assert any(r.startswith(reason) for r in checked.reasons), checked.reasons


def test_the_model_s_own_number_does_not_decide_the_citation(judges: Judges) -> None:
    checked = check("Michel Virlogeux a dessiné la travée centrale.", judges, numbers=(3,))
    assert checked.evidence[0] == 1


def test_a_second_source_is_cited_where_it_alone_holds_a_number(judges: Judges) -> None:
    text = "Le pont de Normandie, inauguré en janvier 1995, a une travée de 856 mètres."
    assert set(check(text, judges).evidence) == {0, 1}


def test_a_number_of_another_thing_in_another_document_is_no_source(judges: Judges) -> None:
    lighthouses = [
        evidence("Le phare de Kerlan, bâti en 1882, est rouge.", doc="a.txt"),
        evidence("Le phare de Tréguel, bâti en 1904, mesure 24 mètres.", doc="b.txt"),
        evidence("Le phare de Kerlan mesure 31 mètres.", doc="c.txt"),
    ]
    told = "Haut de {} mètres, le phare de Kerlan est rouge."
    wrong = check(told.format(24), judges, sources=lighthouses)
    assert "number: 24" in wrong.reasons
    assert not [r for r in check(told.format(31), judges, sources=lighthouses).reasons if "number" in r]


def test_what_a_sentence_in_the_other_language_denies_is_not_stated(judges: Judges) -> None:
    visits = [evidence("Ce n'est pas la première fois que Jeanne Aubry visite le phare de Kerlan.")]
    asked = "Was this the first time that Jeanne Aubry visited the Kerlan lighthouse?"
    told = "Yes, this was the first time that Jeanne Aubry visited the Kerlan lighthouse."
    assert "negation" in check(told, judges, question=asked, lang="en", sources=visits).reasons
    told = "No, it was not the first time that Jeanne Aubry visited the Kerlan lighthouse."
    assert "negation" not in check(told, judges, question=asked, lang="en", sources=visits).reasons


def test_an_answer_in_the_other_language_than_asked_fails(judges: Judges) -> None:
    checked = check("The bridge was opened in January 1995 after seven years of work.", judges)
    assert checked.reasons == ("language",)


def test_an_english_answer_on_a_french_sentence_holds(judges: Judges) -> None:
    text = "The Normandy bridge was opened in January 1995."
    checked = check(text, judges, question="When was the Normandy bridge opened?", lang="en")
    assert checked.verdict == "supported", checked.reasons
    assert checked.evidence[0] == 0


@pytest.mark.parametrize(
    "text",
    [
        "Les extraits ne le disent pas.",
        "The excerpts do not say who paid.",
        "Le texte ne précise pas la date.",
    ],
)
def test_a_sentence_about_the_excerpts_is_no_answer(text: str) -> None:
    assert says_nothing(text)


def test_a_sentence_about_a_document_can_be_an_answer() -> None:
    assert not says_nothing("Le document a été signé en 1995.")


def test_a_name_may_be_written_as_the_other_language_writes_it(judges: Judges) -> None:
    source = evidence("Le roi Guillaume a quitté la Pologne pour Londres en 1702.")
    checked = check(
        "King William left Poland for London in 1702.", judges, [source], "Where did he go?", "en"
    )
    assert not any(reason.startswith("name") for reason in checked.reasons)
    checked = check(
        "King William left Sweden for London in 1702.", judges, [source], "Where did he go?", "en"
    )
    assert "name: sweden" in checked.reasons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("M. Delmas a reçu Mme Roy à Lille.", {"delmas", "roy", "lille"}),
        ("Il est venu. Hier, J. Martin a parlé.", {"martin"}),
        ("Dr. Moss said: The ferry left Hull.", {"moss", "hull"}),
        ("Il va d’Irlande jusqu'à l'Orne.", {"irlande", "orne"}),
        ("La foire de Lille date du XIXe siècle.", {"lille"}),
        ("The ferry to Hull does not run on Mondays.", {"hull"}),
    ],
)
def test_a_name_behind_a_title_or_an_initial_is_one(text: str, names: set[str]) -> None:
    assert names_in(text) == names
