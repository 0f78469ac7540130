"""What stands around the chat's page, without a browser: who may ask, what is text, what is said."""

from __future__ import annotations

import os
import re
import signal
import socket
import string
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from browser import served

from qa.chat.app import listen
from qa.chat.elements import escape
from qa.chat.examples import example_questions
from qa.chat.exchange import Exchange, to_history
from qa.chat.follow import follow
from qa.chat.markup import render_conversation, render_error
from qa.chat.session import Titled
from qa.chat.sources import render_sources
from qa.chat.texts import TEXTS, browser_lang
from qa.errors import Cancelled, SourcierError
from qa.serve.follow import Question
from qa.serve.line import Line
from qa.settings import ChatSettings
from qa.types import (
    Answer,
    AnswerDone,
    AnswerError,
    AskEvent,
    Citation,
    Claim,
    Lang,
    Scope,
    StageBegun,
    Turn,
)

pytestmark = pytest.mark.slow

DOCUMENT = "Avant la phrase. Il pleut sur Brest. Après la phrase."
QUOTE = "Il pleut sur Brest."
CITED = Citation("brest.txt", "Brest", "2020-01-02", 17, 36, QUOTE, n=1, source="Gazette", page=4)


class OneDocument:
    """A session (protocol) of one document that answers nothing."""

    def ask_events(
        self,
        question: str,  # noqa: ARG002 - this and the following are the protocol's
        *,
        id: str = "",  # noqa: A002, ARG002
        lang: Lang | None = None,  # noqa: ARG002
        history: Sequence[Turn] = (),  # noqa: ARG002
        scope: Scope | None = None,  # noqa: ARG002
        cancel: threading.Event | None = None,
    ) -> Iterator[AskEvent]:
        yield StageBegun("searching")
        assert cancel is not None
        cancel.wait(10)
        raise Cancelled("Stopped.")

    def documents(self) -> Sequence[Titled]:
        return (SimpleNamespace(path="brest.txt", title="Brest", date=None, lang="fr", sentences=3),)

    def document_text(self, path: str) -> str:
        return {"brest.txt": DOCUMENT}[path]

    def model_problem(self) -> None: ...

    def close(self) -> None: ...


class Reader(HTMLParser):
    """The text and the tags of a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[str] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def answered(answer: str, **fields: Any) -> Exchange:
    claims = (Claim(answer, "supported", 0.9, (1,)),)
    whole = Answer("", "Il pleut ?", "fr", "answered", answer, claims=claims, citations=(CITED,))
    return Exchange("Il pleut ?").advanced(AnswerDone(replace(whole, **fields)))


def test_only_numbers_that_are_citations_become_buttons() -> None:
    shown = render_conversation(
        (answered("Il pleut [1]. Il vente [2]. Voir [99999999999] et [x](y)."),), "fr"
    )
    assert re.findall(r'<button[^>]*class="cite"[^>]*>(\d+)</button>', shown) == ["1"]
    assert "[2]" in Reader(shown).words
    assert "[99999999999] et [x](y)." in Reader(shown).words


@pytest.mark.parametrize(
    "written", ["<b>x</b>", "${alert(1)}", "{{value}}", "`${x}`", '" onclick="', "\\u0024{x}"]
)
def test_what_is_written_stays_text(written: str) -> None:
    assert not set("<>${}`\\\"'") & set(re.sub(r"&#?\w+;", "", escape(written)))
    assert Reader(escape(written)).words == written
    shown = Reader(render_conversation((answered(f"Voici {written} [1]."),), "fr"))
    assert f"Voici {written}" in shown.words
    assert "b" not in shown.tags[shown.tags.index("article") :] or written != "<b>x</b>"


def test_a_remedy_names_what_is_typed_as_code() -> None:
    told = AnswerError("model_missing", "Rien.", "Set `llm.url`, or `<b>`; one ` alone.")
    assert "`" not in Reader(render_error(replace(told, remedy="Set `llm.url`."), "en")).words
    assert "<code>llm.url</code>" in render_error(replace(told, remedy="Set `llm.url`."), "en")
    assert "<code>&lt;b&gt;</code>" in render_error(replace(told, remedy="Set `<b>`."), "en")
    assert Reader(render_error(told, "en")).words.endswith(told.remedy)


def test_partial_answers_and_disagreements_are_labelled() -> None:
    partial = render_conversation(
        (answered("Il pleut [1]. Reste inconnu : le vent.", status="partial"),), "fr"
    )
    assert "Réponse partielle" in Reader(partial).words
    assert "Reste inconnu : le vent." in Reader(partial).words
    disagreeing = render_conversation((answered("Il pleut [1].", disagreement=True),), "en")
    assert "The sources disagree" in Reader(disagreeing).words
    plain = Reader(render_conversation((answered("Il pleut [1]."),), "fr")).words
    assert "partielle" not in plain
    assert "accordent" not in plain
    unsupported = (Claim("Il neige.", "unsupported", 0.1, (1,)),)
    doubtful = render_conversation((answered("Il neige [1].", claims=unsupported),), "fr")
    assert "Non vérifié" in Reader(doubtful).words


def test_a_source_says_where_its_sentence_stands() -> None:
    shown = render_sources((answered("Il pleut [1]."),), None, OneDocument(), "fr")
    assert f"<mark>{QUOTE}</mark>" in shown
    for known in (
        "Brest",
        "2020-01-02",
        "Gazette",
        "page 4",
        "brest.txt",
        "Avant la phrase.",
        "Après la phrase.",
    ):
        assert known in Reader(shown).words


def test_an_unknown_source_opens_nothing() -> None:
    for selected in ("", "0:c9", "7:c1", "<img>", "0:c" + "9" * 50):
        shown = render_sources((answered("Il pleut [1]."),), selected, OneDocument(), "fr")
        assert "opened" not in shown
        assert QUOTE in Reader(shown).words


def test_only_answers_are_remembered() -> None:
    failed = Exchange("Panne ?").failed(AnswerError("model_failed", "x", "y"))
    stopped = Exchange("Stop ?").failed(AnswerError("cancelled", "x", ""))
    assert to_history((answered("Il pleut [1]."), failed, stopped)) == (Turn("Il pleut ?", "Il pleut [1]."),)


def test_stopping_does_not_wait_for_the_model() -> None:
    cancel = threading.Event()
    events = follow(OneDocument(), Line(0), Question("Il pleut ?"), cancel)
    assert next(events) == StageBegun("searching")
    assert next(events) is None
    cancel.set()
    with pytest.raises(Cancelled):
        next(events)


def test_leaving_stops_the_model() -> None:
    cancel = threading.Event()
    events = follow(OneDocument(), Line(0), Question("Il pleut ?"), cancel)
    next(events)
    events.close()
    assert cancel.is_set()


def test_every_text_is_there_in_both_languages() -> None:
    for name, texts in TEXTS.items():
        assert set(texts) == {"fr", "en"}, name
        variables = [
            {field for _, field, _, _ in string.Formatter().parse(t) if field} for t in texts.values()
        ]
        assert variables[0] == variables[1], name


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.7,fr;q=0.9", "fr"),
        ("en-US", "en"),
        ("de", "en"),
        ("", "en"),
        ("fr;q=x,en", "en"),
    ],
)
def test_the_browsers_language(header: str, lang: Lang) -> None:
    assert browser_lang(header) == lang


def test_examples_come_from_the_documents() -> None:
    texts = {
        "a.txt": "Le maire, dit Anne Martin, a parlé. Puis Anne Martin est partie.",
        "b.txt": "On a vu Anne Martin et Paul Petit. Ici Paul Petit.",
    }
    session = SimpleNamespace(document_text=texts.__getitem__)
    documents = [SimpleNamespace(path=path, title=f"Titre de {path}") for path in texts]
    assert example_questions(session, documents, "fr") == [  # type: ignore[arg-type]
        "Que disent les documents à propos de «\u00a0Anne Martin\u00a0» ?",
        "Que disent les documents à propos de «\u00a0Paul Petit\u00a0» ?",
        "Que dit «\u00a0Titre de a.txt\u00a0» ?",
    ]
    (first, *_) = example_questions(session, documents, "en")  # type: ignore[arg-type]
    assert first == 'What do the documents say about "Anne Martin"?'
    assert example_questions(session, [], "en") == []  # type: ignore[arg-type]


def test_a_document_that_was_removed_meanwhile_breaks_no_page() -> None:
    gone = SimpleNamespace(path="gone.txt", title="Parti", date=None, lang="fr", sentences=1)
    listed = [gone, *OneDocument().documents()]
    assert "Parti" in example_questions(OneDocument(), listed, "fr")[0]  # type: ignore[arg-type]


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SourcierError) as caught:
            listen(ChatSettings(port=port))
    assert str(port) in caught.value.message
    assert "QA_CHAT__PORT" in caught.value.remedy


def test_only_this_machines_pages_are_served() -> None:
    with served(OneDocument()) as address, httpx.Client(base_url=address, trust_env=False) as client:
        page = client.get("/")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
        port = client.base_url.port
        assert client.get("/", headers={"host": f"localhost:{port}"}).status_code == 200
        assert client.get("/", headers={"host": f"evil.example:{port}"}).status_code == 400
        assert client.get("/config", headers={"origin": "http://evil.example"}).status_code == 403
        assert client.get("/config", headers={"origin": address.rstrip("/")}).status_code == 200
        for closed in (
            "/gradio_api/file=/etc/hostname",
            "/gradio_api/proxy=http://evil.example/",
            "/gradio_api/runs",
        ):
            assert client.get(closed).status_code == 404
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
        # No event is an API: neither named nor by its number, past the queue.
        info = client.get("/gradio_api/info").json()
        assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}
        for name in ("ask", "refresh", "begin", "open_source"):
            assert client.post(f"/gradio_api/call/{name}", json={"data": []}).status_code >= 400
            assert client.post(f"/gradio_api/run/{name}", json={"data": []}).status_code >= 400


def test_qa_chat_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    environment = {**os.environ, "QA_CHAT__PORT": "0", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "qa", "chat"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            said = ""
            while (found := re.search(r"http://127\.0\.0\.1:\d+/", said)) is None:
                line = process.stderr.readline()
                assert line, f"it ended: {said}"
                said += line
            # Neither index nor model is there, and the page is.
            assert httpx.get(found.group(), trust_env=False).status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert "Traceback" not in process.stderr.read()
        finally:
            process.kill()
