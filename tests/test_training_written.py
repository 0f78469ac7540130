"""The sheets whose questions were written for this project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training.examples import is_held, read_rows
from training.written import WRITTEN, is_written, written_sheets

LEARNT = next(name for name in map(str, range(99)) if not is_held(name))
HELD = next(name for name in map(str, range(99)) if is_held(name))
SENTENCES = ["The mill opened in 1901.", "It burnt down.", "Anna rebuilt it."]
ASKED = [["en", "Who put it up again?", 3], ["fr", "Quand ?", 1], ["en", "Who burnt it?", 0]]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("piaf-dev/corpus", "squad2-dev/questions", "rte3-fr/pairs", "daccord/pairs"):
        write(tmp_path / f"{name}.jsonl", [])
    sections = [{"id": name, "article": name, "sentences": SENTENCES} for name in (LEARNT, HELD)]
    write(tmp_path / "selqa/questions.jsonl", sections)
    refs = {name: [["selqa", name, i, i + 1] for i in range(3)] for name in (LEARNT, HELD)}
    row = {"lang": "en", "decoys": ["Anna had opened a mill before."], "asked": ASKED}
    write(tmp_path / "written.jsonl", [row | {"id": name, "refs": refs[name]} for name in (LEARNT, HELD)])
    return tmp_path


def asked(row: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Each question with each excerpt that answers it."""
    return [
        (lang, question, number)
        for lang, question, numbers in row["asked"]
        for number in (numbers if isinstance(numbers, list) else [numbers])
    ]


def test_what_was_written_can_be_taught() -> None:
    for row in read_rows(WRITTEN):
        assert {lang for lang, _, _ in row["asked"]} == {"fr", "en"}, row["id"]
        excerpts = len(row["refs"]) + len(row.get("told", []))
        assert all(0 <= number <= excerpts for _, _, number in asked(row)), row["id"]
        assert all(
            number for _, _, several in row["asked"] if isinstance(several, list) for number in several
        )
        questions = [question for _, question, _ in row["asked"]]
        assert all(questions), row["id"]
        assert len(set(questions)) == len(questions), row["id"]


def test_texts_that_are_held_out_are_apart(data: Path) -> None:
    for held, article in ((True, HELD), (False, LEARNT)):
        (sheet,) = written_sheets(data, held, 0, data / "written.jsonl")
        assert sheet.article == article
        assert is_written(sheet)


def test_numbers_name_the_same_excerpts_whatever_is_added_or_left_out(data: Path) -> None:
    seen: set[str] = set()
    for seed in range(40):
        (sheet,) = written_sheets(data, False, seed, data / "written.jsonl")
        for (_, _, number, kind), (_, _, written) in zip(sheet.asked, ASKED, strict=True):
            if number:
                assert sheet.excerpts[number - 1] == SENTENCES[written - 1]
                assert kind == "written"
            else:
                assert not written or SENTENCES[written - 1] not in sheet.excerpts
                assert kind == "unwritten"
        seen.add("misled" if len(set(sheet.excerpts) - set(SENTENCES)) else "plain")
        seen.add("whole" if set(SENTENCES) <= set(sheet.excerpts) else "without")
    assert seen == {"misled", "plain", "whole", "without"}


def test_of_many_reports_some_are_shown_and_their_numbers_follow(data: Path) -> None:
    told = [f"Report {n} has it that the mill burnt {n} times." for n in range(4, 9)]
    questions = [["en", "When did it open?", [1, 4]], ["fr", "Qui ?", 3], ["en", "Who lit it?", 0]]
    row = {"id": LEARNT, "lang": "en", "told": told, "asked": questions}
    row["refs"] = [["selqa", LEARNT, i, i + 1] for i in range(3)]
    write(data / "told.jsonl", [row])
    texts = [*SENTENCES, *told]
    numbers: set[int] = set()
    orders: set[tuple[str, ...]] = set()
    for seed in range(60):
        (sheet,) = written_sheets(data, False, seed, data / "told.jsonl")
        assert 3 <= len(sheet.excerpts) <= 6
        orders.add(sheet.excerpts)
        for question, wanted in (("When did it open?", (1, 4)), ("Qui ?", (3,)), ("Who lit it?", ())):
            shown = [sheet.excerpts.index(texts[n - 1]) + 1 for n in wanted if texts[n - 1] in sheet.excerpts]
            got = [number for _, one, number, _ in sheet.asked if one == question]
            assert sorted(got) == (sorted(shown) or [0])
            numbers.update(got)
    assert len(orders) > 40
    assert numbers >= {0, 1, 2, 3, 4}
