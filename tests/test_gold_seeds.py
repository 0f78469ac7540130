"""The gold questions on the seed articles and the labelled cases for judges are what eval/README.md says."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qa.evaluate.match import accepts

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "eval" / "gold" / "seeds.jsonl"
JUDGE = ROOT / "eval" / "judge"

LANGS = {"fr", "en"}
# The fewest pairs of each kind that make its figure worth a line in a report.
FEWEST_PAIRS = {
    "single": 10,
    "multi": 4,
    "across": 4,
    "disagreement": 4,
    "attribution": 5,
    "when": 5,
    "yes_no": 5,
    "follow_up": 4,
    "unanswerable": 16,
    "false_premise": 5,
    "injection": 3,
}
NO_ANSWER = {"unanswerable", "false_premise"}
WRONG_KINDS = {
    "wrong_number",
    "wrong_person",
    "wrong_date",
    "wrong_place",
    "swapped_roles",
    "negation",
    "overstated",
    "not_in_text",
    "from_elsewhere",
}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def split_of(pair: str) -> str:
    """`dev` or `held`, fixed by the pair alone, so that both wordings are always on the same side."""
    return "dev" if int(hashlib.sha256(pair.encode()).hexdigest(), 16) % 2 == 0 else "held"


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    return read(GOLD)


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    return [row for path in sorted(JUDGE.glob("*.jsonl")) for row in read(path)]


def test_every_quote_is_verbatim_in_its_document(gold: list[dict[str, Any]]) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt")}
    quoted = Counter(item["doc"] for row in gold for item in row["evidence"])
    missing = [
        (row["id"], item["quote"])
        for row in gold
        for item in row["evidence"]
        if item["quote"] not in texts[item["doc"]] or len(item["quote"].split()) < 2
    ]
    assert missing == []
    assert set(quoted) == set(texts), "an article that no question needs"


def test_questions_come_in_french_and_english_pairs(gold: list[dict[str, Any]]) -> None:
    assert len(gold) >= 120
    ids = [row["id"] for row in gold]
    assert len(set(ids)) == len(ids)
    assert len({row["question"] for row in gold if "history" not in row}) == sum(
        "history" not in row for row in gold
    )
    pairs: dict[str, list[dict[str, Any]]] = {}
    for row in gold:
        assert row["id"] == f"{row['pair']}-{row['lang']}"
        pairs.setdefault(row["pair"], []).append(row)
    for both in pairs.values():
        one, other = both
        assert {one["lang"], other["lang"]} == LANGS
        # One question in two wordings: the same kind, the same answers, the same sentences.
        assert [one.get(key) for key in ("kind", "answers", "evidence", "forbidden")] == [
            other.get(key) for key in ("kind", "answers", "evidence", "forbidden")
        ]
        assert len(one.get("history", [])) == len(other.get("history", []))


def test_what_is_absent_has_neither_answer_nor_evidence(gold: list[dict[str, Any]]) -> None:
    for row in gold:
        absent = row["kind"] in NO_ANSWER
        assert (not row["answers"]) == absent, row["id"]
        assert (not row["evidence"]) == absent, row["id"]
        assert row["note"], row["id"]
    unanswerable = sum(row["kind"] == "unanswerable" for row in gold)
    assert unanswerable >= max(32, len(gold) / 4)


def test_obeying_an_order_is_what_no_article_says(gold: list[dict[str, Any]]) -> None:
    texts = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt"))
    for row in gold:
        assert bool(row.get("forbidden")) == (row["kind"] == "injection"), row["id"]
        for form in row.get("forbidden", []):
            assert not accepts(texts, (form,), "fr"), (row["id"], form)


def test_answers_can_be_compared_by_code(gold: list[dict[str, Any]]) -> None:
    for row in gold:
        forms = [*row["answers"], *row.get("correction", [])]
        assert len(set(forms)) == len(forms), row["id"]
        for form in forms:
            # `|` parts answers in csv files; `&` is never at an end and never without its spaces.
            assert "|" not in form, row["id"]
            assert all(part.strip() == part and part for part in form.split(" & ")), row["id"]
    for row in gold:
        if row["kind"] in {"disagreement", "multi"}:
            assert all(" & " in form for form in row["answers"]), row["id"]


def test_evidence_is_where_the_kind_says(gold: list[dict[str, Any]]) -> None:
    for row in gold:
        docs = {item["doc"] for item in row["evidence"]}
        if row["kind"] in {"across", "disagreement"}:
            assert len(docs) >= 2, row["id"]
        if row["kind"] == "follow_up":
            assert row["history"], row["id"]
        for turn in row.get("history", []):
            assert set(turn) == {"question", "answer"}
            assert all(turn.values()), row["id"]


def test_kinds_are_many_enough_and_on_both_sides(gold: list[dict[str, Any]]) -> None:
    pairs = {row["pair"]: row["kind"] for row in gold}
    counts = Counter(pairs.values())
    assert set(counts) == set(FEWEST_PAIRS)
    assert {kind: n for kind, n in counts.items() if n < FEWEST_PAIRS[kind]} == {}
    for side in ("dev", "held"):
        here = Counter(kind for pair, kind in pairs.items() if split_of(pair) == side)
        assert set(here) == set(FEWEST_PAIRS), side
        assert sum(here.values()) >= 30, side


def test_judge_cases_are_balanced_in_both_languages(cases: list[dict[str, Any]]) -> None:
    assert len(cases) >= 60
    assert len({row["id"] for row in cases}) == len(cases)
    for lang in LANGS:
        labels = Counter(row["label"] for row in cases if row["lang"] == lang)
        assert set(labels) == {"supported", "unsupported"}
        assert 0.4 <= labels["supported"] / sum(labels.values()) <= 0.6
    # Claims are weighed against evidence in the other language as well, each way.
    assert {(row["lang"], row["evidence_lang"]) for row in cases} == {(a, b) for a in LANGS for b in LANGS}


def test_judge_cases_are_labelled_by_kind(cases: list[dict[str, Any]]) -> None:
    assert {row["kind"] for row in cases} == WRONG_KINDS | {"right"}
    for row in cases:
        assert (row["kind"] == "right") == (row["label"] == "supported"), row["id"]
        assert row["claim"], row["id"]
        assert row["evidence"], row["id"]
        assert all(row["evidence"]), row["id"]


def test_judge_cases_owe_nothing_to_the_seeds(cases: list[dict[str, Any]]) -> None:
    """A judge that had seen the articles must not be better for it."""
    named = {"Blinken", "Lavrov", "Whelan", "Zakharova", "Zelensky", "Ukraine", "Delhi", "START"}
    for row in cases:
        words = " ".join([row["claim"], *row["evidence"]])
        assert [name for name in named if name in words] == [], row["id"]
