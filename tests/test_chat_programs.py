"""The page and the interface for programs on one server: one session, one line, one guard."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser import chromium, served
from chat_support import ANSWERS, ASK_BRIDGE, ASK_LOIRE, BRIDGE, DOCUMENTS, LOIRE_2
from index_support import CountingEmbedder, Project
from openai import OpenAI
from page_user import PageUser
from playwright.sync_api import expect
from serve_support import TOKEN, Model, opened
from test_chat import OneDocument
from test_serve import client, events, until, waiting

from qa.models.e5 import E5Embedder
from qa.settings import Loaded, load_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, embedder: E5Embedder) -> Loaded:
    root = tmp_path_factory.mktemp("project")
    project = Project(load_settings(root, {}), CountingEmbedder(embedder))
    project.write(DOCUMENTS)
    project.update()
    return project.loaded


@contextmanager
def both(loaded: Loaded, embedder: E5Embedder, llm: Model, queue: int = 16) -> Iterator[str]:
    """The page and the interface, with a model that writes when the test lets it; gives their address."""
    with opened(loaded, embedder, llm) as session:
        try:
            with served(session, queue=queue) as address:
                yield address.rstrip("/")
        finally:
            for _ in range(100):
                llm.pace.release()


def test_the_pages_port_answers_programs(loaded: Loaded, embedder: E5Embedder) -> None:
    with both(loaded, embedder, Model(answers=ANSWERS)) as address, client(address) as web:
        assert "<html" in web.get("/").text
        assert web.get("/healthz").json() == {"status": "ok", "documents": 3, "waiting": 0}
        assert len(web.get("/v1/documents").json()["documents"]) == 3
        answer = web.post("/v1/answers", json={"question": ASK_BRIDGE}).json()
        assert answer["citations"][0]["quote"] == BRIDGE
        assert "/v1/answers" in web.get("/docs").text
        assert web.post("/v1/answers", json={}).json()["error"]["code"] == "usage"
        talk = OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
        assert [model.id for model in talk.models.list()] == ["sourcier"]
        asked = [{"role": "user", "content": ASK_LOIRE}]
        reply = talk.chat.completions.create(model="sourcier", messages=asked)  # type: ignore[call-overload]
        assert LOIRE_2.removesuffix(".") in reply.choices[0].message.content
        with PageUser(address) as page:
            assert LOIRE_2.removesuffix(".") in page.answer(ASK_LOIRE).words


def test_another_sites_page_reaches_neither(loaded: Loaded, embedder: E5Embedder) -> None:
    with both(loaded, embedder, Model(answers=ANSWERS)) as address, client(address) as web:
        for path in ("/", "/config", "/v1/documents", "/healthz", "/docs"):
            assert web.get(path).status_code == 200
            assert web.get(path, headers={"host": "evil.example"}).status_code == 400
            assert web.get(path, headers={"origin": "http://evil.example"}).status_code == 403
        for path in ("/v1/answers", "/v1/chat/completions", "/gradio_api/queue/join"):
            for headers, status in (
                ({"host": "evil.example"}, 400),
                ({"origin": "http://evil.example"}, 403),
            ):
                assert web.post(path, json={"question": ASK_LOIRE}, headers=headers).status_code == status


def test_a_busy_page_makes_programs_wait(loaded: Loaded, embedder: E5Embedder) -> None:
    llm = Model(answers=ANSWERS, pace=threading.Semaphore(0))
    with both(loaded, embedder, llm, queue=1) as address, client(address) as web, PageUser(address) as page:
        asked = page.ask(ASK_LOIRE)
        next(shown for shown in asked if shown.status.startswith("Rédaction") or llm.writing.is_set())
        with web.stream("POST", "/v1/answers", json={"question": ASK_BRIDGE, "stream": True}) as second:
            steps = events(second)
            assert next(steps) == ("waiting", {"before": 1})
            # The bound is that of both together: neither a program nor a page gets a third place.
            with client(address) as other:
                full = other.post("/v1/answers", json={"question": ASK_BRIDGE})
                assert full.status_code == 503
                assert full.json()["error"]["code"] == "busy"
            with PageUser(address) as third:
                refused = third.answer(ASK_BRIDGE)
                assert refused.state == "error"
                assert "attendent déjà" in refused.words
            llm.pace.release(20)
            assert list(asked)[-1].state == "answered"
            assert list(steps)[-1][0] == "answer"
        assert waiting(address) == 0


def test_a_busy_interface_makes_the_page_wait(loaded: Loaded, embedder: E5Embedder) -> None:
    llm = Model(answers=ANSWERS, pace=threading.Semaphore(0))
    with both(loaded, embedder, llm) as address, client(address) as web, PageUser(address) as page:
        with web.stream("POST", "/v1/answers", json={"question": ASK_BRIDGE, "stream": True}) as first:
            # Kept by a name: a reply that nobody reads any more is closed.
            steps = events(first)
            next(step for step in steps if step == ("stage", {"stage": "writing"}))
            asked = page.ask(ASK_LOIRE)
            assert next(shown for shown in asked if "avant la vôtre" in shown.status).state == "running"
            with PageUser(address, "en") as other:
                behind = other.ask(ASK_LOIRE)
                next(shown for shown in behind if "2 questions are before yours" in shown.status)
                # Who leaves the page leaves the line.
                behind.close()
            until(lambda: waiting(address) == 2)
        # The first one has gone: the model is the page's, and says what it does.
        llm.pace.release(20)
        seen = list(asked)
        assert seen[-1].state == "answered"
        assert LOIRE_2.removesuffix(".") in seen[-1].words
        assert "avant la vôtre" not in seen[-1].status


def test_the_token_is_asked_of_the_page_and_of_programs() -> None:
    with served(OneDocument(), token=TOKEN) as address:
        for wrong in ("", "Bearer x", "Basic !", f"Basic {_basic('wrong')}", _basic(TOKEN)):
            headers = {"authorization": wrong} if wrong else {}
            with client(address, **headers) as web:
                for path in ("/", "/config", "/gradio_api/info", "//config", "/docs", "/openapi.json"):
                    asked = web.get(path)
                    assert asked.status_code == 401
                    assert asked.headers["www-authenticate"].startswith("Basic ")
                assert web.post("/gradio_api/queue/join", json={}).status_code == 401
                assert web.get("/v1/documents").json()["error"]["code"] == "token"
                assert web.get("/healthz").status_code == 200
        for right in (f"Bearer {TOKEN}", f"Basic {_basic(TOKEN)}"):
            with client(address, authorization=right) as web:
                assert web.get("/").status_code == 200
                assert web.get("/v1/models").status_code == 200


@pytest.mark.browser
def test_the_browser_asks_for_the_password() -> None:
    with served(OneDocument(), token=TOKEN) as address, chromium() as browser:
        credentials = {"username": "anyone", "password": TOKEN}
        context = browser.new_context(locale="fr-FR", http_credentials=credentials)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#heading h1")).to_be_visible(timeout=30_000)
        box = page.locator("#question textarea")
        box.fill("Il pleut ?")
        box.press("Enter")
        expect(page.locator("#stop")).to_be_visible()
        page.locator("#stop").click()
        expect(page.locator("#talk .exchange[data-state=stopped]")).to_have_count(1)
        context.close()


def test_another_address_needs_a_token(tmp_path_factory: pytest.TempPathFactory) -> None:
    import os
    import subprocess
    import sys

    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    environment.pop("SOURCIER_TOKEN", None)
    run = subprocess.run(
        [sys.executable, "-m", "qa", "chat"],
        cwd=tmp_path_factory.mktemp("empty"),
        env={**environment, "QA_CHAT__HOST": "0.0.0.0", "QA_CHAT__PORT": "0", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert run.returncode == 2
    assert "chat.host" in run.stderr
    assert "SOURCIER_TOKEN" in run.stderr
    assert "Traceback" not in run.stderr


def _basic(password: str) -> str:
    return base64.b64encode(f"anyone:{password}".encode()).decode()
