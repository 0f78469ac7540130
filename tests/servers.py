"""A real HTTP server on loopback that stands in Ollama's place and misbehaves on demand."""

from __future__ import annotations

import json
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "qwen2.5-coder:1.5b"


def byte_letters() -> list[str]:
    """The 256 letters that byte-level tokenizers write bytes with."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = dict(zip(plain, map(chr, plain), strict=True))
    letters |= {byte: chr(256 + number) for number, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


# A vocabulary of bytes and one merge: « the » is two tokens.
TOKENS = [*byte_letters(), "th", "<|im_start|>", "<|im_end|>"]
MODEL_INFO: dict[str, Any] = {
    "general.architecture": "qwen2",
    "qwen2.context_length": 32768,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "qwen2",
    "tokenizer.ggml.tokens": TOKENS,
    "tokenizer.ggml.token_type": [1] * 257 + [3, 3],
    "tokenizer.ggml.merges": ["t h"],
    "tokenizer.ggml.add_bos_token": False,
}


@dataclass
class OllamaStandIn:
    """What the server answers; `chats` are behaviours taken one a chat, then `say("ok")` for ever."""

    version: str = "0.24.0"
    models: dict[str, str] = field(default_factory=lambda: {MODEL: "digest-of-the-model"})
    info: dict[str, Any] = field(default_factory=lambda: dict(MODEL_INFO))
    chats: deque[Callable[[Handler], None]] = field(default_factory=deque)
    pull: Sequence[dict[str, Any]] = ()
    running_window: int = 4096
    renders: bool = True
    vectors: Callable[[str], list[float]] = lambda text: [float(len(text)), 1.0, 0.0]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)  # a client went away while it waited
    stopping: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """The requests to `path`, without those that only render."""
        return [body for at, body in self.asked if at == path and not body.get("_debug_render_only")]


class Handler(BaseHTTPRequestHandler):
    server: StandInServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer({})

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}"))

    def answer(self, body: dict[str, Any]) -> None:
        it = self.server.stand_in
        it.asked.append((self.path, body))
        model = body.get("model")
        if self.path == "/api/version":
            return self.send(200, {"version": it.version})
        if self.path == "/api/tags":
            models = [{"model": name, "name": name, "digest": digest} for name, digest in it.models.items()]
            return self.send(200, {"models": models})
        if self.path == "/api/ps":
            return self.send(200, {"models": [{"model": MODEL, "context_length": it.running_window}]})
        if self.path == "/api/pull":
            self.lines(it.pull)
            if it.pull and it.pull[-1].get("status") == "success":
                it.models[str(model)] = "pulled"
            return None
        if model not in it.models and f"{model}:latest" not in it.models:
            return self.send(404, {"error": f"model '{model}' not found"})
        if self.path == "/api/show":
            return self.send(200, {"model_info": it.info})
        if self.path == "/api/embed":
            return self.send(200, {"embeddings": [it.vectors(text) for text in body["input"]]})
        if body.get("_debug_render_only") and it.renders:
            text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in body["messages"])
            return self.lines([{"_debug_info": {"rendered_template": text + "<|im_start|>assistant\n"}}])
        return (it.chats.popleft() if it.chats else say("ok"))(self)

    def send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def lines(self, pieces: Sequence[dict[str, Any]]) -> None:
        """Send pieces as Ollama streams them, then close."""
        self.begin()
        for piece in pieces:
            self.wfile.write(json.dumps(piece).encode() + b"\n")
            self.wfile.flush()

    def begin(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()

    def wait(self) -> None:
        """Do nothing until the client goes away or the test is over."""
        while not self.server.stand_in.stopping.is_set():
            if select.select([self.connection], [], [], 0.05)[0] and not self.connection.recv(1):
                self.server.stand_in.left.set()
                break
        self.close_connection = True


class StandInServer(ThreadingHTTPServer):
    daemon_threads = True
    stand_in: OllamaStandIn


def piece(text: str, **more: Any) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text}, "done": False, **more}


def say(
    *texts: str, read: int | None = None, top: dict[str, float] | None = None
) -> Callable[[Handler], None]:
    """A whole reply; `read` is the prompt tokens it reports, `top` token → log probability."""
    end = {"done": True, "done_reason": "stop", "prompt_eval_count": read, "eval_count": len(texts)}
    more: dict[str, Any] = {}
    if top:
        more = {"logprobs": [{"top_logprobs": [{"token": t, "logprob": p} for t, p in top.items()]}]}
    return lambda handler: handler.lines([*(piece(text, **more) for text in texts), piece("", **end)])


def cut_after(*texts: str) -> Callable[[Handler], None]:
    """A reply that ends in the middle."""
    return lambda handler: handler.lines([piece(text) for text in texts])


def refuse(status: int, error: str) -> Callable[[Handler], None]:
    return lambda handler: handler.send(status, {"error": error})


def hang_after(*texts: str) -> Callable[[Handler], None]:
    """Say this, then nothing more; without texts not even the headers are sent."""

    def behave(handler: Handler) -> None:
        if texts:
            handler.lines([piece(text) for text in texts])
        handler.wait()

    return behave


def babble(line: bytes) -> Callable[[Handler], None]:
    """Something that is not JSON."""

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.wfile.write(line + b"\n")

    return behave


@contextmanager
def serving(stand_in: OllamaStandIn, port: int = 0) -> Iterator[OllamaStandIn]:
    """The server, on a free port or the given one."""
    server = StandInServer(("127.0.0.1", port), Handler)
    server.stand_in = stand_in
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
