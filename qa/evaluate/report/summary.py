"""What a run comes down to: its figures by metric, how it was made, and what its judge is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluate.judge.scores import LEAST_COVERAGE, coverage
from qa.evaluate.report.measures import HEADLINE, Headline, difference, measure
from qa.evaluate.report.words import TEXTS, Said, covered, percent, say, text
from qa.evaluate.types import Figure, Run
from qa.types import LANGS, Lang


@dataclass(frozen=True, slots=True)
class Change:
    """What a run was compared to: the baseline's `name`, how many `questions` both have, the difference of
    each metric on them, the ids of questions `fixed` and `broke`, the metrics that fell beyond their
    interval, those `lost` that should be there, and `notes`: sentences on what could not be compared."""

    name: str
    questions: int
    deltas: Mapping[str, float]
    fixed: tuple[str, ...] = ()
    broke: tuple[str, ...] = ()
    fallen: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()

    @property
    def fell(self) -> bool:
        """Whether a gate falls."""
        return bool(self.fallen or self.lost)

    @property
    def fallen_names(self) -> Said:
        """What people call the metrics that fell."""
        return metric_names(self.fallen)


@dataclass(frozen=True, slots=True)
class Summary:
    """What opens and closes the report. `notes` and `judge` are sentences, each with whether it is
    a warning; `coverage` is the share of rows that the judge scored, None where there were none; `judged`:
    there was a judge."""

    figures: Mapping[str, Figure]
    lead: Said
    gold: str
    split: Said
    date: str
    model: str
    notes: tuple[tuple[Said, bool], ...]
    judge: tuple[tuple[Said, bool], ...]
    coverage: float | None
    judged: bool
    seed: object
    made: tuple[tuple[str, Mapping[str, object]], ...]

    def withheld(self, headline: Headline) -> Said | None:
        """Why a headline's figure is not shown; None where it is."""
        if not headline.judged:
            return None
        if self.coverage is None:
            return say("no_judgement" if self.judged else "no_judge")
        if self.coverage < LEAST_COVERAGE:
            return say("no_headline", coverage=covered(self.coverage))
        return None


def summarise(run: Run) -> Summary:
    """The summary of a run, whatever its `about` leaves out."""
    about: Mapping[str, Any] = run.about
    gold: Mapping[str, Any] = about.get("gold", {})
    absent = sum(row.absent for row in run.gold)
    documents = about.get("documents")
    notes: list[tuple[Said, bool]] = []
    if errors := sum(answer["status"] == "error" for answer in run.answers):
        notes.append((say("errors", count=errors), True))
    # A set that has no more than that was not cut.
    if (limit := gold.get("limit")) and limit <= len(run.gold):
        notes.append((say("limited", limit=limit), False))
    return Summary(
        figures={figure.metric: figure for figure in run.figures if not figure.group},
        lead=say(
            "lead" if 0 < absent < len(run.gold) else "lead.absent" if absent else "lead.present",
            questions=len(run.gold),
            corpus=say("corpus", count=documents) if documents else say("corpus.unknown"),
            present=len(run.gold) - absent,
            absent=absent,
        ),
        gold=str(gold.get("name", "")),
        split=say(f"split.{gold.get('split', 'all')}"),
        date=str(about.get("finished", ""))[:10],
        model=str(about.get("model", "")),
        notes=tuple(notes),
        judge=_judge(run, about.get("judge") or {}),
        coverage=coverage(run.judged) if run.judged else None,
        judged=bool(run.judged or about.get("judge")),
        seed=about.get("seed", ""),
        made=tuple(
            (name, about[name]) for name in ("run", "versions", "digests", "settings") if about.get(name)
        ),
    )


# A judge that is wrong in more than a quarter of the cases tells little.
_RELIED_ON = 0.75


def _judge(run: Run, judge: Mapping[str, Any]) -> tuple[tuple[Said, bool], ...]:
    if not run.judged and not judge:
        return ()
    worked = say("judge.idle")
    if run.judged:
        worked = say(
            "judge.scored",
            coverage=covered(coverage(run.judged)),
            calls=sum(row.calls for row in run.judged),
            failed=sum(row.failed for row in run.judged),
        )
    accuracy = judge.get("accuracy")
    worth = (
        say("judge.unchecked")
        if accuracy is None
        else say(
            "judge.tried",
            cases=judge["cases"],
            coverage=percent(judge["coverage"]),
            **_accuracy(accuracy),
        )
    )
    name = judge.get("name", "")
    said = [(say("judge", name=name, worked=worked, worth=worth), accuracy is None)]
    if accuracy is None:
        return tuple(said)
    if accuracy["low"] <= 0.5:
        said.append((say("judge.chance"), True))
    elif accuracy["value"] < _RELIED_ON:
        said.append((say("judge.weak"), True))
    if judge.get("itself"):
        said.append((say("judge.itself"), True))
    if verifier := judge.get("verifier"):
        said.append((say("verifier", **_accuracy(verifier)), False))
    return tuple(said)


def _accuracy(figure: Mapping[str, float]) -> dict[str, Said]:
    return {
        "accuracy": percent(figure["value"]),
        "low": percent(figure["low"]),
        "high": percent(figure["high"]),
    }


def headlines(run: Run, lang: Lang, change: Change | None = None) -> list[tuple[str, ...]]:
    """A row a headline figure for a terminal: name, value, interval, questions, change since the baseline."""
    summary = summarise(run)
    rows: list[tuple[str, ...]] = []
    for headline in HEADLINE:
        name, figure = TEXTS[headline.name][lang], summary.figures.get(headline.metric)
        withheld = summary.withheld(headline)
        if figure is None or withheld is not None:
            rows.append((name, "–", (withheld or TEXTS["not_scored"])[lang], "", ""))
            continue
        delta = change.deltas.get(headline.metric) if change else None
        rows.append(
            (
                name,
                percent(figure.value)[lang],
                text("interval", lang, low=percent(figure.low), high=percent(figure.high)),
                text("of", lang, rows=figure.rows),
                "" if delta is None else difference(headline.metric, delta)[lang],
            )
        )
    return rows


def judge_lines(run: Run, lang: Lang) -> list[str]:
    """What the judge is worth, in sentences for a terminal; none where there was no judge."""
    return [said[lang] for said, _ in summarise(run).judge]


def metric_names(metrics: Sequence[str]) -> Said:
    """What people call these metrics, in one line."""
    return {lang: ", ".join(measure(metric).name[lang] for metric in metrics) for lang in LANGS}
