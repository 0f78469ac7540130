"""The public measures: made sets in the layout of the real ones, a real index, the model from a queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeLLM

from bench.public import main
from bench.public_sets import Articles, Sample, read_half_piaf, read_piaf, read_squad, write_set
from qa.api import Sourcier
from qa.evaluate.figures import figures
from qa.evaluate.types import Gold, RowScore
from qa.models.e5 import E5Embedder
from qa.settings import Loaded

pytestmark = pytest.mark.slow

PONT = (
    "Le pont de Normandie a été inauguré le 20 janvier 1995. Il franchit la Seine entre Le Havre et "
    "Honfleur. Sa travée centrale mesure 856 mètres."
)
FORTH = "The Forth Bridge was opened on 4 March 1890 by the Prince of Wales. It is painted red."
TOWER = "Blackpool Tower was opened to the public on 14 May 1894. Its ballroom has a sprung floor."
WHEN = "Quand le pont de Normandie a-t-il été inauguré ?"
OPENED = "When was the Forth Bridge opened?"
MONA = "Who painted the Mona Lisa in Florence?"
OPENED_SAID = "The Forth Bridge was opened on 4 March 1890 [1]."
YES = {"1": 0.9, "0": 0.02}

Bench = Callable[..., tuple[int, str, FakeLLM]]


def squad(ident: str, question: str, context: str, *answers: str) -> dict[str, Any]:
    return {
        "id": ident,
        "article": context.split(" was")[0].replace(" ", "_"),
        "question": question,
        "context": context,
        "answers": list(answers),
        "unanswerable": not answers,
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """PIAF with twelve articles of a paragraph and a question each, SQuAD with two."""
    folder = tmp_path / "data"
    paragraphs = [{"doc_id": "piaf-0-0", "article": "Pont de Normandie", "lang": "fr", "text": PONT}]
    asked = [{"id": "p0", "question": WHEN, "answers": ["20 janvier 1995"]}]
    for n in range(1, 12):
        text = (
            f"La commune de Bourg-{n} se trouve en plaine. On y compte {300 + n} habitants depuis {1900 + n}."
        )
        paragraphs.append({"doc_id": f"piaf-{n}-0", "article": f"Bourg-{n}", "lang": "fr", "text": text})
        asked.append(
            {"id": f"p{n}", "question": f"Combien d'habitants a Bourg-{n} ?", "answers": [str(300 + n)]}
        )
    for row, paragraph in zip(asked, paragraphs, strict=True):
        row |= {"lang": "fr", "article": paragraph["article"], "gold_doc": paragraph["doc_id"]}
    write(folder / "piaf-dev" / "corpus.jsonl", paragraphs)
    write(folder / "piaf-dev" / "questions.jsonl", asked)
    rows = [squad("s1", OPENED, FORTH, "4 March 1890"), squad("s2", MONA, TOWER)]
    write(folder / "squad2-dev" / "questions.jsonl", rows)
    return folder


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def bench(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    """Runs one part with a model of `replies`; gives exit code, stdout and the model."""
    embedder = E5Embedder()

    def run(part: str, *flags: str, replies: tuple[str, ...] = ()) -> tuple[int, str, FakeLLM]:
        model = FakeLLM(replies, [YES] * len(replies))

        @contextmanager
        def open_session(loaded: Loaded) -> Iterator[Sourcier]:
            with Sourcier.open(loaded, llm=model, embedder=embedder) as session:
                yield session

        places = ("--data", str(data), "--work", str(tmp_path / "work"), "--articles", "all")
        code = main([*places, "--only", part, *flags], open_session)
        return code, capsys.readouterr().out, model

    return run


def figure(table: str, name: str) -> str:
    """The value in the row of that measure."""
    (row,) = (line for line in table.splitlines() if f"| {name} |" in line)
    return row.split("|")[3].strip()


def test_squad_measures_answers_and_refusals_and_asks_each_question_once(
    bench: Bench, tmp_path: Path
) -> None:
    code, table, _ = bench("squad", replies=(OPENED_SAID,))
    assert code == 0
    named = ("Answered rightly", "Refused rightly", "Invented answers", "Expected sentences cited")
    assert [figure(table, name) for name in named] == ["100%", "100%", "0%", "100%"]
    assert all("SQuAD 2.0" in line and " – " in line for line in table.splitlines()[2:])
    assert (tmp_path / "work" / "squad" / "report.html").exists()
    _, again, model = bench("squad")
    assert again == table
    assert model.asked == []
    kept = json.loads((tmp_path / "work" / "public.json").read_text("utf-8"))
    assert kept["seed"] == 23
    assert {row["metric"]: row["value"] for row in kept["figures"]["squad"]}["invented"] == 0


def test_a_wrong_answer_is_seen(bench: Bench, data: Path) -> None:
    write(
        data / "squad2-dev" / "questions.jsonl", [squad("s1", OPENED, FORTH, "red"), squad("s2", MONA, TOWER)]
    )
    table = bench("squad", replies=(OPENED_SAID,))[1]
    assert (figure(table, "Answered rightly"), figure(table, "Refused rightly")) == ("0%", "100%")
    assert figure(table, "Expected sentences cited") == "0%"


def test_evidence_is_measured_by_each_leg_without_the_model(bench: Bench, tmp_path: Path) -> None:
    code, table, model = bench("retrieval", "--retrieval", "5")
    assert code == 0
    assert model.asked == []
    for leg in ("by meaning", "by words", "both together"):
        assert figure(table, f"Expected sentences in the first 5 passages ({leg})") == "100%"
    assert figure(table, "Expected sentences among the first 5 (reader)") == "100%"
    kept = tmp_path / "work" / "retrieval" / "evidence.jsonl"
    before = kept.read_bytes()
    assert bench("retrieval", "--retrieval", "5")[1] == table
    assert kept.read_bytes() == before
    # A larger sample holds the smaller one.
    bench("retrieval", "--retrieval", "7")
    assert len(kept.read_bytes().splitlines()) == 7


def test_a_set_that_is_not_there_is_named(
    bench: Bench, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "squad2-dev").rename(data / "elsewhere")
    with pytest.raises(SystemExit) as ended:
        bench("squad")
    assert ended.value.code == 2
    assert "squad2-dev" in capsys.readouterr().err


def test_half_of_the_articles_are_out_and_half_of_the_questions_are_about_them(data: Path) -> None:
    half = read_half_piaf(data, Sample(7, "all"), 10)
    every = read_piaf(data, Sample(7, "all"), 100)
    assert len(half.texts) == len(every.texts) / 2 == 6
    kinds = [row["kind"] for row in half.gold]
    assert kinds == ["single", "unanswerable"] * 5
    evidence = {row["id"]: row["evidence"][0]["doc"] for row in every.gold}
    for row in half.gold:
        assert (evidence[row["id"]] in half.texts) == (row["kind"] == "single")


def test_the_evidence_is_the_sentence_that_answers(data: Path) -> None:
    rows = {row["id"]: row for row in read_piaf(data, Sample(1, "all"), 100).gold}
    assert rows["p0"]["evidence"] == [
        {"doc": "piaf-0-0.txt", "quote": "Le pont de Normandie a été inauguré le 20 janvier 1995."}
    ]
    assert rows["p3"]["answers"] == ["303"]


def test_a_sample_is_the_same_each_time_and_unseen_articles_are_fewer(data: Path) -> None:
    def ids(seed: int, articles: Articles = "all") -> list[str]:
        return [row["id"] for row in read_piaf(data, Sample(seed, articles), 100).gold]

    assert ids(1) == ids(1) != ids(2)
    assert set(ids(1, "unseen")) < set(ids(1, "held")) < set(ids(1))


def test_articles_take_turns_and_an_interval_is_drawn_over_them(data: Path) -> None:
    """Ten questions of one article are hardly more than one of it."""
    large = [squad(f"l{n}", f"{OPENED} ({n})", FORTH, "4 March 1890") for n in range(10)]
    small = [
        squad(f"t{n}", f"When was Blackpool Tower opened? ({n})", TOWER, "14 May 1894") for n in range(2)
    ]
    absent = [squad(f"a{n}", f"{MONA} ({n})", FORTH if n % 3 else TOWER) for n in range(12)]
    write(data / "squad2-dev" / "questions.jsonl", [*large, *small, *absent])
    rows = [row for row in read_squad(data, Sample(3, "all"), 8).gold if row["kind"] == "single"]
    assert [row["pair"] for row in rows].count("Blackpool_Tower") == 2
    gold = [Gold(row["id"], row["question"], "en", row["pair"]) for row in rows]
    right = [RowScore(row.id, {"right": float(row.pair != "Blackpool_Tower")}) for row in gold]
    (figure,) = (
        f for f in figures(list(zip(gold, right, strict=True))) if f.metric == "right" and not f.group
    )
    assert (figure.value, figure.low, figure.high) == (0.5, 0, 1)


def test_of_a_single_article_each_question_is_drawn(data: Path) -> None:
    rows = [squad("s1", OPENED, FORTH, "4 March 1890"), squad("s2", MONA, FORTH)]
    write(data / "squad2-dev" / "questions.jsonl", rows)
    assert {row["pair"] for row in read_squad(data, Sample(3, "all"), 8).gold} == {"s1", "s2"}


def test_what_is_not_of_the_set_leaves_its_folder(data: Path, tmp_path: Path) -> None:
    squad_set = read_squad(data, Sample(1, "all"), 10)
    corpus, _ = write_set(tmp_path / "w", tmp_path / "w", read_piaf(data, Sample(1, "all"), 10))
    assert len(list(corpus.iterdir())) == 12
    write_set(tmp_path / "w", tmp_path / "w", squad_set)
    assert {path.read_text("utf-8") for path in corpus.iterdir()} == {FORTH, TOWER}
