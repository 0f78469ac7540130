"""A judge over real HTTP: every call counts, a short reply is no verdict, and no failure raises a score."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from evaluate_support import GOLD, answered, refused
from judge_support import (
    Handler,
    JudgeStandIn,
    Reply,
    fails,
    given,
    judge_server,
    kind_of,
    prompt_of,
    says,
    sensible,
    waits,
)

from qa.errors import Cancelled, ModelMissing, ModelUnavailable, PromptTooLong, UsageError
from qa.evaluate.judge import Judge, open_judge
from qa.evaluate.judge.prompts import NAMES, load_judge_prompt
from qa.evaluate.judge.reading import read
from qa.evaluate.judge.scores import LEAST_COVERAGE, coverage
from qa.evaluate.judging import with_judged
from qa.evaluate.types import Gold, JudgedRow, RowScore
from qa.models.compatible import Address, CompatibleModel
from qa.settings import load_settings
from qa.types import LANGS

pytestmark = pytest.mark.slow

METRICS = ("faithfulness", "answer_accuracy", "context_recall")
TRUE = "Il franchit la Seine entre Le Havre et Honfleur."
FALSE = "Il franchit la Loire."


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Verdicts on cases are kept in the user's cache folder: in these tests, in another one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server() -> Iterator[JudgeStandIn]:
    with judge_server(sensible) as stand_in:
        yield stand_in


@contextmanager
def judge_at(
    url: str, folder: Path, environment: dict[str, str] | None = None, **more: Any
) -> Iterator[Judge]:
    flags = {"judge.provider": "openai", "judge.url": url, "judge.model": "m"}
    flags |= {f"judge.{name}": value for name, value in more.items()}
    with open_judge(load_settings(folder, {}, flags), environment or {}) as judge:
        yield judge


@pytest.fixture
def judge(server: JudgeStandIn, tmp_path: Path) -> Iterator[Judge]:
    with judge_at(server.url, tmp_path) as judge:
        yield judge


def claims(answer: dict[str, Any], *texts: str) -> dict[str, Any]:
    """The same Answer with these sentences."""
    return answer | {"claims": [{**answer["claims"][0], "text": text} for text in texts]}


def test_a_right_answer_is_scored_by_every_metric_with_every_call_counted(
    judge: Judge, server: JudgeStandIn
) -> None:
    row = judge.judge(GOLD[0], answered(GOLD[0], TRUE))
    assert row == JudgedRow("p1-fr", {"faithfulness": 1, "answer_accuracy": 1, "context_recall": 1}, 5, 0)
    assert [kind_of(body) for body in server.asked] == [
        *("statements", "verdicts", "rating", "rating", "recall")
    ]
    assert {body["model"] for body in server.asked} == {"m"}


def test_an_answer_that_says_something_else_gets_less(judge: Judge) -> None:
    answer = claims(answered(GOLD[0], TRUE), TRUE, FALSE)
    assert judge.judge(GOLD[0], answer).scores["faithfulness"] == 0.5
    wrong = judge.judge(GOLD[0], answered(GOLD[0], FALSE))
    assert wrong.scores == {"faithfulness": 0, "answer_accuracy": 0, "context_recall": 1}


def test_the_judge_reads_the_evidence_with_its_date_and_the_language_of_the_row(
    judge: Judge, server: JudgeStandIn
) -> None:
    judge.judge(GOLD[0], answered(GOLD[0], TRUE))
    french = next(body for body in server.asked if kind_of(body) == "verdicts")
    assert given(french)["context"].startswith("[Le pont, 1995-01-20] Il franchit la Seine")
    assert "Ta tâche est de juger" in prompt_of(french)
    judge.judge(GOLD[1], answered(GOLD[1], "It crosses the Seine."))
    english = [body for body in server.asked if kind_of(body) == "verdicts"][1]
    assert "Your task is to judge" in prompt_of(english)


def test_refusals_and_errors_are_not_judged(judge: Judge, server: JudgeStandIn) -> None:
    rows = [
        judge.judge(GOLD[2], refused(GOLD[2])),
        judge.judge(GOLD[0], answered(GOLD[0], TRUE, status="error")),
    ]
    assert rows == [JudgedRow("p2-fr"), JudgedRow("p1-fr")]
    assert not server.asked
    scored = judge.judge(GOLD[0], answered(GOLD[0], TRUE))
    assert coverage([*rows, scored]) == 1
    assert coverage(rows) == 0


def test_without_a_gold_answer_only_faithfulness_is_asked(judge: Judge) -> None:
    invented = judge.judge(GOLD[2], answered(GOLD[2], FALSE))
    assert dict(invented.scores) == {"faithfulness": 0}


def test_a_form_has_parts_where_both_are_needed_not_in_a_name() -> None:
    gold = Gold("a", "Who built it?", "en", answers=("AT&T & Bell Labs",))
    assert read(gold, answered(gold, "AT&T and Bell Labs built it."), 5).parts == ("AT&T", "Bell Labs")


def test_what_ragas_would_raise_for_is_a_failed_row(judge: Judge, server: JudgeStandIn) -> None:
    answer = answered(GOLD[0], TRUE)
    for empty, word in (({"claims": []}, "sentence"), ({"citations": [], "evidence": []}, "evidence")):
        row = judge.judge(GOLD[0], answer | empty)
        assert word in row.problem
        assert not row.scores
    assert not server.asked


def one_verdict(handler: Handler, body: dict[str, Any]) -> None:
    """The first statement alone is judged."""
    first = given(body)["statements"][0]
    says({"statements": [{"statement": first, "reason": "r", "verdict": 1}]})(handler, body)


def same_verdict(handler: Handler, body: dict[str, Any]) -> None:
    """The first statement is judged again in the place of the others."""
    asked = given(body)["statements"]
    said = [{"statement": asked[0], "reason": "r", "verdict": 1} for _ in asked]
    says({"statements": said})(handler, body)


STATED = says({"statements": [TRUE, FALSE]})


@pytest.mark.parametrize(
    ("replies", "problem"),
    [
        ([STATED, one_verdict], "1 verdicts for 2 statements"),
        ([STATED, same_verdict], "two verdicts on one statement"),
        ([STATED, says({"statements": []})], "0 verdicts"),
        ([says({"statements": [TRUE]})], "1 statements for 2 sentences"),
        ([says({"statements": []})], "0 statements"),
        (
            [STATED, says({"statements": [{"statement": s, "reason": "", "verdict": 3} for s in "ab"]})],
            "verdict 3",
        ),
        ([fails()], "HTTP 500: out of order"),
        ([says("no JSON at all")], "form of the reply"),
        ([says({"statement": "s"})], "form of the reply"),
        ([says({"statements": [TRUE, FALSE]}, finish="length")], "cut at 1024 tokens"),
        ([says("")], "nothing"),
        ([lambda handler, _: handler.send(200, "<html>")], "not JSON"),
        ([lambda handler, _: handler.send(200, "[]")], "no completion"),
        ([sensible, sensible, says({"rating": 3})], "rating 3"),
        ([sensible, sensible, fails()], "HTTP 500"),
        ([sensible, sensible, sensible, fails()], "HTTP 500"),
        ([sensible] * 4 + [says({"classifications": []})], "0 verdicts for 1"),
    ],
)
def test_a_failed_or_short_reply_fails_the_row_and_is_not_asked_twice(
    replies: Sequence[Reply], problem: str, judge: Judge, server: JudgeStandIn
) -> None:
    """Also where ragas would divide by what came back, or go on with one rating of two."""
    server.replies = deque(replies)
    row = judge.judge(GOLD[0], claims(answered(GOLD[0], TRUE), TRUE, FALSE))
    assert problem in row.problem
    assert not row.scores
    assert row.failed == 1
    assert row.calls == len(server.asked)
    # ragas asks for its second rating whatever becomes of the first; else the failure is the last call.
    assert len(replies) <= row.calls <= len(replies) + 1
    assert coverage([row]) == 0


def test_the_server_is_told_how_many_verdicts_are_due(judge: Judge, server: JudgeStandIn) -> None:
    judge.judge(GOLD[0], claims(answered(GOLD[0], TRUE), TRUE, FALSE))
    statements, verdicts, rating, *_ = (
        body["response_format"]["json_schema"]["schema"] for body in server.asked
    )
    assert statements["properties"]["statements"]["minItems"] == 2
    asked = verdicts["properties"]["statements"]
    assert (asked["minItems"], asked["maxItems"]) == (2, 2)
    assert rating["properties"]["rating"]["enum"] == [0, 2, 4]
    assert not rating["additionalProperties"]
    assert not verdicts["$defs"]["StatementFaithfulnessAnswer"]["additionalProperties"]


def test_a_server_that_knows_no_schema_is_not_sent_one(server: JudgeStandIn, tmp_path: Path) -> None:
    with judge_at(server.url, tmp_path, reply_schema=False) as judge:
        assert not judge.judge(GOLD[0], answered(GOLD[0], TRUE)).problem
    assert {body["response_format"]["type"] for body in server.asked} == {"json_object"}


def some_fail(count: itertools.count[int]) -> Reply:
    """Three calls in ten fail, in three ways."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        broken = {1: fails(503), 4: says("{"), 8: says({"statements": [], "classifications": []})}
        broken.get(next(count) % 10, sensible)(handler, body)

    return reply


@pytest.mark.parametrize("first", range(10))
def test_with_three_calls_in_ten_failing_no_score_rises(first: int, tmp_path: Path) -> None:
    said = [TRUE, FALSE, "Il franchit la Seine.", "Il enjambe le Rhône.", TRUE, FALSE]
    gold = [Gold(f"g{n}", GOLD[0].question, "fr", f"g{n}", "single", ("la Seine",)) for n in range(6)]
    answers = [answered(row, text) for row, text in zip(gold, said, strict=True)]
    gold.append(Gold("a", "Qui l'a dessiné ?", "fr", "a", "unanswerable"))
    answers.append(answered(gold[-1], FALSE))

    def means(reply: Reply) -> tuple[dict[str, float], list[JudgedRow]]:
        with judge_server(reply) as server, judge_at(server.url, tmp_path) as judge:
            rows = [judge.judge(row, answer) for row, answer in zip(gold, answers, strict=True)]
        scores = with_judged([RowScore(row.id, {}) for row in gold], gold, answers, rows, METRICS)
        values = {m: [s.metrics[m] for s in scores if m in s.metrics] for m in METRICS}
        return {m: sum(found) / len(found) for m, found in values.items()}, rows

    whole, all_rows = means(sensible)
    broken, rows = means(some_fail(itertools.count(first)))
    assert coverage(all_rows) == 1
    assert all(broken[metric] <= whole[metric] for metric in METRICS), (broken, whole)
    assert sum(row.failed for row in rows) >= 2
    assert coverage(rows) < LEAST_COVERAGE


def test_a_failed_row_counts_as_nothing_right_in_what_applies_to_it() -> None:
    judged = [JudgedRow("p1-fr", {}, 1, 1, "x"), JudgedRow("p2-fr", {}, 1, 1, "y")]
    gold = [GOLD[0], GOLD[2]]
    answers = [answered(GOLD[0], TRUE), answered(GOLD[2], FALSE)]
    unjudged = [RowScore(row.id, {"right": 1.0}) for row in gold]
    first, absent = with_judged(unjudged, gold, answers, judged, METRICS)
    assert dict(first.metrics) == {"right": 1.0, **dict.fromkeys(METRICS, 0.0)}
    assert dict(absent.metrics) == {"right": 1.0, "faithfulness": 0.0}


def test_a_judge_that_does_not_reply_in_time_has_failed(server: JudgeStandIn, tmp_path: Path) -> None:
    server.reply = waits
    with judge_at(server.url, tmp_path, total_s=0.3) as judge:
        row = judge.judge(GOLD[0], answered(GOLD[0], TRUE))
    assert "within 0.3 seconds" in row.problem
    assert (row.calls, row.failed) == (1, 1)


@pytest.mark.parametrize("before", [0, 2], ids=["faithfulness", "the metric that swallows"])
def test_a_call_is_stopped_at_once(before: int, judge: Judge, server: JudgeStandIn) -> None:
    server.replies = deque([sensible] * before)
    server.reply = waits
    cancel = threading.Event()

    def stop() -> None:
        server.waiting.wait()
        cancel.set()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(Cancelled):
        judge.judge(GOLD[0], answered(GOLD[0], TRUE), cancel)
    stopper.join()
    assert len(server.asked) == before + 1


def test_an_address_where_nobody_is_is_told_before_anything_is_judged(tmp_path: Path) -> None:
    with judge_server(sensible) as gone:
        pass
    with judge_at(gone.url, tmp_path) as judge, pytest.raises(ModelUnavailable, match="cannot be reached"):
        judge.check()


def test_the_check_asks_for_one_word(judge: Judge, server: JudgeStandIn) -> None:
    judge.check()
    assert len(server.asked) == 1
    server.reply = fails(404, "no such model")
    with pytest.raises(ModelMissing, match="no such model"):
        judge.check()


KEY = "sk-of-the-judge-alone"


def test_the_key_comes_from_the_environment_and_is_never_told(server: JudgeStandIn, tmp_path: Path) -> None:
    environment = {"MY_KEY": KEY}
    server.replies = deque([sensible, fails(401, f"bad key {KEY}"), fails(500, f"who is {KEY}?")])
    with judge_at(server.url, tmp_path, environment, key_env="MY_KEY") as judge:
        judge.check()
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        for _ in range(2):
            problem = judge.judge(GOLD[0], answered(GOLD[0], TRUE)).problem
            assert problem
            assert KEY not in problem
        assert KEY not in judge.identity + judge.name + repr(vars(judge))
    assert KEY not in repr(Address("n", "u", "m", KEY))


def test_without_a_key_in_the_settings_none_is_sent(
    server: JudgeStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "our-organisation")
    with judge_at(server.url, tmp_path) as judge:
        judge.check()
    assert "authorization" not in server.headers[0]
    assert "our-organisation" not in json.dumps(server.headers)


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ({"judge.provider": "openai"}, "judge.url"),
        ({"judge.provider": "openai", "judge.url": "file:///x", "judge.model": "m"}, "judge.url"),
        (
            {
                "judge.provider": "openai",
                "judge.url": "http://h/v1",
                "judge.model": "m",
                "judge.key_env": "NO",
            },
            "NO",
        ),
        ({"judge.model": "some-model"}, ".gguf"),
    ],
)
def test_settings_that_name_no_judge_are_refused(flags: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=named):
        open_judge(load_settings(tmp_path, {}, flags), {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"judge\.gguf"):
        open_judge(load_settings(tmp_path, {}, {"judge.model": "judge.gguf"}), {})


def test_the_metrics_can_be_chosen(server: JudgeStandIn, tmp_path: Path) -> None:
    environment = {"QA_JUDGE__METRICS": "faithfulness,context_recall"}
    flags = {"judge.provider": "openai", "judge.url": server.url, "judge.model": "m"}
    with open_judge(load_settings(tmp_path, environment, flags), {}) as judge:
        row = judge.judge(GOLD[0], answered(GOLD[0], TRUE))
    assert row.scores.keys() == {"faithfulness", "context_recall"}


def test_a_window_that_may_have_cut_the_prompt_fails_the_call(server: JudgeStandIn) -> None:
    async def ask(read: int) -> str:
        server.reply = says({"ready": True}, usage={"prompt_tokens": read})
        address = Address("ollama/m", server.url, "m", window=lambda: 4096)
        model = CompatibleModel(address, max_tokens=500, connect_s=5, total_s=30)
        try:
            return await model.complete("p", {"type": "object"})
        finally:
            await model.close()

    assert asyncio.run(ask(3596))
    with pytest.raises(PromptTooLong, match="4096"):
        asyncio.run(ask(3597))


def test_the_judge_that_wrote_the_answer_is_known(judge: Judge) -> None:
    answer = answered(GOLD[0], TRUE)
    assert not judge.wrote(answer)
    assert judge.wrote(answer | {"model": {"llm": judge.name, "embedder": "e5"}})


def test_the_identity_changes_with_what_a_verdict_depends_on(server: JudgeStandIn, tmp_path: Path) -> None:
    def identity(**more: Any) -> str:
        with judge_at(server.url, tmp_path, **more) as judge:
            return judge.identity

    assert identity() == identity(total_s=5)
    assert len({identity(), identity(contexts=2), identity(model="other"), identity(max_tokens=99)}) == 4


def test_english_prompts_are_those_of_ragas_and_french_ones_say_the_same() -> None:
    from ragas.metrics.collections.answer_accuracy.util import (
        AnswerAccuracyJudge1Prompt,
        AnswerAccuracyJudge2Prompt,
    )
    from ragas.metrics.collections.context_recall.util import ContextRecallPrompt
    from ragas.metrics.collections.faithfulness.util import NLIStatementPrompt, StatementGeneratorPrompt

    theirs = dict(
        zip(
            NAMES,
            (
                *(StatementGeneratorPrompt, NLIStatementPrompt),
                *(AnswerAccuracyJudge1Prompt, AnswerAccuracyJudge2Prompt, ContextRecallPrompt),
            ),
            strict=True,
        )
    )
    for name, prompt in theirs.items():
        french, english = (load_judge_prompt(name, lang) for lang in LANGS)
        assert english["instruction"] == prompt.instruction
        assert english["examples"] == [
            {"input": given.model_dump(), "output": due.model_dump()} for given, due in prompt.examples
        ]
        assert french["instruction"] != english["instruction"]
        assert shape(french["examples"]) == shape(english["examples"])
        for example in french["examples"]:
            prompt.input_model(**example["input"])
            prompt.output_model(**example["output"])


def shape(value: Any) -> Any:
    """What two languages have in common: all but the words."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(inner) for inner in value]
        case str():
            return "text"
        case _:
            return value


QUIET = """
import json, pathlib, sys
called = []
sys.addaudithook(lambda event, args: event in ("socket.connect", "socket.getaddrinfo", "socket.sendto")
                 and called.append(str(args[1] if event == "socket.connect" else args[0])))
from evaluate_support import GOLD, answered
from qa.evaluate.judge import open_judge
from qa.settings import load_settings
flags = {"judge.provider": "openai", "judge.url": sys.argv[1], "judge.model": "m"}
with open_judge(load_settings(pathlib.Path.cwd(), {}, flags), {}) as judge:
    row = judge.judge(GOLD[0], answered(GOLD[0], "Il franchit la Seine."))
assert not row.problem, row.problem
print(json.dumps(called))
"""


def test_nothing_but_the_judge_is_called_and_nothing_is_left_behind(
    server: JudgeStandIn, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RAGAS", "XDG"))}
    run = subprocess.run(
        [sys.executable, "-c", QUIET, server.url],
        env=environment | {"HOME": str(home), "PYTHONPATH": str(Path(__file__).parent)},
        cwd=home,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    port = server.url.rpartition(":")[2].partition("/")[0]
    called = json.loads(run.stdout)
    assert called
    assert all(port in one or one == "127.0.0.1" for one in called), called
    assert [path for path in home.rglob("*") if path.is_file()] == []
