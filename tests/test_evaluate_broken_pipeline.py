"""The pipeline itself broken on purpose: the real way of a question, spoilt in one place, is scored as worse.

Whatever the language model writes does not hold (it says a number that no document has), so that answers are
quotations; it takes the first excerpt for the one that answers. The judge is a server that goes by a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeLLM
from judge_support import Handler, given, judge_server, kind_of, prompt_of, says, sensible

import qa.api
import qa.ask
from qa.api import Sourcier
from qa.draft import Draft
from qa.evaluate.gold import read_gold
from qa.evaluate.judge import Judge
from qa.evaluate.report import Change
from qa.evaluate.run import Order, evaluate
from qa.evaluate.types import Run
from qa.index import update_index
from qa.models.compatible import Address, CompatibleModel
from qa.models.e5 import E5Embedder
from qa.retrieve import Found, Query
from qa.settings import JudgeSettings, Loaded, load_settings
from qa.verify import Checked
from qa.weigh import load_calibration

pytestmark = pytest.mark.slow

# A sentence with a number, what asks for it, and the answer.
SAID = (
    ("The Forth Bridge was opened on 4 March 1890.", "When was the Forth Bridge opened?", "4 March 1890"),
    ("The Eddystone lighthouse is 49 metres tall.", "How tall is the Eddystone lighthouse?", "49 metres"),
    ("The Rochdale Canal is 51 kilometres long.", "How long is the Rochdale Canal?", "51 kilometres"),
    ("The Palm House at Kew was completed in 1848.", "When was the Palm House at Kew completed?", "1848"),
    ("The Severn Tunnel was opened in 1886.", "When was the Severn Tunnel opened?", "1886"),
    ("The Whitby museum has 212 paintings of ships.", "How many paintings has the Whitby museum?", "212"),
    ("The Tay railway line was closed in 1969.", "When was the Tay railway line closed?", "1969"),
    ("The Lindisfarne ferry costs 15 pounds.", "How much does the Lindisfarne ferry cost?", "15 pounds"),
)
ABSENT = (
    "Who painted the Mona Lisa in Florence?",
    "What is the capital of Mongolia?",
    "Which team won the World Cup in Brazil?",
    "Who wrote the opera about Figaro?",
    "How many moons does Jupiter have?",
    "Who discovered penicillin in London?",
)
REPLIES = 60


@dataclass(frozen=True)
class Bench:
    """A corpus in an index, gold questions about it, and the sound run."""

    loaded: Loaded
    embedder: E5Embedder
    gold: Path
    judge: Judge
    sound: Run | None = None


def numbers_stand(handler: Handler, body: dict[str, Any]) -> None:
    """A judge to whom a statement holds where its numbers stand in the context."""
    if "\ninput: " not in prompt_of(body) or kind_of(body) != "verdicts":
        return sensible(handler, body)
    data = given(body)
    verdicts = [
        {"statement": one, "reason": "r", "verdict": int(set(re.findall(r"\d+", one)) <= set(numbers))}
        for numbers in [re.findall(r"\d+", data["context"])]
        for one in data["statements"]
    ]
    return says({"statements": verdicts})(handler, body)


def run_pipeline(bench: Bench, folder: Path) -> tuple[Run, Change | None]:
    """A whole evaluation, against the sound run where there is one."""
    model = FakeLLM(["It is 77777."] * REPLIES, [{"1": 0.9, "0": 0.02}] * REPLIES)
    folder.mkdir(parents=True, exist_ok=True)
    baseline = ("sound", bench.sound) if bench.sound else None
    order = Order(bench.gold, read_gold(bench.gold), folder, baseline=baseline)
    with Sourcier.open(bench.loaded, llm=model, embedder=bench.embedder) as session:
        outcome = evaluate(order, session, bench.loaded, bench.judge)
    assert outcome.run is not None
    return outcome.run, outcome.change


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    rows: list[Mapping[str, Any]] = []
    for n, (sentence, question, answer) in enumerate(SAID):
        (root / "docs" / f"{n}.txt").write_text(sentence + "\n", "utf-8")
        evidence = [{"doc": f"{n}.txt", "quote": sentence}]
        rows.append(
            {"id": f"a{n}", "question": question, "lang": "en", "answers": [answer], "evidence": evidence}
        )
    rows += [
        {"id": f"n{n}", "question": q, "lang": "en", "kind": "unanswerable"} for n, q in enumerate(ABSENT)
    ]
    gold = root / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    cases = root / "cases"
    cases.mkdir()
    case = {"lang": "en", "evidence": ["It has 12 arches."], "kind": "k"}
    tried = [
        case | {"id": "c1", "claim": "It has 12 arches.", "label": "supported"},
        case | {"id": "c2", "claim": "It has 13 arches.", "label": "unsupported"},
    ]
    (cases / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in tried), "utf-8")
    # Of so few documents all would be read whatever is asked.
    loaded = load_settings(root, {}, {"retrieve.read": 2, "retrieve.passages": 2})
    embedder = E5Embedder()
    update_index([root / "docs"], loaded, embedder)
    with judge_server(numbers_stand) as server:
        model = CompatibleModel(Address("rule", server.url, "m"), max_tokens=500, connect_s=5, total_s=60)
        settings = JudgeSettings(metrics=("faithfulness",))
        with Judge(model, settings, cases=cases) as judge:
            bare = Bench(loaded, embedder, gold, judge)
            yield replace(bare, sound=run_pipeline(bare, tmp_path_factory.mktemp("sound"))[0])


def test_the_sound_pipeline_is_right(bench: Bench) -> None:
    assert bench.sound is not None
    values = {figure.metric: figure.value for figure in bench.sound.figures if not figure.group}
    assert (values["right"], values["refused_rightly"], values["faithfulness"]) == (1, 1, 1)
    assert (values["retrieval_recall.fused@1"], values["unsourced"]) == (1, 0)


def evidence_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question is answered from what is found for another one."""
    questions = [question for _, question, _ in SAID]
    others = dict(zip(questions, questions[3:] + questions[:3], strict=True))
    real = qa.ask.retrieve

    def retrieve(query: Query, *rest: Any) -> tuple[Found, ...]:
        return real(replace(query, text=others.get(query.text, query.text)), *rest)

    monkeypatch.setattr(qa.ask, "retrieve", retrieve)


def refusals_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """No probability is too low to answer."""
    real = load_calibration()
    token = replace(real.token, unlikely=0.0, curve=((0.0, 0.0, 1.0),))
    monkeypatch.setattr(qa.api, "load_calibration", lambda: replace(real, absent=0.0, token=token))


def numbers_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown has other numbers than what was checked."""
    real = Draft.add

    def add(self: Draft, checked: Checked, *rest: Any) -> Any:
        text = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), checked.text)
        return real(self, replace(checked, text=text), *rest)

    monkeypatch.setattr(Draft, "add", add)


@pytest.mark.parametrize(
    ("broken", "notices", "stays"),
    [
        (
            evidence_shuffled,
            {"right", "evidence_recall.reader@1", "evidence_recall.reader@5"},
            {"invented", "refused_rightly", "retrieval_recall.fused@1"},
        ),
        (refusals_off, {"invented", "refused_rightly", "refusal_recall"}, {"right", "citation_recall"}),
        (
            numbers_altered,
            {"right", "unsourced", "faithfulness"},
            {"invented", "refused_rightly", "quote_integrity", "citation_recall", "evidence_recall.reader@1"},
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_pipeline_broken_in_one_place_falls_there(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[pytest.MonkeyPatch], None],
    notices: Sequence[str],
    stays: Sequence[str],
) -> None:
    broken(monkeypatch)
    _, change = run_pipeline(bench, tmp_path / "run")
    assert change is not None
    assert set(change.fallen) >= set(notices)
    assert not set(change.fallen) & set(stays)
