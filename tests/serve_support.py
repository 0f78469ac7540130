"""What the tests of the other ways in share: an index of the seeds and more, and a real HTTP server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from chat_support import ANSWERS, ASK_LOIRE, DOCUMENTS, PacedLLM

from qa import Sourcier
from qa.models.e5 import E5Embedder
from qa.models.protocols import Chunk, Message
from qa.serve.app import build_app, listen
from qa.serve.replies import Session
from qa.settings import Loaded, ServeSettings, load_settings
from qa.types import Usage

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
TOKEN = "a-token-of-twenty-five-ch"


@dataclass
class Model(PacedLLM):
    """Writes as PacedLLM does; where it is not shown the sentence that it is to write from, it has been asked
    to put a question otherwise, and gives `otherwise`."""

    otherwise: str = ""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        found = self._answer(messages)
        shown = "\n".join(message.content for message in messages)
        if found is None or (isinstance(found, str) and found.partition("\n")[0].rstrip(".") not in shown):
            self.asked.append(tuple(messages))
            yield Chunk(self.otherwise)
            yield Chunk("", Usage(10, 0, 1))
        else:
            yield from super().stream(messages, max_tokens=max_tokens, cancel=cancel)


def failing(error: Exception) -> Model:
    """A model that fails on the question about the Loire."""
    return Model(answers={**ANSWERS, ASK_LOIRE: error})


def make_index(root: Path, embedder: E5Embedder) -> Loaded:
    """The seeds and the chat tests' documents, indexed under `root`."""
    corpus = root / "corpus"
    shutil.copytree(SEEDS, corpus)
    for name, text in DOCUMENTS.items():
        (corpus / name).write_text(text, "utf-8")
    loaded = load_settings(root, {})
    assert not Sourcier.index(corpus, loaded=loaded, embedder=embedder).failed
    return loaded


@contextmanager
def opened(loaded: Loaded, embedder: E5Embedder, llm: PacedLLM | None = None) -> Iterator[Sourcier]:
    """Sourcier on that index, with a model that writes when the test lets it."""
    model = llm or Model(answers=ANSWERS)
    with Sourcier.open(loaded, llm=model, embedder=embedder) as sourcier:
        yield sourcier


@contextmanager
def serving(
    session: Session, settings: ServeSettings | None = None, token: str | None = None
) -> Iterator[str]:
    """A real server on a free port; gives its address."""
    settings = settings or ServeSettings()
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    app = build_app(session, settings, token, started.set)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert started.wait(60), "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
