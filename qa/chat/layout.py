"""What the page is made of."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import gradio as gr

from qa.types import AnswerError, FileVerdict, Lang

_HERE = Path(__file__).parent
CSS = (_HERE / "page.css").read_text("utf-8")
_ACTIONS = (_HERE / "actions.js").read_text("utf-8")
_SHOW_LATEST = (_HERE / "show_latest.js").read_text("utf-8")
_SHOW_OPENED = (_HERE / "show_opened.js").read_text("utf-8")
_SHOW_QUESTION = (_HERE / "show_question.js").read_text("utf-8")
_DROP_FILES = (_HERE / "drop_files.js").read_text("utf-8")
_ADD_FILES = (_HERE / "add_files.js").read_text("utf-8")
_HEAR_TABS = (_HERE / "hear_tabs.js").read_text("utf-8")
# Before anything of the page asks for it.
HEAD = f"<script>{(_HERE / 'keeping.js').read_text('utf-8')}</script>"
EXAMPLES = 3
OUT = ("markdown", "html", "csl")


@dataclass(eq=False, slots=True)
class Opened:
    """Which source a page shows (see `elements.source_id`), and the language of its latest answer's labels.

    `editing` is the exchange whose question is in the box, to be asked anew, and with `alone` as it stands
    there: it is what a follow-up was understood as, corrected. `id` names the conversation among those that
    the browser keeps, "" where one was begun anew, None where nothing has been asked or opened yet.

    `refused` are the files that were added last and not taken, as they are told below the button, `failed` is
    why no document could be added or removed, and `spoken` the language in which that and how far it is are
    told. `worked`: documents were added or removed, and the page does not show it yet. `running` is the Event
    of the question that is being answered, None where none is: set, it should be over.

    One a page, shared by its events: an answer that is still being written leaves open what was opened
    meanwhile, and what comes right behind a question knows of it.
    """

    source: str | None = None
    lang: Lang | None = None
    editing: int | None = None
    alone: bool = False
    id: str | None = None
    refused: tuple[FileVerdict, ...] = ()
    failed: AnswerError | None = None
    spoken: Lang = "en"
    worked: bool = False
    running: threading.Event | None = None

    def leave_editing(self) -> None:
        """The next question is a new one."""
        self.editing, self.alone = None, False


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of one page and what is kept for it.

    `conversation` is carried by the page, as JSON: the server keeps nothing of it.
    """

    heading: gr.HTML
    lang: gr.Radio
    notice: gr.HTML
    trouble: gr.HTML
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
    editing: gr.HTML
    tabs: gr.Tabs
    sources_tab: gr.Tab
    kept_tab: gr.Tab
    kept_note: gr.HTML
    kept: gr.Radio
    name: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    documents_tab: gr.Tab
    documents_note: gr.HTML
    only: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox
    narrowed: gr.HTML
    documents: gr.HTML
    confirm: gr.HTML
    add: gr.UploadButton
    out_title: gr.HTML
    out: tuple[gr.Button, ...]
    file: gr.Textbox
    conversation: gr.JSON
    opened: gr.State


def theme() -> gr.themes.Base:
    """Fonts of the system alone: nothing is fetched from a font service."""
    fonts = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
    chosen = gr.themes.Soft(
        primary_hue="teal",
        neutral_hue="slate",
        font=fonts,
        font_mono=("ui-monospace", "DejaVu Sans Mono", "monospace"),
    )
    # Dark enough for white letters on them, and for letters on white (axe-core measures both).
    return chosen.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        checkbox_label_background_fill_selected="*primary_700",
        checkbox_label_background_fill_selected_dark="*primary_700",
        # Cards as the page's own are, and fields with an edge that is seen.
        block_radius="12px",
        input_radius="8px",
        input_border_width="1px",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_500",
        input_shadow="none",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_200",
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0",
        block_label_text_color="*primary_800",
        block_label_background_fill_dark="*primary_800",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        button_secondary_shadow="none",
        button_secondary_shadow_hover="none",
        button_primary_shadow="none",
        button_primary_shadow_hover="none",
        checkbox_label_shadow="none",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_400",
        button_border_width="1px",
        # Gradio's own is too light for white words.
        button_secondary_background_fill_hover_dark="*primary_700",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_600",
    )


def lay_out(*, changeable: bool) -> Parts:
    """The page; `changeable`: documents can be added to it."""
    with gr.Row(elem_id="top"):
        heading = gr.HTML(elem_id="heading")
        lang = gr.Radio(
            [("Français", "fr"), ("English", "en")],
            value="en",
            label="Langue · Language",
            container=False,
            elem_id="lang",
            min_width=180,
            scale=0,
        )
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=320, elem_id="left"):
            notice = gr.HTML(elem_id="notice")
            trouble = gr.HTML(elem_id="trouble")
            # What is in a tab is made when it is first opened: files may be dropped before that.
            dropping = _DROP_FILES if changeable else ""
            talk = gr.HTML(elem_id="talk", js_on_load=_ACTIONS + _SHOW_LATEST + _HEAR_TABS + dropping)
            status = gr.HTML(elem_id="status")
            editing = gr.HTML(elem_id="editing", js_on_load=_ACTIONS)
            narrowed = gr.HTML(elem_id="narrowed", js_on_load=_ACTIONS)
            with gr.Row(elem_id="ask"):
                # Until the page's language is known these say nothing in either; Gradio would say "Run".
                box = gr.Textbox(
                    label="Question",
                    lines=1,
                    max_lines=6,
                    show_label=False,
                    max_length=2000,
                    autofocus=True,
                    elem_id="question",
                    scale=5,
                    min_width=200,
                )
                send = gr.Button("…", variant="primary", elem_id="send", scale=0, min_width=104)
                stop = gr.Button(variant="stop", elem_id="stop", scale=0, min_width=104, visible=False)
            examples_title = gr.HTML(elem_id="examples-title")
            with gr.Row(elem_id="examples"):
                examples = tuple(
                    gr.Button(size="sm", visible=False, elem_classes="example", min_width=120)
                    for _ in range(EXAMPLES)
                )
            clear = gr.Button(size="sm", variant="secondary", elem_id="clear", visible=False)
        with gr.Column(scale=2, min_width=320, elem_id="right"):  # noqa: SIM117 - as the page is nested
            with gr.Tabs(selected="sources", overflow_behavior="wrap", elem_id="tabs") as tabs:
                with gr.Tab("Sources", id="sources") as sources_tab:
                    sources_title = gr.HTML(elem_id="sources-title")
                    sources = gr.HTML(elem_id="sources", js_on_load=_ACTIONS + _SHOW_OPENED)
                with gr.Tab("Conversations", id="kept") as kept_tab:
                    kept_note = gr.HTML(elem_id="kept-note")
                    kept = gr.Radio([], elem_id="kept", visible=False)
                    with gr.Row(elem_id="rename-row"):
                        name = gr.Textbox(max_length=120, elem_id="kept-name", scale=3, visible=False)
                        rename = gr.Button(size="sm", elem_id="rename", scale=0, min_width=90, visible=False)
                        delete = gr.Button(size="sm", elem_id="delete", scale=0, min_width=90, visible=False)
                    out_title = gr.HTML(elem_id="out-title")
                    with gr.Row(elem_id="out"):
                        out = tuple(
                            gr.Button(size="sm", elem_id=f"out-{kind}", min_width=90, interactive=False)
                            for kind in OUT
                        )
                with gr.Tab("Documents", id="documents", elem_id="documents-tab") as documents_tab:
                    documents_note = gr.HTML(elem_id="documents-note")
                    only = gr.Dropdown([], multiselect=True, elem_id="only", visible=False)
                    with gr.Row(elem_id="dates"):
                        since = gr.Textbox(max_length=10, max_lines=1, elem_id="since", min_width=120)
                        until = gr.Textbox(max_length=10, max_lines=1, elem_id="until", min_width=120)
                    # gr.File says more of its own, in the browser's language, and refuses types by itself.
                    with gr.Row(elem_id="add-row", visible=changeable):
                        add = gr.UploadButton("", file_count="multiple", elem_id="add", size="sm")
                    confirm = gr.HTML(elem_id="confirm", js_on_load=_ACTIONS + _SHOW_QUESTION + _ADD_FILES)
                    documents = gr.HTML(elem_id="documents", js_on_load=_ACTIONS)
    file = gr.Textbox(visible=False)
    conversation = gr.JSON([], visible=False, elem_id="conversation")
    return Parts(
        heading, lang, notice, trouble, talk, status, box, send, stop, clear, examples_title, examples,
        sources_title, sources, editing, tabs, sources_tab, kept_tab, kept_note, kept, name, rename, delete,
        documents_tab, documents_note, only, since, until, narrowed, documents, confirm, add,
        out_title, out, file, conversation, gr.State(Opened()),
    )  # fmt: skip


def every_part(parts: Parts) -> list[Any]:
    """All that an event may change: every component, but not what a page shares with its events."""
    found: list[Any] = []
    for field in fields(parts):
        part = getattr(parts, field.name)
        if part is not parts.opened:
            found += part if isinstance(part, tuple) else [part]
    return found
