"""The page: its parts, and what happens when they are used.

Nothing here outlives a page but what Gradio keeps for it: two browsers share the session alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import gradio as gr

from qa.chat.examples import example_questions
from qa.chat.exchange import Conversation, Exchange, to_history
from qa.chat.follow import follow
from qa.chat.layout import EXAMPLES, Opened, Parts, every_part, lay_out
from qa.chat.markup import escape, render_conversation, render_error, render_status
from qa.chat.session import Session
from qa.chat.sources import render_sources
from qa.chat.texts import browser_lang, text
from qa.errors import SourcierError
from qa.types import AnswerDone, AnswerError, Lang

_QUESTIONS_AT_ONCE = 16  # answered or waiting for the model; further ones wait in Gradio's queue

Updates = Mapping[Any, Any]


def build_page(session: Session) -> gr.Blocks:
    """The chat on `session`, for `gr.mount_gradio_app` with `layout.CSS` and `layout.theme()`."""
    page: gr.Blocks
    with gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True) as page:
        parts = lay_out()
        _connect(page, parts, _Handlers(session, parts))
    page.queue(max_size=64, api_open=False, status_update_rate="auto")
    return page


def _connect(page: gr.Blocks, parts: Parts, handlers: _Handlers) -> None:
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    kept = [parts.lang, parts.conversation, parts.opened]
    every = every_part(parts)
    speak: Any = {"fn": None, "inputs": [parts.lang], "js": _SPEAK, **private}

    page.load(handlers.begin, None, every, **private).then(**speak)
    parts.lang.input(
        handlers.refresh, [*kept, parts.running], every, trigger_mode="always_last", **private
    ).then(**speak)

    for triggers, words in (
        ([parts.send.click, parts.box.submit], parts.box),
        *(([button.click], button) for button in parts.examples),
    ):
        asked = gr.on(
            triggers,
            handlers.ask,
            [words, *kept, parts.running],
            every,
            concurrency_id="ask",
            concurrency_limit=_QUESTIONS_AT_ONCE,
            **private,
        )
        asked.failure(handlers.fail, [*kept, parts.running], every, **private)
        asked.then(handlers.settle, kept, every, **private)
        gr.on(triggers, None, None, None, js=_FOCUS, **private)
    # Not behind the questions that wait: stopping is what frees the model for them.
    parts.stop.click(handlers.stop, [parts.running], None, concurrency_limit=None, **private)
    parts.stop.click(None, None, None, js=_FOCUS, **private)
    parts.clear.click(handlers.clear, [parts.lang, parts.opened], every, **private)
    parts.clear.click(None, None, None, js=_FOCUS, **private)
    for shown in (parts.talk, parts.sources):
        shown.open_source(handlers.open_source, kept, [parts.sources], concurrency_limit=None, **private)


class _Handlers:
    """What the page's events do; each gets what the page keeps and returns what changes."""

    def __init__(self, session: Session, parts: Parts) -> None:
        self._session = session
        self._parts = parts

    def begin(self, request: gr.Request) -> Updates:
        """The page has opened: in the browser's language."""
        lang = browser_lang(request.headers.get("accept-language", ""))
        named = gr.update(value=lang, label=text("page.language", lang))
        return {**self.refresh(lang, (), Opened(), None), self._parts.lang: named}

    def refresh(
        self, lang: Lang, conversation: Conversation, opened: Opened, running: threading.Event | None
    ) -> Updates:
        """Every text of the page in `lang`."""
        parts = self._parts
        problem, count, examples = "", None, list[str]()
        try:
            documents = self._session.documents()
            count = len(documents)
            if not conversation:
                examples = example_questions(self._session, documents, lang)
        except SourcierError as error:
            problem = render_error(_as_told(error), lang)
        buttons = {
            button: gr.update(value=question, visible=question is not None)
            for button, question in zip(
                parts.examples, [*examples, *[None] * (EXAMPLES - len(examples))], strict=True
            )
        }
        updates: dict[Any, Any] = {
            parts.heading: _heading(count, lang),
            parts.lang: gr.update(label=text("page.language", lang)),
            parts.notice: problem,
            parts.box: gr.update(label=text("box.label", lang), placeholder=text("box.placeholder", lang)),
            parts.send: text("button.send", lang),
            parts.stop: text("button.stop", lang),
            parts.clear: text("button.clear", lang),
            parts.examples_title: f"<p>{escape(text('examples.title', lang))}</p>" if examples else "",
            parts.sources_title: f"<h2>{escape(text('page.sources', lang))}</h2>",
        }
        if _is_over(running):
            updates |= self._ended(conversation, lang)
        return {**updates, **buttons, **self._told(conversation, opened, lang)}

    def settle(self, lang: Lang, conversation: Conversation, opened: Opened) -> Updates:
        """An answer has ended: where the page's language was switched meanwhile, tell it in the new one."""
        updates: dict[Any, Any] = {self._parts.status: gr.skip()}
        if conversation and conversation[-1].answer is not None:
            # Whatever was missing when the page opened is there now.
            updates[self._parts.notice] = ""
        if lang != opened.lang:
            updates |= {**self._told(conversation, opened, lang), **self._ended(conversation, lang)}
        return updates

    def ask(
        self,
        question: str,
        lang: Lang,
        conversation: Conversation,
        opened: Opened,
        running: threading.Event | None,
    ) -> Iterator[Updates]:
        """Answer `question`, step by step; nothing where it is empty or another one is under way."""
        parts = self._parts
        if not question.strip() or not _is_over(running):
            yield {parts.status: gr.skip()}
            return
        began = time.monotonic()
        cancel = threading.Event()
        exchange = Exchange(question.strip())
        opened.source, opened.lang = None, lang
        yield {
            parts.box: "",
            parts.send: gr.update(visible=False),
            parts.stop: gr.update(visible=True),
            parts.clear: gr.update(visible=False),
            parts.running: cancel,
            parts.examples_title: "",
            **{button: gr.update(visible=False) for button in parts.examples},
            **self._shown(conversation, exchange, opened, 0, lang),
        }
        try:
            with closing(
                follow(self._session, exchange.question, to_history(conversation), cancel)
            ) as events:
                told = 0
                for event in events:
                    seconds = time.monotonic() - began
                    if event is not None:
                        exchange = exchange.advanced(event)
                        if isinstance(event, AnswerDone):
                            break
                        yield self._shown(conversation, exchange, opened, seconds, lang)
                    elif int(seconds) > told:
                        told = int(seconds)
                        yield {parts.status: render_status(exchange, seconds, lang)}
                    else:
                        # Gradio closes a generator between two steps only: this is one.
                        yield {parts.status: gr.skip()}
        except SourcierError as error:
            exchange = exchange.failed(_as_told(error))
        finally:
            cancel.set()
        yield {
            **self._shown(conversation, exchange, opened, time.monotonic() - began, lang),
            **self._idle(),
        }

    def fail(
        self, lang: Lang, conversation: Conversation, opened: Opened, running: threading.Event | None
    ) -> Updates:
        """A question ended by an error that nobody foresaw: Gradio has written it to the terminal."""
        if running is not None:
            running.set()
        if not conversation:
            return self._idle()
        told = AnswerError(
            "unexpected", text("error.unexpected", lang), text("error.unexpected_remedy", lang)
        )
        *earlier, last = conversation
        ended = replace(last, error=told)
        return {**self._shown(tuple(earlier), ended, opened, 0, lang), **self._idle()}

    def stop(self, running: threading.Event | None) -> None:
        """Stop the question that is being answered; its own steps show that."""
        if running is not None:
            running.set()

    def clear(self, lang: Lang, opened: Opened) -> Updates:
        """Begin anew; offered while nothing is being answered."""
        parts = self._parts
        opened.source = None
        return {
            **self.refresh(lang, (), opened, None),
            parts.conversation: (),
            parts.status: "",
            parts.clear: gr.update(visible=False),
        }

    def open_source(
        self, lang: Lang, conversation: Conversation, opened: Opened, event: gr.EventData
    ) -> Updates:
        """Show one source in its document."""
        opened.source = str(event._data.get("source", "")) if isinstance(event._data, dict) else None
        shown = render_sources(conversation, opened.source, self._session, lang)
        return {self._parts.sources: shown}

    def _shown(
        self, earlier: Conversation, exchange: Exchange, opened: Opened, seconds: float, lang: Lang
    ) -> Updates:
        """The latest exchange as it stands now."""
        conversation = (*earlier, exchange)
        return {
            self._parts.conversation: conversation,
            self._parts.status: render_status(exchange, seconds, lang),
            **self._told(conversation, opened, lang),
        }

    def _told(self, conversation: Conversation, opened: Opened, lang: Lang) -> dict[Any, Any]:
        return {
            self._parts.talk: _talk(conversation, lang),
            self._parts.sources: render_sources(conversation, opened.source, self._session, lang),
        }

    def _ended(self, conversation: Conversation, lang: Lang) -> dict[Any, Any]:
        if not conversation:
            return {}
        return {self._parts.status: render_status(conversation[-1], _seconds(conversation[-1]), lang)}

    def _idle(self) -> dict[Any, Any]:
        parts = self._parts
        return {
            parts.running: None,
            parts.send: gr.update(visible=True),
            parts.stop: gr.update(visible=False),
            parts.clear: gr.update(visible=True),
        }


def _talk(conversation: Conversation, lang: Lang) -> str:
    label = escape(text("page.conversation", lang))
    written = render_conversation(conversation, lang) or (
        f'<p class="welcome">{escape(text("page.welcome", lang))}</p>'
    )
    return f'<div role="log" aria-live="polite" aria-label="{label}">{written}</div>'


def _heading(documents: int | None, lang: Lang) -> str:
    known = ""
    if documents is not None:
        name = "page.document" if documents == 1 else "page.documents"
        known = f" <span>{escape(text(name, lang, count=documents))}</span>"
    return f"<h1>Sourcier</h1><p>{escape(text('page.subtitle', lang))}{known}</p>"


def _as_told(error: SourcierError) -> AnswerError:
    return AnswerError(error.code, error.message, error.remedy)


def _is_over(running: threading.Event | None) -> bool:
    return running is None or running.is_set()


def _seconds(exchange: Exchange) -> float:
    total = exchange.answer.timings.total_s if exchange.answer is not None else None
    return total or 0.0


_SPEAK = "(lang) => { document.documentElement.lang = lang || 'en'; }"
_FOCUS = "() => { document.querySelector('#question textarea')?.focus(); }"
