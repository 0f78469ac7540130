"""The figures by language, by kind of question and by document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from qa.evaluate.report.charts import interval_line, wilson
from qa.evaluate.report.markup import both, table, words
from qa.evaluate.report.measures import in_order, measure, written
from qa.evaluate.report.rows import ShownRow
from qa.evaluate.report.words import TEXTS, Said, percent
from qa.evaluate.types import Figure, Kind, Run
from qa.types import LANGS

Dimension = Literal["lang", "kind", "doc"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
# Of a group only these are told: what was answered, cited and judged.
TOLD = (
    *("right", "refused_rightly", "invented", "obeyed", "false_refusal", "faithfulness", "answer_accuracy"),
    *("citation_precision", "citation_recall", "unsourced", "error"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that have something in common, what that is called, and their figures in a table's order."""

    name: Said
    figures: tuple[Figure, ...]


def groups(run: Run, dimension: Dimension) -> tuple[Group, ...]:
    """The groups of a run in one dimension: kinds in their order, documents by path."""
    found: dict[str, list[Figure]] = {}
    for figure in run.figures:
        name, equals, value = figure.group.partition("=")
        if equals and name == dimension and figure.metric in TOLD:
            found.setdefault(value, []).append(figure)
    order: Sequence[str] = {"lang": LANGS, "kind": get_args(Kind), "doc": sorted(found)}[dimension]
    return tuple(
        Group(_name(dimension, value), tuple(in_order(found[value]))) for value in order if value in found
    )


def _name(dimension: Dimension, value: str) -> Said:
    return dict.fromkeys(LANGS, value) if dimension == "doc" else TEXTS[f"{dimension}.{value}"]


def by_group(run: Run, rows: Sequence[ShownRow]) -> str:
    """Each kind in each language, each document, and every measure of each group."""
    kinds = ["*", *sorted({row.gold.kind for row in rows}, key=list(get_args(Kind)).index)]
    body = "".join(_kind_rows(kind, rows) for kind in kinds)
    return (
        f'<section aria-labelledby="by"><h2 id="by">{words("by")}</h2>'
        f"{table(words('by.caption'), _heads('group'), body)}{_documents(run)}"
        f"{''.join(_every(dimension, groups(run, dimension)) for dimension in DIMENSIONS)}</section>"
    )


def _kind_rows(kind: str, rows: Sequence[ShownRow]) -> str:
    lines: list[str] = []
    for lang in LANGS:
        values = [
            row.right
            for row in rows
            if row.right is not None and row.lang == lang and kind in ("*", row.gold.kind)
        ]
        if not values:
            continue
        share = sum(values) / len(values)
        low, high = wilson(share, len(values))
        lines.append(
            f'<tr><th scope="row">{words(f"lang.{lang}")}</th>'
            f'<td class="plot">{interval_line(share, low, high, lang)}</td>'
            f'<td class="n">{both(percent(share))}</td><td class="n wide">{len(values)}</td></tr>'
        )
    if not lines:
        return ""
    head = f'<tr class="group"><th colspan="4" scope="rowgroup">{words(f"kind.{kind}")}</th></tr>'
    return head + "".join(lines)


def _line(name: str, figure: Figure, tone: str) -> str:
    low, high = written(figure.metric, figure.low), written(figure.metric, figure.high)
    between = f"{both(low)} – {both(high)}"
    return (
        f'<tr><th scope="row">{name}</th>'
        f'<td class="plot">{interval_line(figure.value, figure.low, figure.high, tone)}</td>'
        f'<td class="n"><b>{both(written(figure.metric, figure.value))}</b>'
        f'<span class="under soft small">{between}</span></td><td class="n wide">{figure.rows}</td></tr>'
    )


def _heads(first: str) -> list[tuple[str, str]]:
    heads = ((first, ""), ("plot", "plot"), ("value", "n"), ("questions.head", "n wide"))
    return [(words(name), style) for name, style in heads]


def _documents(run: Run) -> str:
    """Where the answer is in a document, how many are right."""
    lines = [
        _line(both(group.name), figure, "all")
        for group in groups(run, "doc")
        for figure in group.figures
        if figure.metric == "right"
    ]
    if not lines:
        return ""
    return f"<h3>{words('by.doc')}</h3>{table(words('by.doc.caption'), _heads('document'), ''.join(lines))}"


def _every(dimension: Dimension, found: Sequence[Group]) -> str:
    """Every measure of each group, folded."""
    if not found:
        return ""
    body = "".join(
        f'<tr class="group"><th colspan="4" scope="rowgroup">{both(group.name)}</th></tr>'
        + "".join(_line(both(measure(f.metric).name), f, "all") for f in group.figures)
        for group in found
    )
    return (
        f"<details><summary>{words('by.every')} {words(f'by.{dimension}.small')}</summary>"
        f"{table(words('figures.caption'), _heads('measure'), body)}</details>"
    )
