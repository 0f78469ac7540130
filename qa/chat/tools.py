"""What can be done with a question and its answer: edit, correct, copy, say what is wrong with it."""

from __future__ import annotations

from qa.chat.elements import escape
from qa.chat.exchange import FEEDBACK, Exchange
from qa.chat.texts import text
from qa.serve.footnotes import with_footnotes
from qa.types import Lang


def edit_button(exchange: Exchange, turn: int, lang: Lang) -> str:
    """Take the question back into the box; not while it is being answered."""
    return "" if exchange.state == "running" else act("edit", turn, text("tool.edit", lang))


def correct_button(turn: int, lang: Lang) -> str:
    """Take what a follow-up was understood as into the box."""
    return act("correct", turn, text("tool.correct", lang))


def render_tools(exchange: Exchange, turn: int, lang: Lang, *, feedback: bool) -> str:
    """The row below an answer; nothing below what is none."""
    answer = exchange.answer
    if answer is None or exchange.error is not None:
        return ""
    copy = (
        f'<button type="button" class="tool" data-copy="{escape(with_footnotes(answer))}" '
        f'data-done="{escape(text("tool.copied", lang))}">{escape(text("tool.copy", lang))}</button>'
    )
    return f'<div class="tools">{copy}{_feedback(exchange, turn, lang) if feedback else ""}</div>'


def _feedback(exchange: Exchange, turn: int, lang: Lang) -> str:
    if exchange.feedback is not None:
        said = text(f"feedback.{exchange.feedback}", lang)
        thanks = f'<span class="note" role="status">{escape(text("feedback.thanks", lang, said=said))}</span>'
        words = "".join(
            act("feedback", turn, text(f"feedback.{word}", lang), value=word)
            for word in FEEDBACK
            if word != exchange.feedback
        )
        return f"{thanks}{_folded(words, text('feedback.change', lang), text('feedback.ask_anew', lang))}"
    good = act("feedback", turn, text("feedback.good", lang), value="good")
    wrong = "".join(
        act("feedback", turn, text(f"feedback.{reason}", lang), value=reason)
        for reason in FEEDBACK
        if reason != "good"
    )
    return f"{good}{_folded(wrong, text('feedback.bad', lang), text('feedback.ask', lang))}"


def _folded(words: str, summary: str, question: str) -> str:
    """The buttons `words` below a question, shown once `summary` is opened."""
    return (
        f'<details class="wrong"><summary class="tool">{escape(summary)}</summary>'
        f'<div role="group" aria-label="{escape(question)}">'
        f"<span>{escape(question)}</span>{words}</div></details>"
    )


def act(name: str, turn: int, words: str, *, value: str = "", label: str = "") -> str:
    """A button that has the page do `name` (see `page.act`)."""
    told = f' aria-label="{escape(label)}" title="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="tool" data-act="{name}" data-turn="{turn}" '
        f'data-value="{escape(value)}"{told}>{escape(words)}</button>'
    )
