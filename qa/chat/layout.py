"""What the page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from qa.types import Lang

_HERE = Path(__file__).parent
CSS = (_HERE / "page.css").read_text("utf-8")
_OPEN_SOURCE = (_HERE / "open_source.js").read_text("utf-8")
_SHOW_LATEST = (_HERE / "show_latest.js").read_text("utf-8")
_SHOW_OPENED = (_HERE / "show_opened.js").read_text("utf-8")
EXAMPLES = 3


@dataclass(eq=False, slots=True)
class Opened:
    """Which source a page shows (see `markup.source_id`), and the language of its latest answer's labels.

    One a page, shared by its events: an answer that is still being written leaves open what was opened
    meanwhile.
    """

    source: str | None = None
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of one page and what is kept for it.

    `running` holds the Event of the question that is being answered: set, it is over or should be.
    """

    heading: gr.HTML
    lang: gr.Radio
    notice: gr.HTML
    talk: gr.HTML
    status: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    examples_title: gr.HTML
    examples: tuple[gr.Button, ...]
    sources_title: gr.HTML
    sources: gr.HTML
    conversation: gr.State
    opened: gr.State
    running: gr.State


def theme() -> gr.themes.Base:
    """Fonts of the system alone: nothing is fetched from a font service."""
    fonts = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
    chosen = gr.themes.Soft(
        primary_hue="teal",
        neutral_hue="slate",
        font=fonts,
        font_mono=("ui-monospace", "DejaVu Sans Mono", "monospace"),
    )
    # Dark enough for white letters on them.
    return chosen.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        checkbox_label_background_fill_selected="*primary_700",
    )


def lay_out() -> Parts:
    with gr.Row(elem_id="top"):
        heading = gr.HTML(elem_id="heading")
        lang = gr.Radio(
            [("Français", "fr"), ("English", "en")],
            value="en",
            container=False,
            elem_id="lang",
            min_width=180,
            scale=0,
        )
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=320, elem_id="left"):
            notice = gr.HTML(elem_id="notice")
            talk = gr.HTML(elem_id="talk", js_on_load=_OPEN_SOURCE + _SHOW_LATEST)
            status = gr.HTML(elem_id="status")
            with gr.Row(elem_id="ask"):
                box = gr.Textbox(
                    lines=1,
                    max_lines=6,
                    show_label=False,
                    max_length=2000,
                    autofocus=True,
                    elem_id="question",
                    scale=5,
                    min_width=200,
                )
                send = gr.Button(variant="primary", elem_id="send", scale=0, min_width=104)
                stop = gr.Button(variant="stop", elem_id="stop", scale=0, min_width=104, visible=False)
            examples_title = gr.HTML(elem_id="examples-title")
            with gr.Row(elem_id="examples"):
                examples = tuple(
                    gr.Button(size="sm", visible=False, elem_classes="example", min_width=120)
                    for _ in range(EXAMPLES)
                )
            clear = gr.Button(size="sm", variant="secondary", elem_id="clear", visible=False)
        with gr.Column(scale=2, min_width=320, elem_id="right"):
            sources_title = gr.HTML(elem_id="sources-title")
            sources = gr.HTML(elem_id="sources", js_on_load=_OPEN_SOURCE + _SHOW_OPENED)
    state = (gr.State(()), gr.State(Opened()), gr.State(None))
    return Parts(
        heading, lang, notice, talk, status, box, send, stop, clear, examples_title, examples,
        sources_title, sources, *state,
    )  # fmt: skip


def every_part(parts: Parts) -> list[Any]:
    return [
        parts.heading, parts.lang, parts.notice, parts.talk, parts.status, parts.box, parts.send, parts.stop,
        parts.clear, parts.examples_title, *parts.examples, parts.sources_title, parts.sources,
        parts.conversation, parts.running,
    ]  # fmt: skip
