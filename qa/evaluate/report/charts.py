"""The drawings: inline SVG whose words stand in the table around it, so that they can be read on a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.evaluate.report.markup import both, escape, svg_text, words
from qa.evaluate.report.words import percent, say, seconds

_Z = 1.96
_BINS = 6
_LEAST_IN_BIN = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same support: their mean support, the share that is right, its interval."""

    support: float
    right: float
    low: float
    high: float
    answers: int


def interval_line(share: float, least: float, most: float, tone: str) -> str:
    """A line from 0 to 1 with a share and its interval."""
    low, high, at = 100 * least, 100 * most, 100 * share
    scaled = 'vector-effect="non-scaling-stroke"'
    return (
        f'<svg class="line {escape(tone)}" viewBox="0 0 100 14" preserveAspectRatio="none" '
        'aria-hidden="true">'
        f'<line class="track" x1="0" x2="100" y1="7" y2="7" {scaled}/>'
        f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="7" y2="7" {scaled}/>'
        f'<line class="at" x1="{at:.1f}" x2="{at:.1f}" y1="1" y2="13" {scaled}/></svg>'
    )


def calibration_bins(answers: Sequence[tuple[float, float]]) -> tuple[Bin, ...]:
    """(support, right) of each answer in up to six groups of about equal size, by rising support.

    Intervals are Wilson's at 95 %. Nothing where no two groups of five can be made.
    """
    ordered = sorted(answers)
    count = min(_BINS, len(ordered) // _LEAST_IN_BIN)
    if count < 2:
        return ()
    cuts = [round(n * len(ordered) / count) for n in range(count + 1)]
    bins: list[Bin] = []
    for first, last in pairwise(cuts):
        part = ordered[first:last]
        right = sum(value for _, value in part) / len(part)
        low, high = wilson(right, len(part))
        bins.append(Bin(sum(support for support, _ in part) / len(part), right, low, high, len(part)))
    return tuple(bins)


def calibration_curve(bins: Sequence[Bin]) -> str:
    """The share that is right against the support, with the diagonal; the same as a table below it."""
    if not bins:
        return f"<p>{words('curve.few')}</p>"
    size, left, top = 280.0, 62.0, 10.0

    def x(value: float) -> float:
        return left + size * value

    def y(value: float) -> float:
        return top + size * (1 - value)

    parts = [
        f'<line class="axis" x1="{x(0)}" x2="{x(1)}" y1="{y(t):g}" y2="{y(t):g}"/>'
        f'<line class="axis" y1="{y(0)}" y2="{y(1)}" x1="{x(t):g}" x2="{x(t):g}"/>'
        + svg_text(percent(t), x(t), y(0) + 16)
        + svg_text(percent(t), x(0) - 6, y(t) + 4, "end")
        for t in (0, 0.25, 0.5, 0.75, 1)
    ]
    parts.append(f'<line class="ideal" x1="{x(0)}" x2="{x(1)}" y1="{y(0)}" y2="{y(1)}"/>')
    path = " ".join(f"{x(b.support):.1f},{y(b.right):.1f}" for b in bins)
    parts.append(f'<polyline class="path" points="{path}"/>')
    for b in bins:
        at = f"{x(b.support):.1f}"
        ends = f'y1="{y(b.low):.1f}" y2="{y(b.high):.1f}"'
        parts.append(f'<line class="span" x1="{at}" x2="{at}" {ends}/>')
        radius = 3 + 2 * math.sqrt(b.answers / max(other.answers for other in bins))
        parts.append(f'<circle class="dot" cx="{at}" cy="{y(b.right):.1f}" r="{radius:.1f}"/>')
    parts.append(svg_text(say("curve.x"), x(0.5), y(0) + 34))
    parts.append(f'<g transform="rotate(-90 12 {y(0.5):g})">{svg_text(say("curve.y"), 12, y(0.5))}</g>')
    drawing = f'<svg viewBox="0 0 372 330" aria-hidden="true">{"".join(parts)}</svg>'
    return f'<div class="curve">{drawing}</div>{_bins_table(bins)}'


def _bins_table(bins: Sequence[Bin]) -> str:
    rows = "".join(
        f'<tr><td class="n">{both(percent(b.support))}</td><td class="n">{both(percent(b.right))}</td>'
        f'<td class="n">{both(percent(b.low))} – {both(percent(b.high))}</td>'
        f'<td class="n">{b.answers}</td></tr>'
        for b in bins
    )
    heads = "".join(
        f'<th scope="col" class="n">{words(name)}</th>'
        for name in ("curve.x", "curve.y", "interval.head", "questions.head")
    )
    return (
        f"<details><summary>{words('curve.table')}</summary><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )


def time_rows(times: Sequence[tuple[str, Sequence[float]]]) -> str:
    """A table of (name, seconds of each question), each with a line of its questions."""
    most = max((max(values) for _, values in times if values), default=0.0)
    rows: list[str] = []
    for name, values in times:
        if not values:
            continue
        ordered = sorted(values)
        middle, ninety = quantile(ordered, 0.5), quantile(ordered, 0.9)
        ticks = "".join(_upright("tick", value / most, 4) for value in ordered) if most else ""
        line = (
            '<svg class="line" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
            '<line class="track" x1="0" x2="100" y1="7" y2="7" vector-effect="non-scaling-stroke"/>'
            f"{ticks}{_upright('middle', middle / most if most else 0, 1)}</svg>"
        )
        rows.append(
            f'<tr><th scope="row">{words(f"time.{name}")}</th><td class="plot">{line}</td>'
            f'<td class="n">{both(seconds(middle))}</td><td class="n">{both(seconds(ninety))}</td></tr>'
        )
    heads = (
        f'<th scope="col">{words("time")}</th><th scope="col"></th>'
        f'<th scope="col" class="n">{words("median")}</th><th scope="col" class="n">{words("ninety")}</th>'
    )
    caption = words("time.caption", most=seconds(most))
    return (
        f'<div class="scroll" tabindex="0"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values, of which there are some, do not pass."""
    return ordered[math.ceil(share * len(ordered)) - 1]


def _upright(name: str, share: float, top: float) -> str:
    at = f"{100 * share:.2f}"
    return (
        f'<line class="{name}" x1="{at}" x2="{at}" y1="{top:g}" y2="{14 - top:g}" '
        'vector-effect="non-scaling-stroke"/>'
    )


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count`."""
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    middle, scale = share + _Z**2 / (2 * count), 1 + _Z**2 / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
