"""The measures of `qa eval` on public question sets: `python -m bench.public --data DIR`.

Seeded samples of several articles, asked by the product's own pipeline with the model that the settings name
(`QA_…` variables hold), and scored by the product's own metrics. `--work` keeps the indexes and what was
answered: the same command goes on where it was, and has a report a part.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from bench.public_sets import (
    PIAF,
    SQUAD,
    Articles,
    PublicSet,
    Sample,
    read_half_piaf,
    read_piaf,
    read_squad,
    write_set,
)
from qa.api import Sourcier
from qa.cli.progress import progress_bar
from qa.errors import SourcierError
from qa.evaluate import about
from qa.evaluate.answering import answer_gold
from qa.evaluate.figures import figures
from qa.evaluate.gold import read_gold
from qa.evaluate.legs import LEGS, PASSAGES, leg_metric, score_legs
from qa.evaluate.metrics import FIRST, score_row
from qa.evaluate.report.measures import measure, written
from qa.evaluate.run import Order, evaluate
from qa.evaluate.types import Figure, RowScore
from qa.index import update_index
from qa.journal import open_journal
from qa.models.choose import open_embedder
from qa.settings import QUIET_ENVIRONMENT, Loaded, load_settings
from qa.types import Answer, EvidenceFound, Lang, Scope, Timings, Turn

SEED = 23
STOPPED = 130
_CITED = ("citation_precision", "citation_recall", "quote_integrity", "unsourced", "language")
_OF_ANSWERING = ("right", "false_refusal", *_CITED)
_OF_REFUSING = (
    *("right", "refused_rightly", "invented", "false_refusal"),
    *("refusal_precision", "refusal_recall", "refusal_f1", *_CITED),
)
_COST = ("evidence_s", "first_sentence_s", "total_s", "error")
_FOUND = (
    *(leg_metric(leg, first) for leg in LEGS for first in PASSAGES),
    *(f"evidence_recall.reader@{first}" for first in FIRST),
)
_EVIDENCE_ALONE = (*_FOUND, "evidence_s", "error")

OpenSession = Callable[[Loaded], AbstractContextManager[Sourcier]]


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement: the folder of `--data` that it needs, the one of `--work` with its texts (parts on the
    same texts share an index), how many questions of which articles by default, and the metrics told."""

    title: str
    needs: Path
    read: Callable[[Path, Sample, int], PublicSet]
    folder: str
    questions: int
    articles: Articles
    told: tuple[str, ...]


PARTS: Mapping[str, Part] = {
    "retrieval": Part("PIAF, evidence", PIAF, read_piaf, "piaf", 300, "unseen", (*_FOUND, "evidence_s")),
    "answers": Part("PIAF, answers", PIAF, read_piaf, "piaf", 60, "unseen", (*_OF_ANSWERING, *_COST)),
    "half": Part("PIAF, half indexed", PIAF, read_half_piaf, "half", 60, "unseen", (*_OF_REFUSING, *_COST)),
    # Of SQuAD's articles a single one neither trained nor calibrated the reader: too few for an interval.
    "squad": Part("SQuAD 2.0", SQUAD, read_squad, "squad", 60, "held", (*_OF_REFUSING, *_COST)),
}


def main(argv: Sequence[str] | None = None, open_session: OpenSession | None = None) -> int:
    """Measure the parts asked for and print the table. Exit code 1 where a question failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.public", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder with piaf-dev/ and squad2-dev/")
    parser.add_argument(
        "--work", type=Path, default=Path("reports/public"), help="what was done is kept here"
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--seed", type=int, default=SEED, help="of the samples")
    parser.add_argument(
        "--articles",
        choices=get_args(Articles),
        help="ask about those that neither trained nor calibrated the reader (`unseen`; PIAF by default), "
        "that did not train it (`held`; SQuAD by default), or about all",
    )
    for name, part in PARTS.items():
        parser.add_argument(
            f"--{name}", type=int, default=part.questions, metavar="N", help="questions of this part"
        )
    options = parser.parse_args(argv)
    parts = [name for name in PARTS if name in (options.only or PARTS) and getattr(options, name) > 0]
    for name in parts:
        if not (options.data / PARTS[name].needs).is_dir():
            parser.error(f"{name} needs the folder {options.data / PARTS[name].needs}")
    os.environ.update(QUIET_ENVIRONMENT)
    found: dict[str, list[Figure]] = {}
    try:
        for name in parts:
            found[name] = _measure(name, options, open_session or _open_session)
    except KeyboardInterrupt:
        _tell("Stopped; the same command goes on.")
        return STOPPED
    except SourcierError as error:
        _tell(f"{error.message} {error.remedy}")
        return 1
    sys.stdout.write(as_table(found) + "\n")
    kept = {name: [asdict(figure) for figure in of] for name, of in found.items()}
    chosen = {"seed": options.seed, "articles": {name: _articles(name, options) for name in parts}}
    report = options.work / "public.json"
    report.write_text(json.dumps({**chosen, "figures": kept}, indent=1) + "\n", "utf-8")
    _tell(f"The figures are in {report}, the questions in {options.work}/*/report.html")
    failed = any(figure.metric == "error" and figure.value for of in found.values() for figure in of)
    return int(failed)


def as_table(found: Mapping[str, Sequence[Figure]]) -> str:
    """A markdown table of each part's figures, with their 95 % intervals."""
    lines = ["| set | measure | value | 95 % interval | questions |", "|---|---|---:|---:|---:|"]
    for name, of in found.items():
        by_metric = {figure.metric: figure for figure in of}
        for metric in PARTS[name].told:
            if figure := by_metric.get(metric):
                value, low, high = (
                    written(metric, one)["en"] for one in (figure.value, figure.low, figure.high)
                )
                said = measure(metric).name["en"]
                lines.append(f"| {PARTS[name].title} | {said} | {value} | {low} – {high} | {figure.rows} |")
    return "\n".join(lines)


def _articles(name: str, options: argparse.Namespace) -> Articles:
    return options.articles or PARTS[name].articles


def _measure(name: str, options: argparse.Namespace, open_session: OpenSession) -> list[Figure]:
    part = PARTS[name]
    sample = Sample(options.seed, _articles(name, options))
    public = part.read(options.data, sample, getattr(options, name))
    place = options.work / part.folder
    folder = options.work / name
    corpus, gold = write_set(place, folder, public)
    loaded = load_settings(place)
    embedder = open_embedder(loaded.settings.embedder, loaded.settings.llm)
    pairs = len({row["pair"] for row in public.gold})
    over = f"of {pairs} articles" if pairs < len(public.gold) else "each on its own"
    _tell(f"{part.title}: {len(public.texts)} paragraphs, {len(public.gold)} questions, {over}")
    update_index([corpus], loaded, embedder)
    with open_session(loaded) as session, progress_bar(name) as advance:

        def progress(done: int, total: int, kept: int) -> None:
            advance(done - kept, total - kept, "")

        if name == "retrieval":
            return _evidence_figures(gold, folder, loaded, session, progress)
        order = Order(gold, read_gold(gold), folder, lang="en")
        outcome = evaluate(order, session, loaded, progress=lambda _, *counts: progress(*counts))
    assert outcome.run is not None, "nothing stops it but an exception"
    return [figure for figure in outcome.run.figures if not figure.group]


def _evidence_figures(
    gold: Path,
    folder: Path,
    loaded: Loaded,
    session: Sourcier,
    progress: Callable[[int, int, int], None],
) -> list[Figure]:
    """Which of the evidence is right, as `qa eval` scores it, without a model writing anything."""
    rows = read_gold(gold).rows
    recipe = about.recipe(loaded, about.pipeline_digest())
    with open_journal(folder / "evidence.jsonl", folder) as journal:
        answered = answer_gold(rows, EvidenceAlone(session), journal, recipe, progress)
    scores: list[RowScore] = []
    for row, answer in zip(rows, answered.answers, strict=True):
        scored = score_row(row, answer, session.document_text).metrics
        scored = {**scored, **score_legs(row, answer, session.document_text, session.search_legs)}
        told = {metric: value for metric, value in scored.items() if metric in _EVIDENCE_ALONE}
        scores.append(RowScore(row.id, told))
    return [figure for figure in figures(list(zip(rows, scores, strict=True))) if not figure.group]


class EvidenceAlone:
    """A session that stops where its evidence is found; the Answer says nothing else."""

    llm_name = "evidence alone"

    def __init__(self, session: Sourcier) -> None:
        self._session = session
        self.generation = session.generation
        self.documents, self.document_text = session.documents, session.document_text
        self.search_legs = session.search_legs

    def ask(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """The evidence of one question. Raises SourcierError."""
        events = self._session.ask_events(
            question, id=id, lang=lang, history=history, scope=scope, cancel=cancel
        )
        for event in events:
            if isinstance(event, EvidenceFound):
                timings = Timings(event.seconds, None, event.seconds)
                return Answer(
                    id, question, lang or "fr", "refused", "", evidence=event.evidence, timings=timings
                )
        raise SourcierError("The question ended without evidence.", "Please report this.")


@contextmanager
def _open_session(loaded: Loaded) -> Iterator[Sourcier]:
    with Sourcier.open(loaded) as session:
        yield session


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
