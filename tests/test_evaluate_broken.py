"""A pipeline broken on purpose falls on the measure that should notice, and on no other.

The answers are recorded: the best ones that the gold set of the seeds allows, broken in one way each. They go
through the whole evaluation, whose gate compares them with the sound ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from qa.evaluate.gold import read_gold
from qa.evaluate.run import Order, evaluate
from qa.evaluate.types import Gold, GoldSet, Run
from qa.index import DocumentInfo
from qa.retrieve import Legs
from qa.settings import load_settings
from qa.types import Answer, Citation, Claim, Evidence, Lang, Span, Timings

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "eval" / "gold" / "seeds.jsonl"
TEXTS: Mapping[str, str] = {
    path.name: path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    for path in (ROOT / "seeds").glob("*.txt")
}
REFUSALS: Mapping[Lang, str] = {
    "fr": "Les documents ne le disent pas.",
    "en": "The documents do not say.",
}
Broken = Callable[[list[Answer]], list[Answer]]


def sound(gold: Gold) -> Answer:
    """The accepted form with all gold sentences behind it; a refusal where there is none."""
    lang: Lang = gold.lang or "fr"
    if gold.absent:
        return Answer(gold.id, gold.question, lang, "refused", REFUSALS[lang])
    found = [evidence(quote.doc, quote.quote, 0.9 - n / 100) for n, quote in enumerate(gold.evidence)]
    cited = tuple(Citation(e.doc, None, None, e.start, e.end, e.text, n=n) for n, e in enumerate(found, 1))
    numbers = tuple(range(1, len(cited) + 1))
    said = " ".join(citation.quote for citation in cited)
    return Answer(
        gold.id,
        gold.question,
        lang,
        "answered",
        f"{gold.answers[0].replace(' & ', ' ; ')}. " + " ".join(f'"{c.quote}"' for c in cited),
        (Claim(said, "supported", 0.9, numbers),),
        cited,
        disagreement=gold.kind == "disagreement",
        evidence=tuple(found),
        timings=Timings(0.5, 1.0, 2.0),
    )


def evidence(doc: str, quote: str, score: float) -> Evidence:
    start = TEXTS[doc].index(quote)
    span = Span(start, start + len(quote))
    return Evidence(doc, "", None, "fr", span.start, span.end, quote, span, quote, {"reader": score})


def evidence_shuffled(answers: list[Answer]) -> list[Answer]:
    """Each answer has the evidence and the citations of another one."""
    answered = [answer for answer in answers if answer.status == "answered"]
    half = len(answered) // 2
    others = {a.id: b for a, b in zip(answered, answered[half:] + answered[:half], strict=True)}

    def swap(answer: Answer) -> Answer:
        other = others[answer.id]
        numbers = tuple(citation.n for citation in other.citations if citation.n)
        claims = tuple(replace(claim, citations=numbers) for claim in answer.claims)
        return replace(answer, claims=claims, citations=other.citations, evidence=other.evidence)

    return [swap(answer) if answer.id in others else answer for answer in answers]


def refusals_off(answers: list[Answer]) -> list[Answer]:
    """What should be refused is answered with some sentence."""
    other = next(answer for answer in answers if answer.status == "answered")
    return [
        replace(other, id=answer.id, question=answer.question, lang=answer.lang)
        if answer.status == "refused"
        else answer
        for answer in answers
    ]


def numbers_altered(answers: list[Answer]) -> list[Answer]:
    """Every number that is said is another one; the quotes stay."""

    def alter(text: str) -> str:
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text)

    return [
        replace(
            answer,
            answer=alter(answer.answer),
            claims=tuple(replace(claim, text=alter(claim.text)) for claim in answer.claims),
        )
        for answer in answers
    ]


def quotes_altered(answers: list[Answer]) -> list[Answer]:
    """A word more in every quote."""
    return [
        replace(answer, citations=tuple(replace(c, quote=f"{c.quote} not") for c in answer.citations))
        for answer in answers
    ]


def all_refused(answers: list[Answer]) -> list[Answer]:
    """Nothing is answered."""
    return [
        Answer(answer.id, answer.question, answer.lang, "refused", REFUSALS[answer.lang])
        for answer in answers
    ]


def other_language(answers: list[Answer]) -> list[Answer]:
    """Whatever is asked, a refusal comes in the other language."""
    swapped: Mapping[str, Lang] = {"fr": "en", "en": "fr"}
    return [
        replace(answer, answer=REFUSALS[swapped[answer.lang]]) if answer.status == "refused" else answer
        for answer in answers
    ]


class Recorded:
    """What answers (Answerer), from answers that are there."""

    generation = "recorded"

    def __init__(self, answers: Sequence[Answer], name: str) -> None:
        self._answers = {answer.id: answer for answer in answers}
        self.llm_name = f"recorded/{name}"

    def ask(self, _question: str, *, id: str, **_given: object) -> Answer:  # noqa: A002 - the Answer's word
        return self._answers[id]

    def documents(self) -> Sequence[DocumentInfo]:
        return ()

    def document_text(self, path: str) -> str:
        return TEXTS[path]

    def search_legs(self, _question: str, _lang: Lang) -> Legs:
        return Legs((), (), ())


def run_with(
    folder: Path, broken: Broken, baseline: tuple[str, Run] | None = None
) -> tuple[Run, frozenset[str]]:
    """A whole evaluation of the dev questions; the measures that fell beyond their interval."""
    folder.mkdir(parents=True)
    gold = GoldSet(read_gold(SOURCE).rows, ())
    order = Order(SOURCE, gold, folder, split="dev", baseline=baseline)
    session = Recorded(broken([sound(row) for row in order.rows]), broken.__name__)
    outcome = evaluate(order, session, load_settings(folder, {}))
    assert outcome.run is not None
    return outcome.run, frozenset(outcome.change.fallen if outcome.change else ())


def nothing(answers: list[Answer]) -> list[Answer]:
    return answers


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_with(tmp_path_factory.mktemp("sound") / "run", nothing)[0]


def test_the_best_answers_are_scored_as_such(baseline: Run) -> None:
    values = {figure.metric: figure.value for figure in baseline.figures if not figure.group}
    perfect = ("right", "refused_rightly", "citation_precision", "citation_recall", "quote_integrity")
    assert {name: values[name] for name in perfect} == dict.fromkeys(perfect, 1)
    assert {name: values[name] for name in ("invented", "false_refusal", "error")} == {
        "invented": 0,
        "false_refusal": 0,
        "error": 0,
    }
    assert values["unsourced"] < 0.05


OUTCOME = frozenset({"right", "refused_rightly", "invented", "false_refusal"})
CITED = frozenset({"citation_precision", "citation_recall"})


@pytest.mark.parametrize(
    ("broken", "notices", "stays"),
    [
        (
            evidence_shuffled,
            CITED | {"unsourced", "evidence_recall.reader@1"},
            OUTCOME | {"quote_integrity"},
        ),
        (
            refusals_off,
            {"refused_rightly", "invented", "refusal_recall", "refusal_f1"},
            CITED | {"right", "quote_integrity"},
        ),
        (
            numbers_altered,
            {"right", "unsourced"},
            CITED | {"refused_rightly", "invented", "quote_integrity", "evidence_recall.reader@1"},
        ),
        (quotes_altered, {"quote_integrity"}, OUTCOME | CITED),
        (all_refused, {"right", "false_refusal", "refusal_precision"}, {"refused_rightly", "invented"}),
        (other_language, {"language"}, OUTCOME | CITED),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_broken_pipeline_falls_where_it_is_broken(
    baseline: Run, tmp_path: Path, broken: Broken, notices: frozenset[str], stays: frozenset[str]
) -> None:
    _, fell = run_with(tmp_path / "run", broken, ("sound", baseline))
    assert fell >= notices
    assert not fell & stays


def test_the_sound_pipeline_passes_its_own_gate(baseline: Run, tmp_path: Path) -> None:
    assert run_with(tmp_path / "run", nothing, ("sound", baseline))[1] == frozenset()
