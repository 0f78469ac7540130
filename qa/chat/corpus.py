"""The documents on the page: what is in the index, files dropped in, one removed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr

from qa.chat.asking import Asking, Updates, as_told, told_by
from qa.chat.elements import escape
from qa.chat.exchange import Conversation
from qa.chat.layout import Opened, Parts
from qa.chat.library import Library
from qa.chat.markup import render_error
from qa.chat.narrow import Narrowing
from qa.chat.session import Session, Titled
from qa.chat.texts import text
from qa.chat.tools import act
from qa.chat.uploads import forget_copies
from qa.errors import SourcierError
from qa.french import with_commas
from qa.readers import explain_verdict
from qa.types import FileVerdict, Lang
from qa.typography import inner

_LISTED = 500
_TICK_S = 0.3

Progress = Callable[[Any], None]


class Corpus:
    """What the events of the documents' tab do. Without a library the tab lists and changes nothing."""

    def __init__(
        self,
        session: Session,
        parts: Parts,
        asking: Asking,
        narrowing: Narrowing,
        library: Library | None,
    ) -> None:
        self._session = session
        self._parts = parts
        self._asking = asking
        self._narrowing = narrowing
        self._library = library

    def show(self, lang: Lang, only: Sequence[str]) -> Updates:
        """What is in the index, as it is now, with every text in `lang`."""
        parts = self._parts
        try:
            documents: Sequence[Titled] = self._session.documents()
        except SourcierError:
            # The notice says so.
            documents = ()
        failed = self._library.failed if self._library else ()
        note = text("library.may" if self._library else "library.may_not", lang)
        return {
            parts.documents_tab: gr.update(label=text("library.title", lang)),
            parts.documents_note: f'<p class="note">{escape(note)}</p>',
            parts.documents: _table(documents, failed, lang, removable=self._library is not None),
            parts.add: gr.update(label=text("library.add", lang)),
            **self._narrowing.show(documents, lang, only),
        }

    def add(
        self,
        files: Sequence[Mapping[str, Any]] | None,
        lang: Lang,
        opened: Opened,
    ) -> Iterator[Updates]:
        """Take dropped files in and index them, telling how far that is; Gradio's copies go in any case."""
        library = self._library
        paths = [Path(file["path"]) for file in files or ()]
        opened.refused, opened.failed = (), None
        if library is None or not paths:
            yield {self._parts.confirm: ""}
            return

        def work(progress: Progress) -> None:
            try:
                opened.refused = library.add(paths, progress)
            finally:
                forget_copies(paths)

        yield from self._work(work, lang, opened)

    def retell(self, lang: Lang, opened: Opened) -> Updates:
        """What went wrong with the documents, in `lang`; nothing else that was told is in that language."""
        opened.spoken = lang
        if opened.failed is not None:
            return {self._parts.confirm: render_error(opened.failed, lang)}
        colon = " : " if lang == "fr" else ": "
        told = "".join(
            f"<li><b>{escape(verdict.path)}</b>{colon}{escape(explain_verdict(verdict, lang))}</li>"
            for verdict in opened.refused
        )
        alert = f'<div role="alert"><ul class="bad-files">{told}</ul></div>' if told else ""
        return {self._parts.confirm: alert}

    def act(self, lang: Lang, opened: Opened, event: gr.EventData) -> Iterator[Updates]:
        """Ask whether a document is to be removed; remove it."""
        told = told_by(event)
        name, library = str(told.get("value", "")), self._library
        opened.refused, opened.failed = (), None
        if library is None or told.get("act") == "keep":
            yield {self._parts.confirm: ""}
        elif told.get("act") == "sending":
            yield self._in_view(_line("status", text("library.sending", lang)))
        elif told.get("act") == "too_much":
            most = f"{library.max_upload_mb:g}"
            most = with_commas(most) if lang == "fr" else most
            yield self._in_view(_line("alert", text("library.too_much", lang, most=most)))
        elif told.get("act") == "remove":
            question = escape(text("library.sure", lang, name=inner(name, lang)))
            yes = act("removed", -1, text("library.delete", lang), value=name)
            no = act("keep", -1, text("tool.cancel", lang))
            asked = f'role="alertdialog" aria-label="{question}"'
            yield {self._parts.confirm: f"<p {asked}>{question} {yes} {no}</p>"}
        elif told.get("act") == "removed":

            def work(progress: Progress) -> None:
                known = [document.path for document in self._session.documents()]
                library.remove(name, known, progress)

            yield from self._work(work, lang, opened)

    def settle(
        self,
        lang: Lang,
        conversation: Conversation,
        opened: Opened,
        only: Sequence[str],
    ) -> Updates:
        """The documents have been worked on: the whole page as it stands by now, in its language of now."""
        if not opened.worked:
            return {self._parts.confirm: gr.skip()}
        opened.worked = False
        return {
            **self._asking.refresh(lang, conversation, opened),
            **self.show(lang, only),
            **self.retell(lang, opened),
        }

    def _in_view(self, told: str) -> Updates:
        """What becomes of files that were dropped, wherever on the page, is told where it can be seen."""
        return {self._parts.confirm: told, self._parts.tabs: gr.update(selected="documents")}

    def _work(self, work: Callable[[Progress], None], lang: Lang, opened: Opened) -> Iterator[Updates]:
        """Do `work` elsewhere, telling its progress.

        What came of it is told by `settle`: meanwhile something may have been asked or chosen, and the page's
        language switched.
        """
        parts = self._parts
        opened.spoken = lang
        steps: queue.SimpleQueue[Any] = queue.SimpleQueue()
        outcome: Future[None] = Future()

        def run() -> None:
            try:
                work(steps.put)
            except BaseException as error:  # noqa: BLE001 - handed over whole: `result()` raises it
                outcome.set_exception(error)
            else:
                outcome.set_result(None)

        threading.Thread(target=run, name="indexing", daemon=True).start()
        latest = None
        while not outcome.done():
            with suppress(queue.Empty):
                latest = steps.get(timeout=_TICK_S)
                while True:
                    latest = steps.get_nowait()
            yield {parts.confirm: _progress(latest, opened.spoken)}
        opened.worked = True
        try:
            outcome.result()
        except SourcierError as error:
            opened.failed = as_told(error)
        yield {parts.add: gr.update(value=None)}


def _line(role: str, words: str) -> str:
    return f'<p class="{"bad-files" if role == "alert" else "note"}" role="{role}">{escape(words)}</p>'


def _progress(step: Any, lang: Lang) -> str:
    done, total = (step.done, step.total) if step is not None else (0, 0)
    percent = round(100 * done / total) if total else 0
    words = escape(text("library.indexing", lang, percent=percent))
    return (
        f'<p role="status">{words} <progress max="100" value="{percent}" aria-label="{words}"></progress></p>'
    )


def _table(documents: Sequence[Titled], failed: Sequence[FileVerdict], lang: Lang, *, removable: bool) -> str:
    if not documents and not failed:
        return f'<p class="empty">{escape(text("page.no_documents", lang))}</p>'
    rows = [
        _row(
            document.path,
            document.title,
            f"{document.date or text('proof.undated', lang)} · {text(f'lang.{document.lang}', lang)} · "
            f"{document.path}",
            text("library.indexed", lang, count=document.sentences),
            lang,
            removable=removable,
        )
        for document in documents[:_LISTED]
    ]
    rows += [
        _row(
            bad.path,
            bad.path,
            explain_verdict(bad, lang),
            text("library.failed", lang),
            lang,
            removable=removable,
            bad=True,
        )
        for bad in failed
    ]
    more = len(documents) - _LISTED
    rest = f'<p class="note">{escape(text("library.more", lang, count=more))}</p>' if more > 0 else ""
    return f'<ul class="documents">{"".join(rows)}</ul>{rest}'


def _row(
    path: str, title: str, details: str, state: str, lang: Lang, *, removable: bool, bad: bool = False
) -> str:
    remove = (
        act(
            "remove",
            -1,
            text("library.remove", lang),
            value=path,
            label=f"{text('library.remove', lang)} {title}",
        )
        if removable
        else ""
    )
    return (
        f'<li class="document{" bad" if bad else ""}"><div><strong dir="auto">{escape(title)}</strong>'
        f'<small>{escape(details)}</small><small class="state">{escape(state)}</small></div>{remove}</li>'
    )
