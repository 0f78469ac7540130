"""The report in markdown: the same figures, for a pull request or a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.evaluate.report.groups import DIMENSIONS, Dimension, Group, groups
from qa.evaluate.report.measures import HEADLINE, Headline, difference, in_order, measure, overall, written
from qa.evaluate.report.rows import ShownRow, shown_rows
from qa.evaluate.report.summary import Change, Summary, summarise
from qa.evaluate.report.words import percent, text
from qa.evaluate.types import Figure, Run
from qa.types import Lang

# White space but the spaces that hold a French mark to its word.
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!~&$@])")


def markdown(run: Run, lang: Lang, change: Change | None = None) -> str:
    """The figures, what changed and what failed, in one language."""
    summary = summarise(run)
    rows = shown_rows(run, change.fixed if change else (), change.broke if change else ())
    made = text("made", lang, gold=summary.gold, split=summary.split, date=summary.date, model=summary.model)
    lines = [f"# {text('title', lang)}", "", summary.lead[lang], "", plain(made), ""]
    lines += [f"> {note[lang]}\n" for note, _ in summary.notes]
    lines += [f"## {text('headline', lang)}", ""]
    lines += [_headline(headline, summary, lang, change) for headline in HEADLINE]
    lines += ["", *(f"{plain(said[lang])}\n" for said, _ in summary.judge)]
    lines += [f"## {text('figures', lang)}", "", *_figures(run, lang, change), ""]
    for dimension in DIMENSIONS:
        lines += _groups(dimension, groups(run, dimension), lang)
    if change:
        lines += _changes(rows, lang, change)
    failed = [row for row in rows if row.failures]
    lines += [f"## {text('failures', lang)} ({len(failed)})", ""]
    lines += [_failed(row, lang) for row in failed]
    if run.bad:
        lines += ["", f"## {text('bad', lang)}", ""]
        lines += [f"- {plain(text('bad.line', lang, line=row.line, message=row.message))}" for row in run.bad]
    return "\n".join(lines).rstrip() + "\n"


def _headline(headline: Headline, summary: Summary, lang: Lang, change: Change | None) -> str:
    figure, why = summary.figures.get(headline.metric), summary.withheld(headline)
    name = f"**{text(headline.name, lang)}** ({text(f'{headline.name}.note', lang)})"
    name = f"- {text('named', lang, name=name)}"
    if figure is None or why is not None:
        return f"{name} {why[lang] if why else text('not_scored', lang)}"
    between = text("interval", lang, low=percent(figure.low), high=percent(figure.high))
    of = text("of", lang, rows=figure.rows)
    said = f"{name} **{percent(figure.value)[lang]}**, {between}, {of}"
    delta = change.deltas.get(headline.metric) if change else None
    if delta is None:
        return said
    apart = "\u00a0; " if lang == "fr" else "; "
    return f"{said}{apart}{text('change', lang, points=difference(headline.metric, delta))}"


def plain(written_by_others: str) -> str:
    """A text on one line, none of which markdown reads as markup."""
    escaped = _SPECIAL.sub(r"\\\1", _BREAKABLE.sub(" ", written_by_others).strip())
    # An address would become a link all the same.
    return escaped.replace("://", ":\u200b//").replace("www.", "www\u200b.")


def _figures(run: Run, lang: Lang, change: Change | None) -> list[str]:
    heads = ["measure", "value", "interval.head", "questions.head", *(["baseline.head"] if change else [])]
    lines = [
        "| " + " | ".join(text(head, lang) for head in heads) + " |",
        "|---|" + "---:|" * (len(heads) - 1),
    ]
    for figure in overall(run.figures):
        cells = [
            plain(measure(figure.metric).name[lang]),
            written(figure.metric, figure.value)[lang],
            f"{written(figure.metric, figure.low)[lang]} – {written(figure.metric, figure.high)[lang]}",
            str(figure.rows),
        ]
        if change:
            delta = change.deltas.get(figure.metric)
            cells.append("" if delta is None else difference(figure.metric, delta)[lang])
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _groups(dimension: Dimension, found: Sequence[Group], lang: Lang) -> list[str]:
    """A line a group, a column a measure that any of them has."""
    metrics = list(dict.fromkeys(f.metric for f in in_order(f for group in found for f in group.figures)))
    if not metrics:
        return []
    heads = [
        text("document" if dimension == "doc" else "group", lang),
        *(plain(measure(metric).name[lang]) for metric in metrics),
    ]
    title = f"{text('by.every', lang)} {text(f'by.{dimension}.small', lang)}"
    lines = [f"## {title}", "", "| " + " | ".join(heads) + " |", "|---|" + "---:|" * len(metrics)]
    for group in found:
        by_metric = {figure.metric: figure for figure in group.figures}
        cells = [_cell(by_metric[metric], lang) if metric in by_metric else "" for metric in metrics]
        lines.append("| " + " | ".join([plain(group.name[lang]), *cells]) + " |")
    return [*lines, ""]


def _cell(figure: Figure, lang: Lang) -> str:
    """`71% (60% – 80%; 24)`: value, interval and questions."""
    value, low, high = (written(figure.metric, one)[lang] for one in (figure.value, figure.low, figure.high))
    apart = "\u00a0; " if lang == "fr" else "; "
    return f"{value} ({low} – {high}{apart}{figure.rows})"


def _changes(rows: Sequence[ShownRow], lang: Lang, change: Change) -> list[str]:
    caption = text("changes.caption", lang, count=change.questions, name=change.name)
    lines = [f"## {text('changes', lang)}", "", plain(caption), ""]
    if change.fallen:
        lines += [f"**{text('fell', lang, names=change.fallen_names)}**", ""]
    lines += [f"> {plain(note[lang])}\n" for note in change.notes]
    for state in ("fixed", "broke"):
        found = [row for row in rows if row.changed == state]
        lines += [f"### {text(state, lang)} ({len(found)})", ""]
        lines += [f"- {plain(row.gold.question)}" for row in found]
        lines.append("")
    return lines


def _failed(row: ShownRow, lang: Lang) -> str:
    answer = row.answer["answer"] or (row.answer["error"] or {}).get("message", "")
    first, more = row.expected_first
    expected = f" {text('or', lang)} ".join(form[lang] for form in first)
    if more:
        expected += f" {text('expected.more', lang, count=len(more))}"
    lines = [f"- **{plain(row.gold.question)}** ({plain(row.gold.id)})"]
    lines.append(f"  - {_named('answer', lang)} {plain(answer)}")
    if expected:
        lines.append(f"  - {_named('expected', lang)} {plain(expected)}")
    lines += [f"  - {plain(said[lang])}" for said in row.failures]
    return "\n".join(lines)


def _named(name: str, lang: Lang) -> str:
    return text("named", lang, name=text(name, lang))
