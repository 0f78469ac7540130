"""Conversations that the browser keeps: opened again, renamed, deleted, taken out as files.

Each event gets them from the browser and gives them back; here nothing stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from qa.chat.asking import Asking, Updates
from qa.chat.elements import escape
from qa.chat.exchange import Conversation, name_of
from qa.chat.export import export
from qa.chat.layout import Opened, Parts
from qa.chat.memory import Kept, is_kept, read_kept, to_conversation, with_conversation, write_kept
from qa.chat.texts import browser_lang, text
from qa.types import LANGS, Lang


class Keeping:
    """What the events around a conversation do; the conversation itself is `Asking`'s."""

    def __init__(self, parts: Parts, asking: Asking) -> None:
        self._parts = parts
        self._asking = asking

    def begin(self, saved: object, chosen: object, request: gr.Request) -> Updates:
        """The page has opened: in the language chosen on it, else the browser's, with its conversations."""
        lang = next(
            (known for known in LANGS if known == chosen),
            browser_lang(request.headers.get("accept-language", "")),
        )
        named = gr.update(value=lang, label=text("page.language", lang))
        return {**self.refresh(lang, (), Opened(), saved), self._parts.lang: named}

    def refresh(
        self,
        lang: Lang,
        conversation: Conversation,
        opened: Opened,
        saved: object,
    ) -> Updates:
        """Every text of the page in `lang`."""
        parts = self._parts
        return {
            **self._asking.refresh(lang, conversation, opened),
            parts.sources_tab: gr.update(label=text("page.sources", lang)),
            parts.kept_tab: gr.update(label=text("kept.title", lang)),
            parts.out_title: f"<h2>{escape(text('out.title', lang))}</h2>",
            **self._listed(read_kept(saved), opened, lang),
        }

    def keep(self, lang: Lang, conversation: Conversation, opened: Opened, saved: object) -> Updates:
        """A question has ended, or was spoken of: the browser keeps the conversation as it is now."""
        # One that was left meanwhile was kept then, or deleted.
        if not _can_be_kept(conversation) or name_of(conversation) != opened.id:
            return {self._parts.status: gr.skip()}
        return self._kept(_with_open(conversation, saved), opened, lang)

    def begin_anew(self, lang: Lang, conversation: Conversation, opened: Opened, saved: object) -> Updates:
        """A new conversation; what was open is kept first: its last answer may be newer than `saved`."""
        if opened.running is not None:
            return {self._parts.status: gr.skip()}
        kept = _with_open(conversation, saved)
        return {**self._asking.clear(lang, opened), **self._kept(kept, opened, lang)}

    def open(
        self, ident: str, lang: Lang, conversation: Conversation, opened: Opened, saved: object
    ) -> Updates:
        """Show a conversation again, to be read or gone on with; what was open is kept first."""
        conversations = _with_open(conversation, saved)
        found = next((kept for kept in conversations if kept.id == ident), None)
        if found is None or opened.running is not None:
            return {self._parts.kept: gr.update(value=opened.id or None)}
        conversation = to_conversation(found)
        opened.id, opened.source, opened.lang = found.id, None, lang
        opened.leave_editing()
        return {
            self._parts.conversation: conversation,
            self._parts.clear: gr.update(visible=True),
            self._parts.editing: "",
            self._parts.examples_title: "",
            **{button: gr.update(visible=False) for button in self._parts.examples},
            **self._asking.told(conversation, opened, lang),
            **self._asking.ended(conversation, lang),
            **self._kept(conversations, opened, lang),
        }

    def rename(
        self, name: str, lang: Lang, conversation: Conversation, opened: Opened, saved: object
    ) -> Updates:
        """Name the conversation that the page shows; an empty name is none."""
        named = " ".join(name.split())[:120]
        conversations = [
            replace(kept, name=named, renamed=True) if kept.id == name_of(conversation) and named else kept
            for kept in _with_open(conversation, saved)
        ]
        return self._kept(conversations, opened, lang)

    def delete(self, lang: Lang, conversation: Conversation, opened: Opened, saved: object) -> Updates:
        """Forget the conversation that the page shows and begin anew."""
        if opened.running is not None:
            return {self._parts.status: gr.skip()}
        left = [kept for kept in read_kept(saved) if kept.id != name_of(conversation)]
        return {**self._asking.clear(lang, opened), **self._kept(left, opened, lang)}

    def exporter(self, kind: str) -> Callable[[Lang, Conversation], str]:
        """What makes the conversation a file of `kind`, as JSON of its name, type and text."""

        def make(lang: Lang, conversation: Conversation) -> str:
            name, media, content = export(kind, conversation, lang)
            return json.dumps({"name": name, "type": media, "text": content})

        return make

    def _kept(self, conversations: Sequence[Kept], opened: Opened, lang: Lang) -> Updates:
        return {self._parts.saved: write_kept(conversations), **self._listed(conversations, opened, lang)}

    def _listed(self, conversations: Sequence[Kept], opened: Opened, lang: Lang) -> dict[Any, Any]:
        parts = self._parts
        current = next((kept for kept in conversations if kept.id == opened.id), None)
        note = text("kept.note" if conversations else "kept.none", lang)
        words = ("Markdown", "HTML", text("out.csl", lang))
        return {
            parts.kept_note: f'<p class="note">{escape(note)}</p>',
            parts.kept: gr.update(
                choices=[(f"{kept.name} · {kept.at[:10]}", kept.id) for kept in conversations],
                value=current.id if current else None,
                label=text("kept.title", lang),
                visible=bool(conversations),
            ),
            parts.name: gr.update(
                value=current.name if current else "",
                label=text("kept.name", lang),
                visible=current is not None,
            ),
            parts.rename: gr.update(value=text("kept.rename", lang), visible=current is not None),
            parts.delete: gr.update(value=text("kept.delete", lang), visible=current is not None),
            **{
                button: gr.update(value=word, interactive=current is not None)
                for button, word in zip(parts.out, words, strict=True)
            },
        }


def _can_be_kept(conversation: Conversation) -> bool:
    """Whether there is something to keep: not while a question is being answered."""
    return bool(name_of(conversation)) and conversation[-1].state != "running"


def _with_open(conversation: Conversation, saved: object) -> list[Kept]:
    """What the browser keeps, and the open conversation as it stands, where that is not kept yet."""
    kept, name = read_kept(saved), name_of(conversation)
    if not _can_be_kept(conversation):
        return kept
    # One that was only looked at keeps its place and its date.
    if is_kept(kept, name, conversation):
        return kept
    return with_conversation(kept, name, conversation)
