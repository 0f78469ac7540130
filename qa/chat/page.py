"""The page: its parts, and what happens when they are used.

What was asked and answered is with the browser (see `forgetting`): two of them share the session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from qa.chat.asking import Asking
from qa.chat.corpus import Corpus
from qa.chat.forgetting import forget_closed, with_conversation
from qa.chat.keeping import Keeping
from qa.chat.layout import OUT, Parts, every_part, lay_out
from qa.chat.narrow import Narrowing
from qa.chat.session import Extras, Session
from qa.serve.line import Line

# Not preprocessed: Gradio would look into choices that it was told to forget, and leave an empty file behind
# for each one uploaded. What comes in is checked where it is read.
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "preprocess": False}
_SPEAK = "(lang) => { document.documentElement.lang = lang || 'en'; }"
_FOCUS = "() => { document.querySelector('#question textarea')?.focus(); }"
# What the browser keeps, as an event begins (see keeping.js), in the place of the conversation that is open.
_KEPT = "(open, ...more) => [window.sourcier.{}(open, more[0]), ...more]"
_RENAME = "(open, name) => { window.sourcier.rename(open, name); }"
_CHOOSE = "(lang, ...more) => { window.sourcier.choose(lang); return [lang, ...more]; }"
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
    # What an upload left that no event took, it looks for each hour.
    with gr.Blocks(
        title="Sourcier", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as page:
        parts = lay_out(changeable=extras.library is not None)
        asking = Asking(session, line, parts, extras)
        _connect_asking(parts, asking)
        _connect_keeping(page, parts, Keeping(parts, asking))
        narrowing = Narrowing(parts)
        _connect_narrowing(parts, narrowing)
        corpus = Corpus(session, parts, asking, narrowing, extras.library)
        _connect_corpus(page, parts, corpus, narrowing)
        page.unload(forget_closed(page))
    page.queue(max_size=64, api_open=False, status_update_rate="auto")
    return page


def _connect_asking(parts: Parts, asking: Asking) -> None:
    kept = [parts.lang, parts.conversation, parts.opened]
    every = every_part(parts)
    keeping = Keeping(parts, asking)
    to_keep = _with_kept("keep", keeping.tell, parts, [parts.lang])

    def on_question(begin: Callable[..., Dependency], handler: Any, words: list[Any]) -> None:
        told = [*words, *kept, parts.only, parts.since, parts.until]
        asked = begin(
            **with_conversation(parts, handler, told),
            outputs=every,
            # They wait in the line that programs wait in too, and are told how many are before them.
            concurrency_limit=None,
            **_PRIVATE,
        )
        failing = with_conversation(parts, asking.fail, kept)
        asked.failure(**failing, outputs=every, **_PRIVATE)
        settling = with_conversation(parts, asking.settle, kept)
        asked.then(**settling, outputs=every, **_PRIVATE).then(**to_keep)
        begin(None, None, None, js=_FOCUS, **_PRIVATE)

    on_question(partial(gr.on, [parts.send.click, parts.box.submit]), asking.ask, [parts.box])
    for button in parts.examples:
        on_question(button.click, asking.ask, [button])
    on_question(parts.talk.ask_this, asking.ask_this, [])
    # Not behind the questions that wait: stopping is what frees the model for them.
    parts.stop.click(asking.stop, [parts.opened], None, concurrency_limit=None, **_PRIVATE)
    parts.clear.click(**_with_kept("keep", keeping.begin_anew, parts, [parts.lang, parts.opened]))
    for button in (parts.stop, parts.clear):
        button.click(None, None, None, js=_FOCUS, **_PRIVATE)
    acting = with_conversation(parts, asking.act, kept)
    for shown in (parts.talk, parts.editing):
        shown.act(**acting, outputs=every, **_PRIVATE).then(**to_keep)
    opening = with_conversation(parts, asking.open_source, kept)
    for shown in (parts.talk, parts.sources):
        shown.open_source(**opening, outputs=[parts.sources, parts.tabs], concurrency_limit=None, **_PRIVATE)


def _with_kept(does: str, handler: Callable[..., Any], parts: Parts, inputs: list[Any]) -> dict[str, Any]:
    """An event before which the browser `does` something with what it keeps, and whose `handler` is told what
    that is now, and the `inputs`.
    """
    given = with_conversation(parts, handler, inputs)
    given["inputs"].insert(0, parts.conversation)
    return {**given, "js": _KEPT.format(does), "outputs": every_part(parts), **_PRIVATE}


def _connect_keeping(page: gr.Blocks, parts: Parts, keeping: Keeping) -> None:
    kept = [parts.lang, parts.conversation, parts.opened]
    every = every_part(parts)
    speak: Any = {"fn": None, "inputs": [parts.lang], "js": _SPEAK, **_PRIVATE}

    telling = _with_kept("look", keeping.tell, parts, [parts.lang])
    page.load(**_with_kept("look", keeping.begin, parts, [])).then(**speak)
    refreshing = with_conversation(parts, keeping.refresh, kept)
    parts.lang.input(**refreshing, outputs=every, js=_CHOOSE, trigger_mode="always_last", **_PRIVATE).then(
        **telling
    ).then(**speak)
    parts.kept.input(**_with_kept("open", keeping.open, parts, [parts.kept, parts.lang, parts.opened]))
    naming = gr.on(
        [parts.rename.click, parts.name.submit],
        None,
        [parts.conversation, parts.name],
        None,
        js=_RENAME,
        **_PRIVATE,
    )
    naming.then(**telling)
    parts.delete.click(**_with_kept("forget", keeping.begin_anew, parts, [parts.lang, parts.opened]))
    parts.talk.kept_elsewhere(**telling, trigger_mode="always_last")
    for button, kind in zip(parts.out, OUT, strict=True):
        exporting = with_conversation(parts, keeping.exporter(kind), kept[:2])
        button.click(**exporting, outputs=[parts.file], **_PRIVATE).then(
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


def _connect_corpus(page: gr.Blocks, parts: Parts, corpus: Corpus, narrowing: Narrowing) -> None:
    shown = every_part(parts)
    # What was chosen while the list was read is told behind it, as it is by then.
    gr.on(
        [page.load, parts.documents_tab.select, parts.lang.change],
        corpus.show,
        [parts.lang, parts.only],
        shown,
        **_PRIVATE,
    ).then(
        narrowing.tell,
        [parts.lang, parts.only, parts.since, parts.until],
        [parts.narrowed],
        concurrency_limit=None,
        **_PRIVATE,
    )
    # What is asked before a document is removed is in the language that was left; what went wrong is told in
    # the new one.
    parts.lang.change(corpus.retell, [parts.lang, parts.opened], [parts.confirm], **_PRIVATE)
    # Each is told at once; the library changes one thing at a time.
    once: dict[str, Any] = {"outputs": shown, "concurrency_limit": None, **_PRIVATE}
    at_hand = [parts.lang, parts.opened]
    kept = [parts.lang, parts.conversation, parts.opened, parts.only]
    settling = with_conversation(parts, corpus.settle, kept)
    changes = [parts.add.upload(corpus.add, [parts.add, *at_hand], **once)]
    changes += [part.act(corpus.act, at_hand, **once) for part in (parts.documents, parts.confirm)]
    for change in changes:
        change.then(**settling, **once)
