"""A real OpenAI-compatible server on loopback whose replies are scripted."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Handler", dict[str, Any]], None]


@dataclass
class JudgeStandIn:
    """`replies` are taken one a call; then `reply` for ever. `asked` are the requests that came."""

    reply: Reply
    replies: deque[Reply] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    server: StandInServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        it = self.server.stand_in
        it.asked.append(body | {"path": self.path})
        it.headers.append({name.lower(): value for name, value in self.headers.items()})
        (it.replies.popleft() if it.replies else it.reply)(self, body)

    def send(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class StandInServer(ThreadingHTTPServer):
    daemon_threads = True
    stand_in: JudgeStandIn


@contextmanager
def judge_server(reply: Reply) -> Iterator[JudgeStandIn]:
    """Serve on a free port until the block is left."""
    server = StandInServer(("127.0.0.1", 0), Handler)
    server.stand_in = JudgeStandIn(reply)
    server.stand_in.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.stand_in
    finally:
        server.stand_in.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def says(content: object, finish: str = "stop", **more: object) -> Reply:
    """A completion with this content (JSON where it is no text)."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    completion = {"choices": [{"message": {"content": text}, "finish_reason": finish}], **more}
    return lambda handler, _: handler.send(200, json.dumps(completion))


def fails(status: int = 500, message: str = "out of order") -> Reply:
    """An error as such servers send it."""
    return lambda handler, _: handler.send(status, json.dumps({"error": {"message": message}}))


def waits(handler: Handler, _: dict[str, Any]) -> None:
    """No reply until the server stops."""
    handler.server.stand_in.waiting.set()
    handler.server.stand_in.stopping.wait()
    handler.close_connection = True


def prompt_of(body: dict[str, Any]) -> str:
    """What the judge was given."""
    return str(body["messages"][-1]["content"])


def given(body: dict[str, Any]) -> dict[str, Any]:
    """The input at the end of ragas's prompt."""
    text = prompt_of(body).rpartition("\ninput: ")[2].rpartition("\nOutput:")[0]
    return dict(json.loads(text))


def kind_of(body: dict[str, Any]) -> str:
    """Which of ragas's replies the prompt asks for."""
    fields = given(body).keys()
    if fields == {"question", "answer"}:
        return "statements"
    if fields == {"context", "statements"}:
        return "verdicts"
    if fields == {"question", "context", "answer"}:
        return "recall"
    return "rating"


def sensible(handler: Handler, body: dict[str, Any]) -> None:
    """A judge that finds a text said where it stands in the context, word for word."""
    if "\ninput: " not in prompt_of(body):
        return says({"ready": True})(handler, body)
    data = given(body)
    match kind_of(body):
        case "statements":
            sentences = [part.strip() for part in data["answer"].split(".") if part.strip()]
            reply: dict[str, Any] = {"statements": sentences}
        case "verdicts":
            reply = {
                "statements": [
                    {"statement": one, "reason": "r", "verdict": int(one in data["context"])}
                    for one in data["statements"]
                ]
            }
        case "recall":
            parts = [part.strip() for part in data["answer"].split(".") if part.strip()]
            reply = {
                "classifications": [
                    {"statement": one, "reason": "r", "attributed": int(one in data["context"])}
                    for one in parts
                ]
            }
        case _:
            one, other = data["user_answer"].rstrip("."), data["reference_answer"].rstrip(".")
            reply = {"rating": 4 if one in other or other in one else 0}
    return says(reply)(handler, body)
