"""An Ollama server: version, models, pulling, and every way it can fail put into our errors."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import ollama
from pydantic import ValidationError

from qa.errors import ModelError, ModelFailed, ModelMissing, ModelTimeout, ModelUnavailable, PromptTooLong
from qa.models.gate import Limits, check_cancelled, follow
from qa.models.progress import OnProgress, PullProgress

# Older servers can be made to leak their memory by a crafted model file.
OLDEST = (0, 17, 1)
_UNKNOWN = (0, 0, 0)  # what a server calls itself that was built without its version
_RETRY_AFTER_S = (0.25, 0.5, 1.0, 2.0)
_CALL_S = 60.0  # limit of the small calls
_PULL_SILENCE_S = 300.0
_TOO_LONG = re.compile(r"exceeds? (?:the )?(?:available )?context|input length|context (?:length|size)", re.I)

T = TypeVar("T")
Reply = dict[str, Any]


class ServerBusy(ModelUnavailable):
    """The server refused the connection or said 503: worth another try."""


class OllamaServer:
    """Talks to one server. Every method raises a ModelError, never an error of the HTTP library."""

    def __init__(self, url: str, connect_s: float) -> None:
        self.url = url.rstrip("/")
        # A proxy that is set for the network has no business between us and this machine.
        self._direct = urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")
        key = os.environ.get("OLLAMA_API_KEY")
        timeout = httpx.Timeout(_CALL_S, connect=connect_s)
        with self._errors():
            self._client = ollama.Client(
                self.url, timeout=timeout, trust_env=not self._direct, follow_redirects=False
            )
            # No connection is kept: each generation has one of its own, which is cut to stop it.
            self._http = httpx.Client(
                base_url=self.url,
                timeout=timeout,
                trust_env=not self._direct,
                headers={"Authorization": f"Bearer {key}"} if key else None,
                limits=httpx.Limits(max_keepalive_connections=0),
            )

    def version(self, cancel: threading.Event | None = None, *, patient: bool = False) -> str:
        """What the server calls itself; raises ModelUnavailable where it is too old or not Ollama.

        `patient` tries again as `chat` does.
        """
        for wait_s in (*_RETRY_AFTER_S, None) if patient else (None,):
            try:
                with self._errors():
                    version = str(self._ask("GET", "/api/version")["version"])
                break
            except ServerBusy:
                if wait_s is None:
                    raise
                _sleep(wait_s, cancel)
        numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:3])
        if numbers != _UNKNOWN and numbers < OLDEST:
            raise ModelUnavailable(
                f"The Ollama server at {self.url} is version {version}, which has known security holes.",
                f"Update it to {'.'.join(map(str, OLDEST))} or newer.",
            )
        return version

    def models(self) -> dict[str, str]:
        """The models that are there: name (`qwen2.5-coder:1.5b`) → digest."""
        with self._errors():
            listed = self._client.list().models
        return {one.model: one.digest or "" for one in listed if one.model}

    def has(self, model: str) -> bool:
        """Whether the server has the model; `name` means `name:latest`, as for Ollama."""
        return full_name(model) in self.models()

    def show(self, model: str, *, verbose: bool = False) -> Reply:
        """What `/api/show` says; with `verbose` also the vocabulary (some MB)."""
        with self._errors(model):
            return self._ask("POST", "/api/show", {"model": model, "verbose": verbose})

    def running_window(self, model: str) -> int | None:
        """Tokens of the window with which the model is loaded now; None where it is not, or not said."""
        with self._errors():
            for one in self._client.ps().models:
                if full_name(one.model or "") == full_name(model):
                    return one.context_length
        return None

    def embed(self, model: str, texts: list[str], keep_alive: str) -> list[list[float]]:
        """One vector a text; a text that does not fit raises PromptTooLong."""
        with self._errors(model):
            reply = self._client.embed(model, texts, truncate=False, keep_alive=keep_alive)
            return [list(vector) for vector in reply.embeddings]

    def pull(self, model: str, on_progress: OnProgress | None = None) -> None:
        """Have the server download the model; raises ModelMissing where it cannot."""
        report = on_progress or (lambda _: None)
        layers: dict[str, tuple[int, int]] = {}
        status = ""
        client = ollama.Client(
            self.url,
            timeout=httpx.Timeout(_PULL_SILENCE_S, connect=10),
            trust_env=not self._direct,
            follow_redirects=False,
        )
        with self._errors(model):
            try:
                for step in client.pull(model, stream=True):
                    status = step.status or ""
                    if step.digest and step.total:
                        layers[step.digest] = (step.completed or 0, step.total)
                        done, total = (sum(column) for column in zip(*layers.values(), strict=True))
                        report(PullProgress("fetching", done, total))
            except ollama.ResponseError as error:
                raise ModelMissing(
                    f"Ollama could not pull {model}: {error.error}.",
                    "Check the name in `llm.model` and that the server reaches its registry.",
                ) from error
        if status != "success":
            raise ModelMissing(
                f"Pulling {model} stopped in the middle ({status or 'no reply'}).",
                "Run it again: Ollama goes on where it stopped.",
            )

    def chat(self, body: Reply, limits: Limits, cancel: threading.Event | None = None) -> Iterator[Reply]:
        """The pieces of a streamed chat, the last one with `done`; leaving it early stops the server.

        Only a refused connection and a 503 are tried again, four times at most.
        """
        for wait_s in (*_RETRY_AFTER_S, None):
            try:
                yield from self._chat_once(body, limits, cancel)
                return
            except ServerBusy:
                if wait_s is None or wait_s > limits.left_s:
                    raise
                _sleep(wait_s, cancel)

    def close(self) -> None:
        self._http.close()

    def _chat_once(self, body: Reply, limits: Limits, cancel: threading.Event | None) -> Iterator[Reply]:
        lines: SimpleQueue[tuple[str, Exception | None] | None] = SimpleQueue()
        cable = _Cable()

        def read() -> None:
            try:
                with self._http.stream(
                    "POST", "/api/chat", json=body, timeout=self._reading(limits), extensions=cable.extensions
                ) as response:
                    if response.status_code != 200:
                        raise ollama.ResponseError(
                            response.read().decode("utf-8", "replace"), response.status_code
                        )
                    for line in response.iter_lines():
                        lines.put((line, None))
            except (httpx.HTTPError, ollama.ResponseError, UnicodeDecodeError) as error:
                lines.put(("", error))
            finally:
                lines.put(None)

        check_cancelled(cancel)
        threading.Thread(target=read, name="ollama", daemon=True).start()
        done = False
        try:
            for line, failure in follow(lines, limits, cancel, f"ollama/{body['model']}"):
                if failure is not None:
                    with self._errors(body["model"]):
                        raise failure
                if line.strip():
                    piece = self._piece(line, body["model"])
                    limits.first_token_seen = True
                    done = bool(piece.get("done")) or "_debug_info" in piece
                    yield piece
        finally:
            cable.cut()
        if not done:
            raise ModelFailed(
                f"Ollama stopped in the middle of its reply ({body['model']}).",
                "Ask again; if it goes on, look at the server's log.",
            )

    def _reading(self, limits: Limits) -> httpx.Timeout:
        """Beyond our own limits, so that those speak first; it ends the reading thread in any case."""
        timeout = self._http.timeout
        return httpx.Timeout(limits.total_s + 5, connect=timeout.connect)

    def _piece(self, line: str, model: str) -> Reply:
        try:
            piece = json.loads(line)
        except ValueError as error:
            raise ModelFailed(f"Ollama's reply is not JSON ({line[:80]!r}).", "Check `llm.url`.") from error
        if not isinstance(piece, dict):
            raise ModelFailed(f"Ollama's reply is not what it should be ({line[:80]!r}).", "Check `llm.url`.")
        if error_text := piece.get("error"):
            raise self._refusal(str(error_text), 500, model)
        return piece

    def _ask(self, method: str, path: str, body: Reply | None = None) -> Reply:
        response = self._http.request(method, path, json=body)
        if response.status_code != 200:
            raise ollama.ResponseError(response.text, response.status_code)
        reply = response.json()
        if not isinstance(reply, dict):
            raise ValueError("not an object")
        return reply

    @contextlib.contextmanager
    def _errors(self, model: str = "") -> Iterator[None]:
        """Turn what httpx and the client raise into sentences."""
        start = "Start it (`ollama serve`), mend `llm.url`, or set `llm.provider` to `llamacpp`."
        try:
            yield
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise ModelTimeout(
                f"The Ollama server at {self.url} cannot be reached in time.", start
            ) from error
        except (httpx.ConnectError, ConnectionError) as error:
            raise ServerBusy(f"No Ollama server answers at {self.url}.", start) from error
        except httpx.TimeoutException as error:
            raise ModelTimeout(f"The Ollama server at {self.url} did not reply in time.", start) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ModelUnavailable(
                f"`llm.url` is not an address: {self.url!r}.", "Write it as http://host:port."
            ) from error
        except httpx.HTTPError as error:
            raise ModelFailed(
                f"The connection to the Ollama server at {self.url} was cut ({error}).",
                "Ask again; if it goes on, start the server anew (`ollama serve`).",
            ) from error
        except ollama.ResponseError as error:
            raise self._refusal(error.error, error.status_code, model) from error
        except (ValidationError, ValueError, KeyError) as error:
            raise self._stranger() from error

    def _stranger(self) -> ModelUnavailable:
        return ModelUnavailable(
            f"What answers at {self.url} does not speak as Ollama does.", "Mend `llm.url`."
        )

    def _refusal(self, text: str, status: int, model: str) -> ModelError:
        said = text.strip()[:300]
        if status == 404 and model:
            return ModelMissing(f"Ollama has no model {model}.", missing_remedy(model))
        if status == 404:
            return self._stranger()
        if status == 503:
            return ServerBusy(f"The Ollama server at {self.url} is busy: {said}.", "Try again later.")
        if _TOO_LONG.search(said):
            return PromptTooLong(
                f"The text does not fit {model}'s window, says Ollama: {said}.",
                "Ask a shorter question, lower `answer.excerpts`, or raise `llm.num_ctx`.",
            )
        return ModelFailed(f"Ollama refused ({status}): {said}.", "Look at the server's log.")


class _Cable:
    """The socket under a request, so that another thread can cut it: the server then stops writing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False
        self.extensions: dict[str, Callable[[str, dict[str, Any]], None]] = {"trace": self._trace}

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                cut = self._cut
            if cut:
                self.cut()

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):  # closed already
                    self._socket.shutdown(socket.SHUT_RDWR)


def full_name(model: str) -> str:
    """`name` is `name:latest`."""
    return model if ":" in model.rpartition("/")[2] else f"{model}:latest"


def missing_remedy(model: str) -> str:
    return f"Run `ollama pull {model}` or `qa models pull`, or set `llm.pull = true`."


def _sleep(seconds: float, cancel: threading.Event | None) -> None:
    if cancel is None:
        time.sleep(seconds)
    else:
        cancel.wait(seconds)
    check_cancelled(cancel)
