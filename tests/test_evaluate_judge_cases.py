"""The judge is judged: on claims whose right verdict is known, and the code's own verifier beside it."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from judge_support import Handler, Reply, fails, given, judge_server, kind_of, says, sensible

from qa.errors import Cancelled, UsageError
from qa.evaluate.judge import (
    Case,
    Judge,
    Trial,
    judge_the_judge,
    load_cases,
    open_judge,
    open_verifier,
    try_verifier,
)
from qa.evaluate.judge.judge import Judge as JudgeClass
from qa.settings import Settings, load_settings
from qa.types import LANGS

pytestmark = pytest.mark.slow

TEXTS = [f"Le phare {name} mesure {height} mètres" for height, name in enumerate("ABCDEFGHIJKL", 20)]
# On each text a claim that it says and one that it does not.
CASES = tuple(
    Case(f"c{number}{letter}", "fr", claim, (f"{text}.",), label, kind)
    for number, text in enumerate(TEXTS)
    for letter, claim, label, kind in (
        ("a", text, "supported", "right"),
        ("b", text.replace("mesure", "ne mesure pas"), "unsupported", "negation"),
    )
)


def judge_at(url: str, folder: Path, **more: str) -> Judge:
    flags = {"judge.provider": "openai", "judge.url": url, "judge.model": "m"}
    flags |= {f"judge.{name}": value for name, value in more.items()}
    return open_judge(load_settings(folder, {}, flags), {})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sourcier" / "judge"


def tried(reply: Reply, folder: Path) -> Trial:
    with judge_server(reply) as server, judge_at(server.url, folder) as judge:
        return judge_the_judge(CASES, judge)


def test_a_judge_that_reads_is_better_than_chance(tmp_path: Path) -> None:
    trial = tried(sensible, tmp_path)
    assert (trial.accuracy, trial.low, trial.high, trial.coverage) == (1, 1, 1, 1)
    assert trial.kinds == {"negation": 1, "right": 1}
    assert not trial.chance
    assert trial.name.startswith("m (127.0.0.1")


def yes(handler: Handler, body: dict[str, object]) -> None:
    """A judge that finds everything supported."""
    if kind_of(body) == "statements":
        return sensible(handler, body)
    said = [{"statement": one, "reason": "r", "verdict": 1} for one in given(body)["statements"]]
    return says({"statements": said})(handler, body)


def test_a_judge_that_always_says_yes_is_said_to_be_chance(tmp_path: Path) -> None:
    trial = tried(yes, tmp_path)
    assert trial.accuracy == 0.5
    assert trial.kinds == {"negation": 0, "right": 1}
    assert trial.chance
    assert trial.to_json()["chance"] is True


def test_a_case_without_a_verdict_counts_as_wrong(tmp_path: Path) -> None:
    calls = itertools.count()

    def reply(handler: Handler, body: dict[str, object]) -> None:
        (fails() if next(calls) % 10 in (1, 4, 8) else sensible)(handler, body)

    trial = tried(reply, tmp_path)
    assert trial.coverage < 0.95
    assert trial.accuracy == pytest.approx(trial.coverage, abs=0.05)


def test_half_right_by_luck_has_an_interval_that_says_so(tmp_path: Path) -> None:
    turns = itertools.count()

    def lucky(handler: Handler, body: dict[str, object]) -> None:
        if kind_of(body) == "statements":
            return sensible(handler, body)
        verdict = next(turns) // 2 % 2
        said = [{"statement": one, "reason": "r", "verdict": verdict} for one in given(body)["statements"]]
        return says({"statements": said})(handler, body)

    trial = tried(lucky, tmp_path)
    assert trial.low <= 0.5 <= trial.high
    assert trial.chance


def test_verdicts_are_kept_from_run_to_run_but_failures_are_not(tmp_path: Path, cache: Path) -> None:
    calls = itertools.count()

    def reply(handler: Handler, body: dict[str, object]) -> None:
        (fails() if next(calls) == 0 else sensible)(handler, body)

    with judge_server(reply) as server:
        with judge_at(server.url, tmp_path) as judge:
            first = judge_the_judge(CASES, judge)
        asked = len(server.asked)
        with judge_at(server.url, tmp_path) as judge:
            second = judge_the_judge(CASES, judge)
        assert len(server.asked) == asked + 2  # the one that failed
    assert (first.coverage, second.coverage) == (1 - 1 / len(CASES), 1)
    assert [path.suffix for path in cache.iterdir()] == [".jsonl"]


def test_a_stopped_trial_goes_on_where_it_was(tmp_path: Path) -> None:
    with judge_server(sensible) as server:
        cancel = threading.Event()
        with judge_at(server.url, tmp_path) as judge, pytest.raises(Cancelled):
            judge_the_judge(CASES, judge, progress=lambda _: cancel.set(), cancel=cancel)
        assert len(server.asked) == 2
        with judge_at(server.url, tmp_path) as judge:
            assert judge_the_judge(CASES, judge).coverage == 1
        assert len(server.asked) == 2 * len(CASES)


def test_the_trial_tells_how_far_it_is_and_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    lines = [json.dumps(asdict(case)) for case in CASES[:4]]
    (tmp_path / "mine" / "cases.jsonl").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("qa.evaluate.judge.judge.open_verifier", lambda _: lambda _case: True)
    told: list[tuple[int, int, int]] = []
    with judge_server(sensible) as server:
        with judge_at(server.url, tmp_path) as judge:
            judge.judge_case(CASES[0])
        with judge_at(server.url, tmp_path, cases="mine") as judge:
            worth = judge.worth(lambda *counts: told.append(counts))
    assert worth["cases"] == 4
    assert told == [(1, 4, 1), (2, 4, 1), (3, 4, 1), (4, 4, 1)]


def test_a_kept_verdict_is_of_its_case_alone_whatever_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    for name, case in (("fr", CASES[0]), ("en", replace(CASES[1], id=CASES[0].id))):
        (tmp_path / "mine" / f"{name}.jsonl").write_text(json.dumps(asdict(case)), "utf-8")
    monkeypatch.setattr("qa.evaluate.judge.judge.open_verifier", lambda _: lambda _case: True)
    with judge_server(sensible) as server:
        with judge_at(server.url, tmp_path) as judge:
            judge.judge_case(CASES[0])
        with judge_at(server.url, tmp_path, cases="mine") as judge:
            assert judge.worth()["accuracy"]["value"] == 1


def test_known_verdicts_are_not_asked_for(tmp_path: Path) -> None:
    with judge_server(sensible) as server, judge_at(server.url, tmp_path) as judge:
        row = judge.judge_case(CASES[0])
        judge_the_judge(CASES[:2], judge, known={CASES[0]: row})
        assert len(server.asked) == 4
    assert JudgeClass is Judge


def test_cases_of_one_label_tell_nothing() -> None:
    with pytest.raises(ValueError, match="one label"):
        try_verifier(CASES[::2], lambda _: True)


def test_sourcier_s_cases_are_there_in_both_languages() -> None:
    cases = load_cases()
    assert len(cases) >= 60
    assert {case.lang for case in cases} == set(LANGS)
    assert {case.label for case in cases} == {"supported", "unsupported"}


def test_the_verifier_reads_the_sentences_of_a_case_as_those_of_a_document() -> None:
    texts = ("Le phare A mesure 20 mètres. Il est fermé.", "The harbour was built in 1931.")
    cases = (
        Case("a", "fr", "Le phare A mesure 20 mètres.", texts, "supported", "right"),
        Case("b", "en", "The harbour was built in 1931.", texts, "supported", "right"),
        Case("c", "fr", "Le phare A mesure 25 mètres.", texts, "unsupported", "wrong_number"),
        Case("d", "en", "The harbour was not built in 1931.", texts, "unsupported", "negation"),
    )
    trial = try_verifier(cases, open_verifier(Settings()))
    assert trial.accuracy == 1
    assert trial.name == "sourcier"


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        json.dumps({"id": "a"}),
        json.dumps(
            {"id": "a", "lang": "de", "claim": "c", "evidence": ["e"], "label": "supported", "kind": "k"}
        ),
        json.dumps(
            {"id": "a", "lang": "fr", "claim": "c", "evidence": [], "label": "supported", "kind": "k"}
        ),
        json.dumps(
            {"id": "a", "lang": "fr", "claim": "c", "evidence": "e", "label": "supported", "kind": "k"}
        ),
        json.dumps(
            {"id": 1, "lang": "fr", "claim": "c", "evidence": ["e"], "label": "supported", "kind": "k"}
        ),
    ],
)
def test_a_bad_case_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(UsageError, match="line 2"):
        load_cases(tmp_path)


def test_a_line_ends_where_json_lines_do(tmp_path: Path) -> None:
    """Not at the separators that a text may hold: those of a copied page, say."""
    cases = tuple(replace(case, evidence=("Un texte.\u2028Un autre.\x0c",)) for case in CASES[:2])
    lines = [json.dumps(asdict(case), ensure_ascii=False) for case in cases]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines), "utf-8")
    assert load_cases(tmp_path) == cases


def test_cases_in_another_coding_are_told(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(json.dumps(asdict(CASES[0]), ensure_ascii=False).encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        load_cases(tmp_path)


def test_a_folder_without_cases_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cases"):
        load_cases(tmp_path)
    (tmp_path / "cases.jsonl").write_text(json.dumps(asdict(CASES[0])), "utf-8")
    with (
        judge_server(sensible) as server,
        judge_at(server.url, tmp_path, cases=str(tmp_path)) as judge,
        pytest.raises(UsageError, match="some unsupported"),
    ):
        judge.check()
    assert server.asked == []


def test_cases_on_one_text_are_no_independent_evidence() -> None:
    """Right on whole texts and wrong on whole texts is less sure than the number of cases suggests."""

    def supports(case: Case) -> bool:
        return (case.label == "supported") == (int(case.id[1:-1]) % 3 != 0)

    apart = [replace(case, evidence=(case.id,)) for case in CASES]
    together, alone = try_verifier(CASES, supports), try_verifier(apart, supports)
    assert together.accuracy == alone.accuracy
    assert together.high - together.low > alone.high - alone.low
