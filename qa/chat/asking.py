"""Asking on the page: each step of a question as what it changes of the page."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import gradio as gr

from qa.chat.elements import escape
from qa.chat.examples import example_questions
from qa.chat.exchange import FEEDBACK, Conversation, Exchange, name_of, to_history
from qa.chat.feedback import keep_feedback
from qa.chat.follow import follow
from qa.chat.layout import EXAMPLES, Opened, Parts
from qa.chat.markup import render_conversation, render_error, render_status
from qa.chat.session import Extras, Session
from qa.chat.sources import render_sources
from qa.chat.texts import text
from qa.chat.tools import act
from qa.errors import SourcierError
from qa.present import scope_from
from qa.serve.follow import Question
from qa.serve.line import Line
from qa.types import AnswerDone, AnswerError, Lang

Updates = Mapping[Any, Any]


class Asking:
    """What the page's events do; each gets what the page keeps and returns what changes."""

    def __init__(self, session: Session, line: Line, parts: Parts, extras: Extras) -> None:
        self._session = session
        self._line = line
        self._parts = parts
        self._extras = extras

    def refresh(self, lang: Lang, conversation: Conversation, opened: Opened) -> Updates:
        """Every text of the page in `lang`."""
        parts = self._parts
        problem, count, examples = "", None, list[str]()
        try:
            documents = self._session.documents()
            count = len(documents)
            if not conversation:
                examples = example_questions(self._session, documents, lang)
            if not documents:
                problem = render_error(_no_documents(lang), lang)
            elif (missing := self._session.model_problem()) is not None:
                # Told before the first question; what is found can be read all the same.
                problem = render_error(as_told(missing), lang)
        except SourcierError as error:
            problem = render_error(as_told(error), lang)
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
            parts.trouble: render_error(_trouble(lang), lang),
            parts.box: gr.update(label=text("box.label", lang), placeholder=text("box.placeholder", lang)),
            parts.send: text("button.send", lang),
            parts.stop: text("button.stop", lang),
            parts.clear: text("button.clear", lang),
            parts.editing: "" if opened.editing is None else _editing(opened.editing, lang),
            parts.examples_title: f"<p>{escape(text('examples.title', lang))}</p>" if examples else "",
            parts.sources_title: f"<h2>{escape(text('page.sources', lang))}</h2>",
        }
        if opened.running is None:
            updates |= self.ended(conversation, lang)
        return {**updates, **buttons, **self.told(conversation, opened, lang)}

    def settle(self, lang: Lang, conversation: Conversation, opened: Opened) -> Updates:
        """An answer has ended: where the page's language was switched meanwhile, tell it in the new one."""
        updates: dict[Any, Any] = {self._parts.status: gr.skip()}
        if conversation and conversation[-1].answer is not None:
            # Whatever was missing when the page opened is there now.
            updates[self._parts.notice] = ""
        if lang != opened.lang:
            updates |= {**self.told(conversation, opened, lang), **self.ended(conversation, lang)}
        return updates

    def ask(
        self,
        question: str,
        lang: Lang,
        conversation: Conversation,
        opened: Opened,
        only: Sequence[str] = (),
        since: str = "",
        until: str = "",
    ) -> Iterator[Updates]:
        """Answer `question`, step by step; nothing where it is empty or another one is under way.

        It is narrowed to the documents `only` and the dates `since` and `until`, where these say anything.
        """
        parts = self._parts
        if not question.strip() or opened.running is not None:
            yield {parts.status: gr.skip()}
            return
        opened.running = cancel = threading.Event()
        if opened.id is not None and opened.id != name_of(conversation):
            # Asked before the page could show that a conversation was begun anew, or another opened: what it
            # showed until then was left, and kept.
            conversation = ()
        # The conversation itself says which one it is: `opened` may be a step ahead of what the page sent.
        opened.id = name_of(conversation) or uuid.uuid4().hex
        replaced: Conversation = ()
        if opened.editing is not None:
            # The question takes the place of the one it was made from, and of all that followed.
            replaced, conversation = conversation[opened.editing :], conversation[: opened.editing]
        began = time.monotonic()
        exchange = Exchange(
            question.strip(),
            kept_as=opened.id,
            id=uuid.uuid4().hex,
            replaces=tuple(ident for each in replaced for ident in (each.id, *each.replaces)),
        )
        history = () if opened.alone else to_history(conversation)
        opened.source, opened.lang = None, lang
        opened.leave_editing()
        try:
            yield {
                parts.box: "",
                parts.send: gr.update(visible=False),
                parts.stop: gr.update(visible=True),
                parts.clear: gr.update(visible=False),
                parts.editing: "",
                parts.kept: gr.update(interactive=False),
                parts.tabs: gr.update(selected="sources"),
                parts.examples_title: "",
                **{button: gr.update(visible=False) for button in parts.examples},
                **self._shown(conversation, exchange, opened, 0, lang),
            }
            scope = scope_from(only, since, until)
            asked = Question(exchange.question, history=history, scope=scope)
            with closing(follow(self._session, self._line, asked, cancel)) as events:
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
            exchange = exchange.failed(as_told(error))
        finally:
            cancel.set()
            opened.running = None
        yield {
            **self._shown(conversation, exchange, opened, time.monotonic() - began, lang),
            **self._idle(),
        }

    def ask_this(
        self,
        lang: Lang,
        conversation: Conversation,
        opened: Opened,
        only: Sequence[str],
        since: str,
        until: str,
        event: gr.EventData,
    ) -> Iterator[Updates]:
        """Ask a question that the page proposed."""
        opened.leave_editing()
        question = str(told_by(event).get("question", ""))
        yield from self.ask(question, lang, conversation, opened, only, since, until)

    def act(self, lang: Lang, conversation: Conversation, opened: Opened, event: gr.EventData) -> Updates:
        """Do what a button of the conversation says (see `tools`); nothing while an answer is written."""
        told = told_by(event)
        name, turn = told.get("act"), told.get("turn")
        if name == "cancel":
            opened.leave_editing()
            return {self._parts.editing: "", self._parts.box: ""}
        if opened.running is not None or not isinstance(turn, int) or not 0 <= turn < len(conversation):
            return {self._parts.status: gr.skip()}
        exchange = conversation[turn]
        if name == "feedback":
            return self._say(str(told.get("value")), turn, conversation, opened, lang)
        understood = exchange.answer.understood if exchange.answer is not None else None
        opened.editing, opened.alone = turn, name == "correct" and bool(understood)
        return {
            self._parts.box: understood if opened.alone else exchange.question,
            self._parts.editing: _editing(turn, lang),
        }

    def _say(
        self, verdict: str, turn: int, conversation: Conversation, opened: Opened, lang: Lang
    ) -> Updates:
        """Keep what a reader says of an answer."""
        exchange, file = conversation[turn], self._extras.feedback
        said = next((known for known in FEEDBACK if known == verdict), None)
        if exchange.answer is None or file is None or said is None:
            return {self._parts.status: gr.skip()}
        try:
            keep_feedback(file, exchange.answer, said, to_history(conversation[:turn]))
        except SourcierError as error:
            return {self._parts.notice: render_error(as_told(error), lang)}
        marked = replace(exchange, feedback=said)
        conversation = (*conversation[:turn], marked, *conversation[turn + 1 :])
        return {
            self._parts.conversation: conversation,
            self._parts.notice: "",
            **self.told(conversation, opened, lang),
        }

    def fail(self, lang: Lang, conversation: Conversation, opened: Opened) -> Updates:
        """A question ended by an error that nobody foresaw: Gradio has written it to the terminal."""
        self.stop(opened)
        opened.running = None
        told = AnswerError(
            "unexpected", text("error.unexpected", lang), text("error.unexpected_remedy", lang)
        )
        if not conversation or conversation[-1].state != "running":
            # The page did not show the question yet: the answer above it stays as it is.
            return {self._parts.notice: render_error(told, lang), **self._idle()}
        *earlier, last = conversation
        ended = replace(last, error=told)
        return {**self._shown(tuple(earlier), ended, opened, 0, lang), **self._idle()}

    def stop(self, opened: Opened) -> None:
        """Stop the question that is being answered; its own steps show that."""
        if opened.running is not None:
            opened.running.set()

    def clear(self, lang: Lang, opened: Opened) -> Updates:
        """Begin anew; offered while nothing is being answered."""
        parts = self._parts
        opened.source, opened.id = None, ""
        opened.leave_editing()
        return {
            **self.refresh(lang, (), opened),
            parts.conversation: (),
            parts.status: "",
            parts.editing: "",
            parts.kept: gr.update(value=None),
            parts.clear: gr.update(visible=False),
        }

    def open_source(
        self, lang: Lang, conversation: Conversation, opened: Opened, event: gr.EventData
    ) -> Updates:
        """Show one source in its document."""
        opened.source = str(told_by(event).get("source", ""))
        shown = render_sources(conversation, opened.source, self._session, lang)
        return {self._parts.sources: shown, self._parts.tabs: gr.update(selected="sources")}

    def _shown(
        self, earlier: Conversation, exchange: Exchange, opened: Opened, seconds: float, lang: Lang
    ) -> Updates:
        """The latest exchange as it stands now."""
        conversation = (*earlier, exchange)
        return {
            self._parts.conversation: conversation,
            self._parts.status: render_status(exchange, seconds, lang),
            **self.told(conversation, opened, lang),
        }

    def told(self, conversation: Conversation, opened: Opened, lang: Lang) -> dict[Any, Any]:
        """The conversation and the sources as they stand."""
        return {
            self._parts.talk: _talk(conversation, lang, feedback=self._extras.feedback is not None),
            self._parts.sources: render_sources(conversation, opened.source, self._session, lang),
        }

    def ended(self, conversation: Conversation, lang: Lang) -> dict[Any, Any]:
        """The status line below a conversation whose last question has ended."""
        if not conversation:
            return {self._parts.status: ""}
        return {self._parts.status: render_status(conversation[-1], _seconds(conversation[-1]), lang)}

    def _idle(self) -> dict[Any, Any]:
        parts = self._parts
        return {
            parts.send: gr.update(visible=True),
            parts.stop: gr.update(visible=False),
            parts.clear: gr.update(visible=True),
            parts.kept: gr.update(interactive=True),
        }


def _editing(turn: int, lang: Lang) -> str:
    """What asking the question in the box will replace, and how to leave it."""
    note = escape(text("edit.note", lang, number=turn + 1))
    return f'<p class="note" role="status">{note} {act("cancel", turn, text("tool.cancel", lang))}</p>'


def _talk(conversation: Conversation, lang: Lang, *, feedback: bool) -> str:
    label = escape(text("page.conversation", lang))
    written = render_conversation(conversation, lang, feedback=feedback) or (
        f'<p class="welcome">{escape(text("page.welcome", lang))}</p>'
    )
    return f'<div role="log" aria-live="polite" aria-label="{label}">{written}</div>'


def _heading(documents: int | None, lang: Lang) -> str:
    known = ""
    if documents is not None:
        known = f" <span>{escape(text('page.documents', lang, count=documents))}</span>"
    return f"<h1>Sourcier</h1><p>{escape(text('page.subtitle', lang))}{known}</p>"


def told_by(event: gr.EventData) -> Mapping[str, Any]:
    """What a page's own event carries; from a browser, so it may be anything."""
    return event._data if isinstance(event._data, dict) else {}


def as_told(error: SourcierError) -> AnswerError:
    """A failure as an exchange or a notice carries it."""
    return AnswerError(error.code, error.message, error.remedy)


def _no_documents(lang: Lang) -> AnswerError:
    return AnswerError(
        "no_documents", text("page.no_documents", lang), text("page.no_documents_remedy", lang)
    )


def _trouble(lang: Lang) -> AnswerError:
    """What is told where the page cannot tell what: in place of Gradio's own words (see page.css)."""
    return AnswerError("unexpected", text("page.trouble", lang), text("page.trouble_remedy", lang))


def _seconds(exchange: Exchange) -> float:
    total = exchange.answer.timings.total_s if exchange.answer is not None else None
    return total or 0.0
