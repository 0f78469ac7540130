"""The HTTP interface on a real server, a real index and embedder, and a model that writes when it may."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_support import (
    ANSWERS,
    ASK_ABSENT,
    ASK_BRIDGE,
    ASK_HOSTILE,
    ASK_LOIRE,
    BRIDGE,
    DOCUMENTS,
    LOIRE_1,
    LOIRE_2,
)
from openai import APIError, APIStatusError, NotFoundError, OpenAI
from serve_support import TOKEN, Model, failing, make_index, opened, serving

from qa.errors import Busy, Cancelled, ModelFailed, ModelUnavailable, UsageError
from qa.models.e5 import E5Embedder
from qa.serve.app import read_token
from qa.serve.bodies import AnswerReply
from qa.serve.footnotes import inert, with_footnotes, without_footnotes
from qa.serve.line import Line
from qa.settings import Loaded, ServeSettings
from qa.types import Answer, Citation

pytestmark = pytest.mark.slow

BRIDGE_FIRST = BRIDGE.removesuffix(".") + " [1]."


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, embedder: E5Embedder) -> Loaded:
    return make_index(tmp_path_factory.mktemp("project"), embedder)


@pytest.fixture(scope="module")
def address(loaded: Loaded, embedder: E5Embedder) -> Iterator[str]:
    with opened(loaded, embedder) as session, serving(session) as found:
        yield found


@contextmanager
def slow(loaded: Loaded, embedder: E5Embedder, queue: int) -> Iterator[tuple[str, Model]]:
    """A server whose model writes one sentence each time `pace` is released."""
    llm = Model(answers=ANSWERS, pace=threading.Semaphore(0))
    with opened(loaded, embedder, llm) as session:
        try:
            with serving(session, ServeSettings(queue=queue)) as found:
                yield found, llm
        finally:
            for _ in range(100):
                llm.pace.release()


def client(address: str, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=address, trust_env=False, timeout=60, headers=headers)


def openai(address: str, key: str = "none") -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=60)


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def until(what: Callable[[], bool]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def waiting(address: str) -> int:
    with client(address) as web:
        return int(web.get("/healthz").json()["waiting"])


def test_an_answer_is_the_answer_of_batch(address: str, loaded: Loaded, tmp_path: Path) -> None:
    with client(address) as web:
        reply = web.post("/v1/answers", json={"question": ASK_BRIDGE, "id": "q7"})
    assert reply.status_code == 200
    answer = reply.json()
    assert (answer["id"], answer["status"], answer["lang"]) == ("q7", "answered", "en")
    assert answer["answer"].startswith(BRIDGE_FIRST)
    cited = answer["citations"][0]
    assert cited["quote"] == DOCUMENTS["bridge.txt"][cited["start"] : cited["end"]] == BRIDGE

    with opened(loaded, E5Embedder()) as session:
        questions = tmp_path / "q.jsonl"
        questions.write_text(json.dumps({"id": "q7", "question": ASK_BRIDGE}), "utf-8")
        report = session.batch(questions, tmp_path / "a.jsonl")
    assert report.counts == {"answered": 1}
    row = json.loads((tmp_path / "a.jsonl").read_text("utf-8"))
    del row["asked"], row["timings"], answer["timings"]
    assert answer == row


def test_the_description_names_every_field_of_an_answer(address: str) -> None:
    with client(address) as web:
        answers = [
            web.post("/v1/answers", json={"question": q}).json() for q in (ASK_BRIDGE, ASK_ABSENT, ASK_LOIRE)
        ]
        described = web.get("/openapi.json").json()
    for answer in answers:
        read = AnswerReply.model_validate(answer)
        assert read.model_dump(by_alias=True, exclude_unset=True) == answer
        assert not strangers(answer, described["components"]["schemas"]["AnswerReply"], described)
    assert set(described["paths"]) == {
        "/v1/answers",
        "/v1/documents",
        "/v1/models",
        "/v1/chat/completions",
        "/healthz",
    }


def strangers(value: Any, schema: Any, described: Any) -> list[str]:
    """Fields of `value` that `schema` does not name."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [found for item in value for found in strangers(item, schema.get("items", {}), described)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    found = [name for name in value if name not in schema["properties"]]
    for name in set(value) - set(found):
        found += strangers(value[name], schema["properties"][name], described)
    return found


def test_a_refusal_is_an_answer_and_a_failure_is_not(loaded: Loaded, embedder: E5Embedder) -> None:
    llm = failing(ModelUnavailable("The model is gone.", "Start Ollama."))
    with opened(loaded, embedder, llm) as session, serving(session) as address, client(address) as web:
        refused = web.post("/v1/answers", json={"question": ASK_ABSENT})
        assert refused.status_code == 200
        assert refused.json()["status"] == "refused"
        assert refused.json()["nearest"]
        failed = web.post("/v1/answers", json={"question": ASK_LOIRE, "lang": "en"})
        assert failed.status_code == 503
        error = failed.json()["error"]
        assert (error["code"], error["message"], error["remedy"]) == (
            "model_unavailable",
            "The model is gone.",
            "Start Ollama.",
        )
        french = web.post("/v1/answers", json={"question": ASK_LOIRE}).json()["error"]
        assert french["message"].startswith("Le modèle ne répond pas.")


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"question": " "}, 400, "empty"),
        ({"question": "x" * 3000}, 400, "3000 characters"),
        ({"question": "Où ?", "lang": "de"}, 422, "lang"),
        ({"question": "Où ?", "langue": "fr"}, 422, "langue"),
        ({}, 422, "question"),
        ({"question": "Où ?", "history": [{"question": "Qui ?"}]}, 422, "answer"),
    ],
)
def test_a_wrong_request_is_told(address: str, body: dict[str, Any], status: int, told: str) -> None:
    with client(address) as web:
        for stream in ({}, {"stream": True}):
            reply = web.post("/v1/answers", json=body | stream)
            assert reply.status_code == status
            error = reply.json()["error"]
            assert told in error["message"]
            assert error["remedy"]


def test_the_events_of_an_answer_come_one_after_the_other(loaded: Loaded, embedder: E5Embedder) -> None:
    with slow(loaded, embedder, 4) as (address, llm), client(address) as web:
        body = {"question": ASK_BRIDGE, "stream": True}
        with web.stream("POST", "/v1/answers", json=body) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            found = events(response)
            seen: list[str] = []
            for name, data in found:
                seen.append(name)
                if name == "evidence":
                    assert any(item["text"] == BRIDGE for item in data["evidence"])
                if (name, data) == ("stage", {"stage": "writing"}):
                    break
            assert "evidence" in seen
            # Nothing is written until the model may.
            llm.pace.release(2)
            name, data = next(e for e in found if e[0] == "claim")
            assert data["claim"]["text"] == BRIDGE
            assert data["citations"][0]["quote"] == BRIDGE
            llm.pace.release(9)
            last = list(found)[-1]
    assert last[0] == "answer"
    assert last[1]["answer"].startswith(BRIDGE_FIRST)


def test_a_failure_in_the_midst_of_a_stream_is_told(loaded: Loaded, embedder: E5Embedder) -> None:
    llm = failing(ModelFailed("The stream was cut.", "Ask again."))
    with opened(loaded, embedder, llm) as session, serving(session) as address:
        with (
            client(address) as web,
            web.stream("POST", "/v1/answers", json={"question": ASK_LOIRE, "stream": True}) as response,
        ):
            name, data = list(events(response))[-1]
        assert name == "error"
        assert "The stream was cut." in data["error"]["message"]
        assert data["error"]["remedy"].startswith("Reposez la question")
        assert "Ask again." in data["error"]["remedy"]
        asked = [{"role": "user", "content": ASK_LOIRE}]
        with pytest.raises(APIError, match=r"Ask again\."):
            list(openai(address).chat.completions.create(model="sourcier", messages=asked, stream=True))  # type: ignore[call-overload]


def test_a_question_is_put_to_some_documents_alone(address: str) -> None:
    with client(address) as web:
        asked = {"question": ASK_LOIRE, "documents": ["bridge.txt"]}
        narrowed = web.post("/v1/answers", json=asked).json()
        assert narrowed["status"] == "refused"
        assert {item["doc"] for item in narrowed["evidence"]} == {"bridge.txt"}
        assert narrowed["scope"] == {"documents": ["bridge.txt"], "since": None, "until": None}
        dated = web.post("/v1/answers", json={"question": ASK_LOIRE, "since": "2023-03-02", "stream": True})
        (evidence,) = (data["evidence"] for name, data in events(dated) if name == "evidence")
        assert evidence
        assert all(item["date"] >= "2023-03-02" for item in evidence)
        for wrong in ({"documents": ["absent.txt"]}, {"since": "hier"}, {"since": "2024", "until": "2023"}):
            told = web.post("/v1/answers", json={"question": ASK_LOIRE, **wrong})
            assert (told.status_code, told.json()["error"]["code"]) == (400, "scope")
    reply = openai(address).chat.completions.create(
        model="sourcier",
        messages=[{"role": "user", "content": ASK_LOIRE}],
        extra_body={"documents": ["bridge.txt"]},
    )
    beside = reply.model_extra
    assert beside is not None
    assert beside["sourcier"]["status"] == "refused"
    assert "ignored" not in beside


def test_the_documents_are_listed(address: str) -> None:
    with client(address) as web:
        listed = web.get("/v1/documents").json()["documents"]
        assert web.get("/healthz").json() == {"status": "ok", "documents": 8, "waiting": 0}
    assert len(listed) == 8
    bridge = next(document for document in listed if document["doc"] == "bridge.txt")
    assert bridge["lang"] == "en"
    assert bridge["sentences"] == 4


def test_the_openai_client_gets_an_answer_with_its_footnotes(address: str) -> None:
    talk = openai(address)
    assert [model.id for model in talk.models.list()] == ["sourcier"]
    reply = talk.chat.completions.create(
        model="sourcier",
        temperature=0.3,
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": [{"type": "text", "text": ASK_BRIDGE}]},
        ],
    )
    text = reply.choices[0].message.content
    assert text is not None
    assert text.startswith(BRIDGE_FIRST)
    assert f"**Sources**\n\n- [1] “{BRIDGE}” — " in text
    assert "bridge.txt" in text
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
    beside = reply.model_extra
    assert beside is not None
    assert beside["sourcier"]["citations"][0]["quote"] == BRIDGE
    assert beside["ignored"] == ["temperature", "messages: system"]


def test_the_openai_client_streams_an_answer(loaded: Loaded, embedder: E5Embedder) -> None:
    with slow(loaded, embedder, 4) as (address, llm):
        stream = openai(address).chat.completions.create(
            model="sourcier",
            messages=[{"role": "user", "content": ASK_LOIRE}],
            stream=True,
            stream_options={"include_usage": True},
        )
        llm.pace.release(2)
        chunks = []
        for chunk in stream:
            chunks.append(chunk)
            if chunk.choices and LOIRE_2.removesuffix(".") in (chunk.choices[0].delta.content or ""):
                break
        # The first sentence was there before the model might write the next.
        assert LOIRE_1 not in "".join(c.choices[0].delta.content or "" for c in chunks)
        llm.pace.release(9)
        chunks += list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    last = next(c for c in chunks if c.choices and c.choices[0].finish_reason == "stop")
    assert last.model_extra is not None
    answer = last.model_extra["sourcier"]
    assert text.startswith(answer["answer"])
    assert text.partition("\n\n**Sources**\n\n")[2].startswith(f"- [1] «\u00a0{LOIRE_2}\u00a0» — ")
    assert chunks[-1].usage is not None


def test_a_refusal_shows_the_nearest_sentences(address: str) -> None:
    reply = openai(address).chat.completions.create(
        model="sourcier", messages=[{"role": "user", "content": ASK_ABSENT}]
    )
    text = reply.choices[0].message.content
    assert text is not None
    assert "sans réponse sûre" in text
    assert "**Sources**" not in text
    assert reply.model_extra is not None
    assert reply.model_extra["sourcier"]["status"] == "refused"


def test_a_follow_up_leans_on_the_messages_before(loaded: Loaded, embedder: E5Embedder) -> None:
    llm = Model(answers=ANSWERS, otherwise=ASK_BRIDGE)
    first = [{"role": "user", "content": ASK_BRIDGE}]
    with opened(loaded, embedder, llm) as session, serving(session) as address:
        talk = openai(address)
        said = talk.chat.completions.create(model="sourcier", messages=first)  # type: ignore[call-overload]
        content = said.choices[0].message.content
        follow_up = "And when was it opened?"
        messages = [
            *first,
            {"role": "assistant", "content": content},
            {"role": "user", "content": follow_up},
        ]
        reply = talk.chat.completions.create(model="sourcier", messages=messages)  # type: ignore[call-overload]
    rewriting = next(m for m in llm.asked if any(follow_up in one.content for one in m))
    prompt = "\n".join(message.content for message in rewriting)
    assert ASK_BRIDGE in prompt
    assert "Sources" not in prompt, "the footnotes are no part of what was said"
    assert reply.model_extra["sourcier"]["understood"]


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], 400),
        ([{"role": "assistant", "content": "Bonjour"}], 400),
        ([{"role": "user", "content": ""}], 400),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}], 400),
    ],
)
def test_a_conversation_without_a_question_is_told(address: str, messages: Any, status: int) -> None:
    with pytest.raises(APIStatusError) as caught:
        openai(address).chat.completions.create(model="sourcier", messages=messages)
    assert caught.value.status_code == status
    assert caught.value.body["remedy"] in caught.value.body["message"]  # type: ignore[index]


def test_another_model_is_not_there(address: str) -> None:
    with pytest.raises(NotFoundError, match="sourcier"):
        openai(address).chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": ASK_LOIRE}]
        )


def test_what_documents_say_neither_loads_nor_links(address: str) -> None:
    for stream in (False, True):
        reply = openai(address).chat.completions.create(
            model="sourcier", messages=[{"role": "user", "content": ASK_HOSTILE}], stream=stream
        )
        if stream:
            text = "".join(c.choices[0].delta.content or "" for c in reply if c.choices)  # type: ignore[union-attr]
        else:
            text = reply.choices[0].message.content  # type: ignore[union-attr]
        assert "evil.example" in text
        assert not active(text), text


def active(text: str) -> list[str]:
    """What a Markdown renderer makes of `text` beside words: images, links, HTML."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    tokens = [t for block in parser.parse(text) for t in (block, *(block.children or ()))]
    found = [t.type for t in tokens if t.type in ("image", "link_open", "html_inline", "html_block")]
    return found + re.findall(r"https?://|\bwww\.", text)


@pytest.mark.parametrize(
    "written",
    [
        "![a](http://e.example/x.png)",
        "[a][b]\n\n[b]: http://e.example",
        "![a]\n\n[a]:\nhttp://e.example",
        "<img src=//e.example>",
        "<!-- x --><a href='//e.example'>a</a>",
        "<http://e.example>",
        "see http://e.example and www.e.example",
        "[1](http://e.example)",
        "[![a](b)](c)",
    ],
)
def test_markdown_is_made_inert(written: str) -> None:
    assert active(written) or "[1]" in written
    assert not active(inert(written))
    assert inert(written).replace("\u2060", "") == written


def test_footnotes_come_off_again() -> None:
    cited = Citation("a.txt", "A", None, 0, 3, "Oui !", n=1)
    answer = Answer("", "Oui ?", "fr", "answered", "Oui [1] ! Voir http://x.example", citations=(cited,))
    assert without_footnotes(with_footnotes(answer)) == answer.answer
    refusal = Answer("", "Oui ?", "fr", "refused", "Rien n'est dit.", nearest=(cited,))
    assert without_footnotes(with_footnotes(refusal)) == "Rien n'est dit."


def test_a_full_line_is_told_and_a_place_in_it_too(loaded: Loaded, embedder: E5Embedder) -> None:
    with slow(loaded, embedder, 1) as (address, llm), client(address) as web:
        asked = {"question": ASK_LOIRE, "stream": True}
        with web.stream("POST", "/v1/answers", json=asked) as first:
            found = events(first)
            next(e for e in found if e == ("stage", {"stage": "writing"}))
            with client(address) as other, other.stream("POST", "/v1/answers", json=asked) as second:
                queued = events(second)
                assert next(queued) == ("waiting", {"before": 1})
                # What is found needs no model: it is there while one waits for it.
                name, found_before = next(e for e in queued if e[0] not in ("stage", "waiting"))
                assert name == "evidence"
                assert found_before["evidence"][0]["doc"] == "loire.txt"
                assert waiting(address) == 2
                full = web.post("/v1/answers", json={"question": ASK_LOIRE, "lang": "en"})
                assert full.status_code == 503
                assert full.headers["retry-after"]
                assert full.json()["error"]["code"] == "busy"
                assert full.json()["error"]["message"] == "Busy: 2 questions are before yours."
                with pytest.raises(APIStatusError, match="attendent déjà"):
                    openai(address).chat.completions.create(
                        model="sourcier", messages=[{"role": "user", "content": ASK_LOIRE}]
                    )
                llm.pace.release(20)
                assert list(found)[-1][0] == "answer"
                assert list(queued)[-1][0] == "answer"
        assert waiting(address) == 0
        assert web.post("/v1/answers", json={"question": ASK_LOIRE}).json()["status"] == "answered"


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/chat/completions"])
@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_frees_the_model(
    loaded: Loaded, embedder: E5Embedder, path: str, stream: bool
) -> None:
    bodies = {
        "/v1/answers": {"question": ASK_LOIRE},
        "/v1/chat/completions": {
            "model": "sourcier",
            "messages": [{"role": "user", "content": ASK_LOIRE}],
        },
    }
    with slow(loaded, embedder, 0) as (address, llm):
        leaving = http.client.HTTPConnection(address.removeprefix("http://"))
        body = json.dumps({**bodies[path], "stream": stream})
        leaving.request("POST", path, body, {"Content-Type": "application/json"})
        assert llm.writing.wait(60)
        leaving.close()
        # The pace was never released: it ends because nobody listens.
        assert llm.stopped.wait(30)
        until(lambda: waiting(address) == 0)
        llm.pace.release(20)
        with client(address) as web:
            assert web.post("/v1/answers", json={"question": ASK_LOIRE}).json()["status"] == "answered"


def test_one_that_leaves_the_line_lets_the_next_one_up(loaded: Loaded, embedder: E5Embedder) -> None:
    with slow(loaded, embedder, 2) as (address, llm), client(address) as web:
        asked = {"question": ASK_LOIRE, "stream": True}
        with web.stream("POST", "/v1/answers", json=asked) as first:
            # A generator that is let go of closes its answer: these are kept.
            found = events(first)
            next(found)
            leaving, staying = client(address), client(address)
            second = leaving.send(leaving.build_request("POST", "/v1/answers", json=asked), stream=True)
            left = events(second)
            assert next(left) == ("waiting", {"before": 1})
            third = staying.send(staying.build_request("POST", "/v1/answers", json=asked), stream=True)
            queued = events(third)
            assert next(queued) == ("waiting", {"before": 2})
            second.close()
            assert next(e for e in queued if e == ("waiting", {"before": 1}))
            llm.pace.release(20)
            assert list(queued)[-1][0] == "answer"
            third.close()
            leaving.close()
            staying.close()


def test_the_line_is_first_come_first_served() -> None:
    line, never, gone = Line(2), threading.Event(), threading.Event()
    first, second, third = line.join(), line.join(), line.join()
    with pytest.raises(Busy, match="3 questions"):
        line.join()
    first.wait(never)
    gone.set()
    with pytest.raises(Cancelled):
        second.wait(gone)
    second.leave()
    assert third.before == 1
    first.leave()
    first.leave()
    third.wait(never)
    assert len(line) == 1


def test_only_who_names_this_server_is_let_in(loaded: Loaded, embedder: E5Embedder) -> None:
    settings = ServeSettings(hosts=("answers.example",))
    with opened(loaded, embedder) as session, serving(session, settings) as address, client(address) as web:
        port = web.base_url.port
        assert web.get("/healthz", headers={"host": f"localhost:{port}"}).status_code == 200
        assert web.get("/healthz", headers={"host": "answers.example"}).status_code == 200
        assert web.get("/healthz", headers={"host": f"evil.example:{port}"}).status_code == 400
        evil = web.post(
            "/v1/answers", json={"question": ASK_LOIRE}, headers={"origin": "http://evil.example"}
        )
        assert evil.status_code == 403
        assert "access-control-allow-origin" not in evil.headers


def test_the_token_is_asked_for(loaded: Loaded, embedder: E5Embedder) -> None:
    with opened(loaded, embedder) as session, serving(session, token=TOKEN) as address:
        for wrong in ({}, {"authorization": f"Bearer {TOKEN}x"}, {"authorization": TOKEN}):
            with client(address, **wrong) as web:
                for reply in (
                    web.post("/v1/answers", json={"question": ASK_LOIRE}),
                    web.get("/v1/documents"),
                    web.get("/v1/models"),
                ):
                    assert reply.status_code == 401
                    assert reply.json()["error"]["remedy"]
                assert web.get("/healthz").status_code == 200
        with client(address, authorization=f"Bearer {TOKEN}") as web:
            assert web.get("/v1/documents").status_code == 200
        assert openai(address, TOKEN).models.list().data[0].id == "sourcier"


def test_another_address_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCIER_TOKEN", raising=False)
    assert read_token(ServeSettings(), "127.0.0.1") is None
    for host in ("0.0.0.0", "192.168.1.7", "::"):
        with pytest.raises(UsageError, match="SOURCIER_TOKEN"):
            read_token(ServeSettings(), host)
    monkeypatch.setenv("SOURCIER_TOKEN", "short")
    with pytest.raises(UsageError, match="16"):
        read_token(ServeSettings(), "0.0.0.0")
    monkeypatch.setenv("SOURCIER_TOKEN", TOKEN)
    assert read_token(ServeSettings(), "0.0.0.0") == TOKEN
    assert read_token(ServeSettings(), "::1") == TOKEN


def test_a_large_body_is_refused(address: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    with client(address) as web:
        assert web.post("/v1/answers", json={"question": "x" * 1_100_000}).status_code == 413
    with client(address) as web:
        assert web.post("/v1/answers", content=endless()).status_code == 413


def test_the_page_of_the_interface_loads_nothing(address: str) -> None:
    with client(address) as web:
        page = web.get("/docs")
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert not re.search(r"<script|<link|<img|src=", page.text)
        for path in web.get("/openapi.json").json()["paths"]:
            assert path in page.text
        missing = web.get("/nothing")
        assert missing.status_code == 404
        assert "/docs" in missing.json()["error"]["remedy"]


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}


def test_qa_serve_answers_until_it_is_interrupted(loaded: Loaded) -> None:
    environment = {**ENVIRONMENT, "QA_SERVE__PORT": "0", "LC_ALL": "C.UTF-8", "HOME": str(loaded.root)}
    command = [sys.executable, "-m", "qa", "serve"]
    with subprocess.Popen(
        command, cwd=loaded.root, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            said = ""
            while (found := re.search(r"http://127\.0\.0\.1:\d+/", said)) is None:
                line = process.stderr.readline()
                assert line, f"it ended: {said}"
                said += line
            assert httpx.get(found.group() + "healthz", trust_env=False).json()["documents"] == 8
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert "Traceback" not in process.stderr.read()
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("settings", "code", "told"),
    [({"QA_SERVE__HOST": "0.0.0.0"}, 2, "SOURCIER_TOKEN"), ({}, 1, "qa index")],
)
def test_what_qa_serve_lacks_is_told(tmp_path: Path, settings: dict[str, str], code: int, told: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "qa", "serve"],
        cwd=tmp_path,
        env={**ENVIRONMENT, **settings, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert run.returncode == code
    assert told in run.stderr
    assert "Traceback" not in run.stderr
