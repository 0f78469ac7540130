"""The page: its parts, and what happens when they are used.

Nothing here outlives a page but what Gradio keeps for it, and what the browser keeps: two browsers share the
session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from qa.chat.asking import Asking
from qa.chat.corpus import Corpus
from qa.chat.keeping import Keeping
from qa.chat.layout import OUT, Parts, every_part, lay_out
from qa.chat.narrow import Narrowing
from qa.chat.session import Extras, Session
from qa.serve.line import Line

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_SPEAK = "(lang) => { document.documentElement.lang = lang || 'en'; }"
_FOCUS = "() => { document.querySelector('#question textarea')?.focus(); }"
_DOWNLOAD = """(file) => {
  const { name, type, text } = JSON.parse(file);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}"""


def build_page(session: Session, line: Line, extras: Extras) -> gr.Blocks:
    """The chat on `session`, for `gr.mount_gradio_app` with `layout.CSS` and `layout.theme()`.

    Questions wait in `line`.
    """
    page: gr.Blocks
    with gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True) as page:
        parts = lay_out(changeable=extras.library is not None)
        asking = Asking(session, line, parts, extras)
        _connect_asking(parts, asking)
        _connect_keeping(page, parts, Keeping(parts, asking))
        narrowing = Narrowing(parts)
        _connect_narrowing(parts, narrowing)
        _connect_corpus(page, parts, Corpus(session, parts, asking, narrowing, extras.library))
        page.unload(_forgetter(page))
    page.queue(max_size=64, api_open=False, status_update_rate="auto")
    return page


def _forgetter(page: gr.Blocks) -> Callable[[gr.Request], None]:
    """What lets go of a page that was closed: Gradio would hold its conversations until 10,000 more came."""

    def forget(request: gr.Request) -> None:
        holder = page.state_holder
        with holder.lock:
            holder.session_data.pop(request.session_hash or "", None)
            holder.time_last_used.pop(request.session_hash or "", None)

    return forget


def _connect_asking(parts: Parts, asking: Asking) -> None:
    kept = [parts.lang, parts.conversation, parts.opened]
    every = every_part(parts)
    keeping = Keeping(parts, asking)

    def on_question(begin: Callable[..., Dependency], handler: Any, words: list[Any]) -> None:
        asked = begin(
            handler,
            [*words, *kept, parts.running, parts.only, parts.since, parts.until],
            every,
            # They wait in the line that programs wait in too, and are told how many are before them.
            concurrency_limit=None,
            **_PRIVATE,
        )
        asked.failure(asking.fail, [*kept, parts.running], every, **_PRIVATE)
        asked.then(asking.settle, kept, every, **_PRIVATE).then(
            keeping.keep, [*kept, parts.saved], every, **_PRIVATE
        )
        begin(None, None, None, js=_FOCUS, **_PRIVATE)

    on_question(partial(gr.on, [parts.send.click, parts.box.submit]), asking.ask, [parts.box])
    for button in parts.examples:
        on_question(button.click, asking.ask, [button])
    on_question(parts.talk.ask_this, asking.ask_this, [])
    # Not behind the questions that wait: stopping is what frees the model for them.
    parts.stop.click(asking.stop, [parts.running], None, concurrency_limit=None, **_PRIVATE)
    parts.clear.click(asking.clear, [parts.lang, parts.opened], every, **_PRIVATE)
    for button in (parts.stop, parts.clear):
        button.click(None, None, None, js=_FOCUS, **_PRIVATE)
    for shown in (parts.talk, parts.editing):
        shown.act(asking.act, [*kept, parts.running], every, **_PRIVATE).then(
            keeping.keep, [*kept, parts.saved], every, **_PRIVATE
        )
    for shown in (parts.talk, parts.sources):
        shown.open_source(
            asking.open_source, kept, [parts.sources, parts.tabs], concurrency_limit=None, **_PRIVATE
        )


def _connect_keeping(page: gr.Blocks, parts: Parts, keeping: Keeping) -> None:
    kept = [parts.lang, parts.conversation, parts.opened]
    every = every_part(parts)
    speak: Any = {"fn": None, "inputs": [parts.lang], "js": _SPEAK, **_PRIVATE}

    page.load(keeping.begin, [parts.saved, parts.chosen], every, **_PRIVATE).then(**speak)
    parts.lang.input(None, [parts.lang], [parts.chosen], js="(lang) => lang", **_PRIVATE)
    parts.lang.input(
        keeping.refresh, [*kept, parts.running, parts.saved], every, trigger_mode="always_last", **_PRIVATE
    ).then(**speak)
    parts.kept.input(
        keeping.open, [parts.kept, parts.lang, parts.opened, parts.running, parts.saved], every, **_PRIVATE
    )
    gr.on(
        [parts.rename.click, parts.name.submit],
        keeping.rename,
        [parts.name, parts.lang, parts.opened, parts.saved],
        every,
        **_PRIVATE,
    )
    parts.delete.click(
        keeping.delete, [parts.lang, parts.opened, parts.running, parts.saved], every, **_PRIVATE
    )
    for button, kind in zip(parts.out, OUT, strict=True):
        button.click(keeping.exporter(kind), kept[:2], [parts.file], **_PRIVATE).then(
            None, [parts.file], None, js=_DOWNLOAD, **_PRIVATE
        )


def _connect_narrowing(parts: Parts, narrowing: Narrowing) -> None:
    told = [parts.only, parts.since, parts.until]
    gr.on(
        [parts.only.change, *(e for date in (parts.since, parts.until) for e in (date.blur, date.submit))],
        narrowing.tell,
        [parts.lang, *told],
        [parts.narrowed],
        trigger_mode="always_last",
        concurrency_limit=None,
        **_PRIVATE,
    )
    parts.narrowed.act(narrowing.lift, None, [*told, parts.narrowed], concurrency_limit=None, **_PRIVATE)


def _connect_corpus(page: gr.Blocks, parts: Parts, corpus: Corpus) -> None:
    narrowed = [parts.only, parts.since, parts.until]
    kept = [parts.lang, parts.conversation, parts.opened, parts.running, *narrowed]
    shown = every_part(parts)
    page.load(corpus.show, [parts.lang, *narrowed], shown, **_PRIVATE)
    gr.on(
        [parts.documents_tab.select, parts.lang.change],
        corpus.show,
        [parts.lang, *narrowed],
        shown,
        **_PRIVATE,
    )
    # What is asked before a document is removed is in the language that was left.
    parts.lang.change(lambda: "", None, [parts.confirm], **_PRIVATE)
    parts.add.upload(corpus.add, [parts.add, *kept], shown, **_PRIVATE)
    for part in (parts.documents, parts.confirm):
        part.act(corpus.act, kept, shown, **_PRIVATE)
