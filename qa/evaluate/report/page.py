"""The report as one HTML page: nothing in it is loaded from anywhere, nothing links to the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import get_args

from qa.evaluate.gold import TextOf
from qa.evaluate.metrics import SECONDS
from qa.evaluate.report.charts import calibration_bins, calibration_curve, interval_line, time_rows
from qa.evaluate.report.groups import by_group
from qa.evaluate.report.markup import both, escape, pills, table, words
from qa.evaluate.report.measures import HEADLINE, Headline, difference, measure, overall, written
from qa.evaluate.report.rows import ShownRow, card, named, shown_rows
from qa.evaluate.report.summary import Change, Summary, summarise
from qa.evaluate.report.words import TEXTS, percent, text
from qa.evaluate.types import Figure, Kind, Run
from qa.types import LANGS, Lang


def page(run: Run, text_of: TextOf, lang: Lang, change: Change | None = None) -> str:
    """The whole page; it has both languages and opens in `lang`. `change` is since a baseline."""
    rows = shown_rows(run, change.fixed if change else (), change.broke if change else ())
    summary = summarise(run)
    style, script = _resource("style.css"), _resource("script.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    body = "".join(
        (
            _top(summary, lang),
            '<main id="main">',
            _headline(summary, change),
            _changes(rows, change),
            _figures(run, change),
            by_group(run, rows),
            _curve_and_time(rows),
            _questions(rows, text_of, change),
            _method(run, summary),
            "</main>",
        )
    )
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(text('title', lang))}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _top(summary: Summary, lang: Lang) -> str:
    switch = pills(
        "lang",
        f'<span class="away">{words("language")}</span>',
        [("fr", "Français"), ("en", "English")],
        lang,
    )
    facts = words("made", gold=summary.gold, split=summary.split, date=summary.date, model=summary.model)
    notes = "".join(
        f'<p class="note{" bad" if wrong else ""}">{both(note)}</p>' for note, wrong in summary.notes
    )
    return (
        '<header class="top"><div class="bar"><span class="brand">Sourcier</span>'
        f'<div class="switch">{switch}</div></div>'
        f'<h1>{words("title")}</h1><p class="lead">{both(summary.lead)}</p>'
        f'<p class="soft small">{facts}</p>{notes}'
        f'<p class="small jump"><a href="#questions">{words("jump")}</a></p></header>'
    )


def _headline(summary: Summary, change: Change | None) -> str:
    cards = "".join(_card(headline, summary, change) for headline in HEADLINE)
    judge = "".join(
        f'<p class="small{" note" if warning else ""}">{both(said)}</p>' for said, warning in summary.judge
    )
    return (
        f'<section aria-labelledby="headline"><h2 id="headline">{words("headline")}</h2>'
        f'<ul class="cards">{cards}</ul>'
        f'<p class="soft small">{words("interval.note")}</p>{judge}</section>'
    )


def _card(headline: Headline, summary: Summary, change: Change | None) -> str:
    figure = summary.figures.get(headline.metric)
    withheld = summary.withheld(headline)
    title = f"<h3>{words(headline.name)}</h3>"
    note = f'<p class="soft">{words(f"{headline.name}.note")}</p>'
    if figure is None or withheld is not None:
        why = withheld or TEXTS["not_scored"]
        return f'<li class="card none">{title}<p class="value">–</p><p>{both(why)}</p>{note}</li>'
    between = words("interval", low=percent(figure.low), high=percent(figure.high))
    rows = words("of", rows=figure.rows)
    return (
        f'<li class="card">{title}<p class="value">{both(percent(figure.value))}</p>'
        f"{interval_line(figure.value, figure.low, figure.high, 'all')}"
        f"<p>{between}<br>{rows}</p>{_change(headline.metric, change)}{note}</li>"
    )


def _change(metric: str, change: Change | None, tag: str = "p") -> str:
    delta = change.deltas.get(metric) if change else None
    if delta is None:
        return ""
    said = difference(metric, delta)
    better = {"more": delta, "less": -delta, "neither": 0.0}[measure(metric).better]
    still = said["en"].startswith("0")
    style = "" if still else "up" if better > 0 else "down" if better < 0 else ""
    if tag == "p":
        content = words("change.none") if still else words("change", points=said)
        return f'<p class="change {style}">{content}</p>'
    return f'<span class="{style}">{both(said)}</span>'


def _changes(rows: Sequence[ShownRow], change: Change | None) -> str:
    if change is None:
        return ""
    fell = ""
    if change.fallen:
        fell = f'<p class="note bad">{words("fell", names=change.fallen_names)}</p>'
    fell += "".join(
        f'<p class="note{" bad" if change.lost else ""}">{both(note)}</p>' for note in change.notes
    )

    def listed(state: str) -> str:
        found = [row for row in rows if row.changed == state]
        items = "".join(f"<li>{named(row)}</li>" for row in found)
        content = f'<ul class="plain">{items}</ul>' if items else f"<p>{words('nothing')}</p>"
        return f"<div><h3>{words(state)} ({len(found)})</h3>{content}</div>"

    return (
        f'<section aria-labelledby="changes"><h2 id="changes">{words("changes")}</h2>'
        f'<p class="soft">{words("changes.caption", count=change.questions, name=change.name)}</p>{fell}'
        f'<div class="columns">{listed("fixed")}{listed("broke")}</div></section>'
    )


def _figures(run: Run, change: Change | None) -> str:
    def between(f: Figure) -> str:
        return f"{both(written(f.metric, f.low))} – {both(written(f.metric, f.high))}"

    # On a phone the interval stands under its value.
    rows = "".join(
        f'<tr><th scope="row">{both(measure(f.metric).name)}</th>'
        f'<td class="n"><b>{both(written(f.metric, f.value))}</b>'
        f'<span class="narrow soft small">{between(f)}</span></td>'
        f'<td class="n wide">{between(f)}</td>'
        f'<td class="n wide">{f.rows}</td>'
        + (f'<td class="n">{_change(f.metric, change, "span")}</td>' if change else "")
        + "</tr>"
        for f in overall(run.figures)
    )
    heads = [
        (words("measure"), ""),
        (words("value"), "n"),
        (words("interval.head"), "n wide"),
        (words("questions.head"), "n wide"),
    ]
    if change:
        heads.append((words("baseline.head"), "n"))
    return (
        f'<section aria-labelledby="figures"><h2 id="figures">{words("figures")}</h2>'
        f"{table(words('figures.caption'), heads, rows)}</section>"
    )


def _curve_and_time(rows: Sequence[ShownRow]) -> str:
    points = [
        (min(claim["support"] for claim in row.answer["claims"]), row.right)
        for row in rows
        if row.answer["claims"] and row.right is not None
    ]
    times = [
        (name, [value for row in rows if (value := row.answer["timings"][name]) is not None])
        for name in SECONDS
    ]
    return (
        f'<section aria-labelledby="curve"><h2 id="curve">{words("curve")}</h2><figure><figcaption>'
        f"{words('curve.caption')}</figcaption>{calibration_curve(calibration_bins(points))}</figure></section>"
        f'<section class="short" aria-labelledby="time"><h2 id="time">{words("time")}</h2>'
        f"{time_rows(times)}</section>"
    )


def _questions(rows: Sequence[ShownRow], text_of: TextOf, change: Change | None) -> str:
    show = [("", words("show.all"))]
    show += [(state, words(f"show.{state}")) for state in ("failed", "flawed", "right")]
    if change:
        show.append(("changed", words("show.changed")))
    kinds = sorted({row.gold.kind for row in rows}, key=list(get_args(Kind)).index)
    langs = [lang for lang in LANGS if any(row.lang == lang for row in rows)]
    filters = pills("show", words("show"), show)
    if len(kinds) > 1:
        filters += pills(
            "kind", words("kind"), [("", words("any"))] + [(k, words(f"kind.{k}")) for k in kinds if k]
        )
    if len(langs) > 1:
        filters += pills(
            "language", words("lang"), [("", words("any.lang"))] + [(k, words(f"lang.{k}")) for k in langs]
        )
    cards = "".join(card(row, text_of) for row in rows)
    return (
        f'<section aria-labelledby="questions"><h2 id="questions">{words("questions")}</h2>'
        f'<div class="filters">{filters}</div>'
        f'<p class="soft small" role="status"><span class="shown">{len(rows)}</span> / {len(rows)} '
        f"{words('shown')}</p>"
        f"{cards}</section>"
    )


def _method(run: Run, summary: Summary) -> str:
    bad = "".join(f"<li>{words('bad.line', line=row.line, message=row.message)}</li>" for row in run.bad)
    parts = [f"<h3>{words('bad')}</h3><ul>{bad}</ul>"] if bad else []
    for name, values in summary.made:
        facts = "".join(
            f"<dt>{escape(key)}</dt><dd><code>{escape(value)}</code></dd>" for key, value in values.items()
        )
        parts.append(f"<details><summary>{words(name)}</summary><dl>{facts}</dl></details>")
    return (
        f'<section class="made" aria-labelledby="method"><h2 id="method">{words("method")}</h2>'
        f"<p>{words('method.text', seed=summary.seed)}</p>{''.join(parts)}</section>"
    )
