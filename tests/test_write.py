"""The model's words become whole sentences with the numbers that they name."""

from __future__ import annotations

import pytest
from fakes import FakeLLM

from qa.models.protocols import Message
from qa.types import Evidence, Lang, Span, Usage
from qa.write import Written, format_excerpts, write_sentences


def sentences(reply: str, lang: Lang = "fr", max_tokens: int = 200) -> list[Written]:
    found = list(write_sentences(FakeLLM([reply]), [Message("user", "?")], lang, max_tokens))
    assert isinstance(found[-1], Usage)
    return [one for one in found[:-1] if isinstance(one, Written)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Le pont est long [2].", [("Le pont est long.", (2,))]),
        (
            "Le pont est long. [2] Il est beau. [1][3]",
            [("Le pont est long.", (2,)), ("Il est beau.", (1, 3))],
        ),
        ("Le pont est long (2).", [("Le pont est long.", (2,))]),
        ("Le pont (1890) est long [1, 4].", [("Le pont (1890) est long.", (1, 4))]),
        (
            "M. Dupont a dit « oui. » [1] Il est parti.",
            [("M. Dupont a dit « oui. »", (1,)), ("Il est parti.", ())],
        ),
        ("Selon l'extrait [1], le pont est long.", [("Le pont est long.", (1,))]),
        ("- Le pont est long [1]", [("Le pont est long", (1,))]),
        ("Le pont est long, d'après l'extrait 1.", [("Le pont est long.", ())]),
    ],
)
def test_sentences_and_their_numbers(reply: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.numbers) for one in sentences(reply)] == expected


def test_an_english_lead_in_is_taken_off() -> None:
    (one,) = sentences("According to the excerpt [1], the bridge is long.", "en")
    assert (one.text, one.numbers) == ("The bridge is long.", (1,))


def test_a_model_that_goes_on_is_stopped_after_three_sentences() -> None:
    reply = " ".join(f"La phrase numéro {n} est dite." for n in range(1, 9))
    assert len(sentences(reply)) == 3


def test_a_sentence_cut_by_the_limit_of_tokens_is_not_shown() -> None:
    reply = "Le pont est long. Il a été inauguré par le président de la"
    assert [one.text for one in sentences(reply, max_tokens=10)] == ["Le pont est long."]


def test_a_date_before_an_excerpt_is_in_words() -> None:
    span = Span(0, 24)
    item = Evidence(
        "a.txt", "", "2023-03-02", "fr", 0, 24, "Le pont a rouvert jeudi.", span, "Le pont a rouvert jeudi."
    )
    shown = format_excerpts("Quand le pont a-t-il rouvert ?", [item])
    assert shown == "[1] (2 mars 2023) Le pont a rouvert jeudi (2 mars 2023)."
