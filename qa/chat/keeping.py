"""Conversations that the browser keeps: listed, opened again, renamed, deleted, taken out as files.

The browser keeps them (see `keeping.js`) as an event begins; here they are shown, and nothing stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr

from qa.chat.asking import Asking, Updates
from qa.chat.elements import escape
from qa.chat.exchange import Conversation
from qa.chat.export import export
from qa.chat.layout import Opened, Parts
from qa.chat.markup import render_error
from qa.chat.memory import Saved, conversation_of, read_saved
from qa.chat.texts import browser_lang, text
from qa.types import LANGS, AnswerError, Lang


class Keeping:
    """What the events around a conversation do; the conversation itself is `Asking`'s.

    `told` is what the browser keeps as the event begins (see `Saved`).
    """

    def __init__(self, parts: Parts, asking: Asking) -> None:
        self._parts = parts
        self._asking = asking

    def begin(self, told: object, request: gr.Request) -> Updates:
        """The page has opened: in the language chosen on it, else the browser's, with its conversations."""
        saved = read_saved(told)
        lang = next(
            (known for known in LANGS if known == saved.lang),
            browser_lang(request.headers.get("accept-language", "")),
        )
        named = gr.update(value=lang, label=text("page.language", lang))
        return {
            **self.refresh(lang, (), Opened()),
            **self._listed(saved, lang),
            self._parts.lang: named,
        }

    def refresh(self, lang: Lang, conversation: Conversation, opened: Opened) -> Updates:
        """Every text of the page in `lang`, but what is kept."""
        parts = self._parts
        return {
            **self._asking.refresh(lang, conversation, opened),
            parts.sources_tab: gr.update(label=text("page.sources", lang)),
            parts.kept_tab: gr.update(label=text("kept.title", lang)),
            parts.out_title: f"<h2>{escape(text('out.title', lang))}</h2>",
        }

    def tell(self, told: object, lang: Lang) -> Updates:
        """What is kept now: a question has ended, a name was given, or another tab changed something."""
        return self._listed(read_saved(told), lang)

    def begin_anew(self, told: object, lang: Lang, opened: Opened) -> Updates:
        """A new conversation; what was open is kept, or was deleted."""
        if opened.running is not None:
            return self.tell(told, lang)
        saved = replace(read_saved(told), current=None, ended=False)
        return {**self._asking.clear(lang, opened), **self._listed(saved, lang)}

    def open(self, told: object, ident: str, lang: Lang, opened: Opened) -> Updates:
        """Show a conversation again, to be read or gone on with; what was open is kept."""
        saved = read_saved(told)
        conversation = conversation_of(saved.opened, ident)
        if not conversation or opened.running is not None:
            return self._listed(saved, lang)
        opened.id, opened.source, opened.lang = ident, None, lang
        opened.leave_editing()
        return {
            self._parts.conversation: conversation,
            self._parts.clear: gr.update(visible=True),
            self._parts.editing: "",
            self._parts.examples_title: "",
            **{button: gr.update(visible=False) for button in self._parts.examples},
            **self._asking.told(conversation, opened, lang),
            **self._asking.ended(conversation, lang),
            **self._listed(replace(saved, current=ident, named=False, ended=True), lang),
        }

    def exporter(self, kind: str) -> Callable[[Lang, Conversation], str]:
        """What makes the conversation a file of `kind`, as JSON of its name, type and text."""

        def make(lang: Lang, conversation: Conversation) -> str:
            name, media, content = export(kind, conversation, lang)
            return json.dumps({"name": name, "type": media, "text": content})

        return make

    def _listed(self, saved: Saved, lang: Lang) -> dict[Any, Any]:
        """The list with the one that the page shows, and what can be done with that."""
        parts = self._parts
        current = next((kept for kept in saved.kept if kept.id == saved.current), None)
        note = text("kept.note" if saved.kept else "kept.none", lang)
        words = ("Markdown", "HTML", text("out.csl", lang))
        name = {} if saved.named and current else {"value": current.name if current else ""}
        updates: dict[Any, Any] = {
            parts.kept_note: f'<p class="note">{escape(note)}</p>',
            parts.kept: gr.update(
                choices=[(f"{kept.name} · {_day(kept.at)}", kept.id) for kept in saved.kept],
                value=current.id if current else None,
                label=text("kept.title", lang),
                visible=bool(saved.kept),
            ),
            parts.name: gr.update(label=text("kept.name", lang), visible=current is not None, **name),
            parts.rename: gr.update(value=text("kept.rename", lang), visible=current is not None),
            parts.delete: gr.update(value=text("kept.delete", lang), visible=current is not None),
            **{
                # What the browser could not keep can be taken out all the same.
                button: gr.update(value=word, interactive=saved.ended)
                for button, word in zip(parts.out, words, strict=True)
            },
        }
        if saved.failed:
            full = AnswerError("not_kept", text("kept.failed", lang), text("kept.failed_remedy", lang))
            updates[parts.notice] = render_error(full, lang)
        return updates


def _day(at: str) -> str:
    """The day of a moment; no line is broken in it."""
    return at[:10].replace("-", "\u2011")
