"""Narrowing questions to some documents or dates: chosen beside the list, told above the question's box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from qa.chat.elements import escape
from qa.chat.layout import Parts
from qa.chat.session import Titled
from qa.chat.texts import text
from qa.chat.tools import act
from qa.errors import ScopeError
from qa.present import explain, scope_from
from qa.scope import check_scope
from qa.signs import scope_words
from qa.types import Lang


class Narrowing:
    """What the events of its parts do: `only` names documents, `since` and `until` are dates as written."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def show(self, documents: Sequence[Titled], lang: Lang, only: Sequence[str]) -> dict[Any, Any]:
        """Every text in `lang`, and the documents that can be chosen; one that is gone is let go.

        What the question is narrowed to is told apart (`tell`): it may have been chosen while this was made.
        """
        parts = self._parts
        known = {document.path for document in documents}
        kept = [name for name in only or () if name in known]
        chosen: dict[str, Any] = {} if kept == list(only or ()) else {"value": kept}
        date = text("narrow.date", lang)
        return {
            parts.only: gr.update(
                choices=[(_named(document), document.path) for document in documents],
                label=text("narrow.only", lang),
                visible=bool(documents),
                **chosen,
            ),
            parts.since: gr.update(label=text("narrow.since", lang), placeholder=date),
            parts.until: gr.update(label=text("narrow.until", lang), placeholder=date),
        }

    def tell(self, lang: Lang, only: Sequence[str], since: str, until: str) -> dict[Any, Any]:
        """What the next question is narrowed to, and how to lift it; nothing where it is not."""
        try:
            scope = check_scope(scope_from(only, since, until))
        except ScopeError as error:
            return {self._parts.narrowed: _line(" ".join(explain(error, lang)), lang, role="alert")}
        return {self._parts.narrowed: _line(scope_words(scope, lang), lang) if scope else ""}

    def lift(self) -> dict[Any, Any]:
        """Ask all documents again."""
        parts = self._parts
        return {parts.only: gr.update(value=[]), parts.since: "", parts.until: "", parts.narrowed: ""}


def _line(words: str, lang: Lang, role: str = "status") -> str:
    return f'<p class="note" role="{role}">{escape(words)} {act("lift", -1, text("narrow.lift", lang))}</p>'


def _named(document: Titled) -> str:
    """A document as it is chosen: two may have the same title."""
    return " · ".join(part for part in (document.title, document.date, document.path) if part)
