"""Each question of the run as a card: answer, gold, verdicts, and the evidence with its sentence marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qa.evaluate.failures import failure_in
from qa.evaluate.gold import TextOf, document_text, lang_of
from qa.evaluate.locate import meet, places_of
from qa.evaluate.metrics import rightness
from qa.evaluate.report.markup import both, escape, marked, words
from qa.evaluate.report.measures import measure, written
from qa.evaluate.report.words import Said, percent, say
from qa.evaluate.types import Gold, GoldEvidence, JudgedRow, RowScore, Run
from qa.types import LANGS, Lang

# Characters of the document shown on each side of a cited sentence.
_AROUND = 160
# Where one of these is so, a question has failed, also one that gives no accepted form.
_FAILS = ("error", "obeyed", "false_refusal")
# Accepted forms that are shown at once.
_SPELLINGS = 4


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One question with all that is known of it; `changed` since the baseline: fixed, broke or nothing."""

    gold: Gold
    answer: Mapping[str, Any]
    score: RowScore
    judged: JudgedRow | None
    changed: Literal["fixed", "broke", ""]

    @property
    def right(self) -> float | None:
        return rightness(self.score)

    @property
    def state(self) -> Literal["right", "flawed", "failed", "unscored"]:
        """`flawed`: rightly treated, but something is wrong with it."""
        if self.right == 0 or any(self.score.metrics.get(name) for name in _FAILS):
            return "failed"
        if self.right is None:
            return "unscored"
        return "flawed" if self.failures else "right"

    @property
    def failures(self) -> tuple[Said, ...]:
        """What is wrong with it."""
        return tuple({lang: failure_in(kept, lang) for lang in LANGS} for kept in self.score.failures)

    @property
    def expected(self) -> tuple[Said, ...]:
        """What is as good as any: accepted forms; a refusal or what the documents say instead."""
        forms = self.gold.correction if self.gold.absent else self.gold.answers
        refusal = (say("expected.refusal"),) if self.gold.absent else ()
        return refusal + tuple(dict.fromkeys(LANGS, form) for form in forms)

    @property
    def expected_first(self) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
        """The first of what is expected, and the rest: gold rows may have dozens of spellings."""
        forms = self.expected
        most = _SPELLINGS if len(forms) > _SPELLINGS + 1 else len(forms)
        return forms[:most], forms[most:]

    @property
    def lang(self) -> Lang:
        return lang_of(self.gold)


def shown_rows(run: Run, fixed: Sequence[str] = (), broke: Sequence[str] = ()) -> tuple[ShownRow, ...]:
    """The rows of a run in its order; `fixed` and `broke` are ids."""
    judged = {row.id: row for row in run.judged}
    return tuple(
        ShownRow(
            gold,
            answer,
            score,
            judged.get(gold.id),
            "fixed" if gold.id in fixed else "broke" if gold.id in broke else "",
        )
        for gold, answer, score in zip(run.gold, run.answers, run.scores, strict=True)
    )


def anchor(ident: str) -> str:
    """The id of a question's card: letters and digits of any id."""
    return "q-" + "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in ident)


def card(row: ShownRow, text_of: TextOf) -> str:
    """The whole card of one question."""
    gold, answer = row.gold, row.answer
    badge = {"right": "ok", "flawed": "so", "failed": "no", "unscored": ""}[row.state]
    names = (f"kind.{gold.kind}", f"lang.{row.lang}", f"status.{answer['status']}")
    meta = " · ".join([*map(words, names), escape(gold.id)])
    facts = [
        _fact("history", _history(gold)),
        _fact("understood", escape(answer.get("understood") or "")),
        _fact("answer", _answer(answer), "answer"),
        _fact("expected", _expected(row)),
        _fact("forbidden", f" <i>{words('or')}</i> ".join(map(escape, gold.forbidden))),
        _fact("failures", _list(both(said) for said in row.failures), "fails"),
        _fact("claims", _claims(answer)),
        _fact("judged", _judged(row.judged)),
        _fact("note", escape(gold.note)),
    ]
    return (
        f'<article class="q" id="{anchor(gold.id)}" data-state="{row.state}" data-kind="{escape(gold.kind)}" '
        f'data-lang="{row.lang}" data-changed="{row.changed}">'
        f'<h3 lang="{row.lang}" dir="auto">{escape(gold.question)}</h3>'
        f'<p class="meta"><span class="badge {badge}">{words(f"state.{row.state}")}</span>{meta}</p>'
        f"<dl>{''.join(facts)}</dl>{_evidence(row, text_of)}</article>"
    )


def _fact(name: str, content: str, style: str = "") -> str:
    if not content:
        return ""
    return f'<dt>{words(name)}</dt><dd class="{style}" dir="auto">{content}</dd>'


def _list(items: Iterable[str]) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{rows}</ul>" if rows else ""


def _history(gold: Gold) -> str:
    return "<br>".join(f"{escape(turn.question)} — {escape(turn.answer)}" for turn in gold.history)


def _answer(answer: Mapping[str, Any]) -> str:
    if answer["error"]:
        return escape(f"{answer['error']['message']} {answer['error']['remedy']}".strip())
    return escape(answer["answer"])


def _expected(row: ShownRow) -> str:
    first, more = row.expected_first
    either = f" <i>{words('or')}</i> "
    shown = either.join(both(form) for form in first) or words("expected.none")
    if not more:
        return shown
    rest = either.join(both(form) for form in more)
    return f"{shown}<details><summary>{words('expected.more', count=len(more))}</summary>{rest}</details>"


def _claims(answer: Mapping[str, Any]) -> str:
    """The verdict of each claim; its words only where the answer has several."""

    def verdict(claim: Mapping[str, Any]) -> str:
        return f"{words('claim.' + claim['verdict'])}, {both(percent(claim['support']))}"

    claims = answer["claims"]
    if len(claims) == 1:
        return verdict(claims[0])
    return _list(f"{escape(claim['text'])} <small>({verdict(claim)})</small>" for claim in claims)


def _judged(judged: JudgedRow | None) -> str:
    if judged is None:
        return ""
    if judged.problem:
        return words("judged.failed", problem=judged.problem)
    return " · ".join(
        f"{both(measure(name).name)} {both(written(name, value))}" for name, value in judged.scores.items()
    )


def _evidence(row: ShownRow, text_of: TextOf) -> str:
    answer = row.answer
    parts = [
        _details("sources", [_citation(c, text_of) for c in answer["citations"]], opened=bool(row.failures)),
        _details("nearest", [_citation(c, text_of) for c in answer["nearest"]]),
        _details(
            "gold",
            [_gold(evidence, answer, text_of) for evidence in row.gold.evidence],
            opened=bool(row.failures),
        ),
    ]
    return "".join(parts)


def _details(name: str, quotes: Sequence[str], *, opened: bool = False) -> str:
    if not quotes:
        return ""
    summary = words(name, count=len(quotes))
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{''.join(quotes)}</details>"


def _citation(citation: Mapping[str, Any], text_of: TextOf) -> str:
    """The cited sentence marked in what stands around it in its document."""
    start, end, quote = citation["start"], citation["end"], citation["quote"]
    body = f"<mark>{escape(quote)}</mark>"
    text = document_text(text_of, citation["doc"]) or ""
    if text[start:end] == quote:
        first, last = _widen(text, start, end)
        body = marked(text[first:last], start - first, end - first)
        body = ("… " if first else "") + body + (" …" if last < len(text) else "")
    number = f"[{citation['n']}] " if citation.get("n") else ""
    facts = [f"{number}{citation['title'] or citation['doc']}", citation["date"] or ""]
    named = " · ".join(escape(fact) for fact in facts if fact)
    if citation.get("page") is not None:
        named += f" · {words('page', page=citation['page'])}"
    source = f"<footer>{named} · <code>{escape(citation['doc'])}</code></footer>"
    return f'<blockquote><p dir="auto">{body}</p>{source}</blockquote>'


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """A range around `[start, end)` that begins and ends between words."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = next((n + 1 for n in range(first, start) if text[n].isspace()), start)
    if last < len(text):
        last = next((n for n in range(last, end, -1) if text[n - 1].isspace()), end)
    return first, last


def _gold(evidence: GoldEvidence, answer: Mapping[str, Any], text_of: TextOf) -> str:
    """A sentence that should be cited, and whether it was."""
    places = places_of(evidence, text_of) or ()
    cited, found = (meet(places, answer.get(name) or ()) for name in ("citations", "evidence"))
    state = "cited" if cited else "found" if found else "missed"
    style = "ok" if state == "cited" else "no" if state == "missed" else ""
    return (
        f'<blockquote><p dir="auto"><mark>{escape(evidence.quote)}</mark></p><footer>'
        f'<span class="badge {style}">{words("gold." + state)}</span><code>{escape(evidence.doc)}</code>'
        "</footer></blockquote>"
    )


def named(row: ShownRow) -> str:
    """A link to a question's card."""
    return f'<a href="#{anchor(row.gold.id)}">{escape(row.gold.question)}</a>'
