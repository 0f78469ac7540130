"""Two runs on the same questions: what was fixed, what broke, what fell; and a run as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from qa.errors import UsageError
from qa.evaluate.compare import compare, fallen, run_from_json, run_to_json
from qa.evaluate.figures import figures
from qa.evaluate.types import BadRow, Gold, GoldEvidence, JudgedRow, RowScore, Run
from qa.present import answer_to_json
from qa.types import Answer, Turn

Value = Callable[[int], float]


def answered(row: str, text: str = "") -> dict[str, Any]:
    """An Answer as JSON."""
    return answer_to_json(Answer(row, "Q?", "fr", "answered", text))


def make(count: int = 40, text: str = "Q?", **metrics: Value) -> Run:
    """A run of `count` questions; each metric's value is told by the question's number."""
    gold = tuple(Gold(f"q{n}", text, "fr", f"p{n}") for n in range(count))
    scores = tuple(
        RowScore(f"q{n}", {name: float(value(n)) for name, value in metrics.items()}) for n in range(count)
    )
    answers = tuple(answered(row.id) for row in gold)
    return Run(gold, answers, scores, figures(list(zip(gold, scores, strict=True))))


def test_a_run_is_no_worse_than_itself() -> None:
    run = make(right=lambda n: n % 3 == 0, invented=lambda n: n % 5 == 0)
    same = compare(run, run)
    assert same.questions == 40
    assert (same.fixed, same.broke, fallen(same)) == ((), (), [])
    assert {d.metric: d.change for d in same.differences} == {"right": 0, "invented": 0}


def test_what_was_fixed_and_what_broke_is_told_question_by_question() -> None:
    old = make(4, right=lambda n: n < 2)
    new = make(4, right=lambda n: n in {1, 3})
    change = compare(new, old)
    assert (change.fixed, change.broke) == (("q3",), ("q0",))


def test_refusals_count_as_right_or_wrong_too() -> None:
    change = compare(make(2, refused_rightly=lambda _: 0), make(2, refused_rightly=lambda _: 1))
    assert change.broke == ("q0", "q1")


def test_a_fall_beyond_chance_is_named_and_one_question_is_not() -> None:
    old = make(right=lambda _: 1, quote_integrity=lambda _: 1)
    clear = compare(make(right=lambda n: n % 4 != 0, quote_integrity=lambda _: 1), old)
    (fell,) = fallen(clear)
    assert (fell.metric, fell.old, fell.new) == ("right", 1, 0.75)
    assert fell.low < -0.25 < fell.high < 0
    one = compare(make(right=lambda n: n != 7, quote_integrity=lambda _: 1), old)
    assert one.broke == ("q7",)
    assert fallen(one) == []


def test_what_should_be_low_falls_by_rising() -> None:
    low = make(invented=lambda n: n == 0, unsourced=lambda _: 0, error=lambda _: 0)
    high = make(invented=lambda n: n % 2, unsourced=lambda n: n % 2, error=lambda n: n % 2)
    assert [d.metric for d in fallen(compare(high, low))] == ["invented", "unsourced", "error"]
    assert fallen(compare(low, high)) == []


def test_a_slower_machine_is_told_and_does_not_fail_the_run() -> None:
    change = compare(make(total_s=lambda _: 9), make(total_s=lambda _: 3))
    assert [(d.metric, d.change) for d in change.differences] == [("total_s", 6)]
    assert fallen(change) == []


def test_only_the_questions_that_both_have_are_compared() -> None:
    old, new = make(10, right=lambda _: 1), make(30, right=lambda n: n < 10)
    assert compare(new, old).questions == 10
    assert [d.change for d in compare(new, old).differences] == [0]
    assert compare(make(10, "Another?", right=lambda _: 0), old).questions == 0
    assert fallen(compare(make(10, "Another?", right=lambda _: 0), old)) == []


def test_a_metric_that_is_gone_is_named() -> None:
    change = compare(make(right=lambda _: 1), make(right=lambda _: 1, faithfulness=lambda _: 1))
    assert change.lost == ("faithfulness",)


def test_of_few_pairs_no_figure_is_compared() -> None:
    change = compare(make(4, right=lambda _: 0), make(4, right=lambda _: 1))
    assert (change.pairs, change.differences, change.lost) == (4, (), ())
    assert change.broke == ("q0", "q1", "q2", "q3")
    assert compare(make(5, right=lambda _: 0), make(5, right=lambda _: 1)).differences


def test_pairs_stand_and_fall_together() -> None:
    """Two wordings of one question that broke are one question that broke."""

    def run(broken: int) -> Run:
        gold = tuple(Gold(f"{n}-{w}", "Q?", "fr", f"p{n}") for n in range(20) for w in "ab")
        scores = tuple(RowScore(g.id, {"right": float(g.pair != f"p{broken}")}) for g in gold)
        return Run(gold, tuple({} for _ in gold), scores, ())

    change = compare(run(3), run(-1))
    assert change.broke == ("3-a", "3-b")
    assert fallen(change) == []


def test_a_run_comes_back_from_its_file() -> None:
    gold = Gold(
        "a",
        "Qui ?",
        "fr",
        "p",
        "single",
        answers=("Lui",),
        correction=("Pas lui",),
        evidence=(GoldEvidence("a.txt", "C'est lui."),),
        history=(Turn("Où ?", "Là."),),
        note="n",
    )
    run = Run(
        (gold, Gold("b", "Et ?")),
        (answered("a", "Lui."), answered("b", "é")),
        (RowScore("a", {"right": 1.0}, ("Something.",)), RowScore("b", {})),
        figures([(gold, RowScore("a", {"right": 1.0}))]),
        (JudgedRow("a", {"faithfulness": 0.5}, 3, 1, "short"),),
        {"model": "m", "gold": {"name": "g"}},
        (BadRow(3, "No."),),
    )
    assert run_from_json(json.loads(json.dumps(run_to_json(run)))) == run


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: [],
        lambda _: {},
        lambda data: data | {"schema": 99},
        lambda data: data | {"rows": [{}]},
        lambda data: data | {"rows": 3},
        lambda data: data | {"figures": [{"metric": "right"}]},
        lambda data: data | {"rows": [row | {"answer": {"id": "q0"}} for row in data["rows"]]},
        lambda data: {name: value for name, value in data.items() if name != "about"},
    ],
)
def test_what_is_not_a_run_is_refused_in_a_sentence(spoil: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(UsageError, match="run") as raised:
        run_from_json(spoil(run_to_json(make(2, right=lambda _: 1))))
    assert raised.value.remedy
