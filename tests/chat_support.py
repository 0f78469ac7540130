"""What the chat's tests share: documents, and a language model that writes when the test lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fakes import FakeLLM
from index_support import CountingEmbedder, Project

from qa.errors import Cancelled, SourcierError
from qa.models.e5 import E5Embedder
from qa.models.protocols import Chunk, Message
from qa.settings import load_settings
from qa.types import Usage

LOIRE_1 = "La Loire est le plus long fleuve de France."
LOIRE_2 = "Elle prend sa source au mont Gerbier-de-Jonc."
BRIDGE = "It was opened on 4 March 1890 by the Prince of Wales."
HOSTILE = (
    "Le fleuve Brame <img src=x onerror=alert(1+1)> ![x](http://evil.example/a) [y](http://evil.example/b) "
    "[z][1] ${alert(2+2)} {{value}} `{lang}` coule à Vire"
)
DOCUMENTS = {
    "loire.txt": (
        f"{LOIRE_1}\n\n{LOIRE_2} L’événement de 1856 reste la plus grande crue connue du fleuve. Le débit "
        "moyen est de 931 mètres cubes par seconde à Saint-Nazaire, dit Jean Dupont. Selon Jean Dupont, "
        "le fleuve déborde."
    ),
    "bridge.txt": (
        f"The Forth Bridge is a railway bridge in Scotland.\n\n{BRIDGE} The bridge carries about 200 trains "
        "every day. Painters have looked after it ever since."
    ),
    "<img src=x onerror=alert(3)>.txt": f"{HOSTILE}.\n\n[1]: http://evil.example/c\n",
}
ASK_LOIRE = "Où la Loire prend-elle sa source ?"
ASK_BRIDGE = "When was the Forth Bridge opened?"
ASK_HOSTILE = "Où coule le fleuve Brame ?"
ASK_ABSENT = "Quel est le prix d'un billet de train pour Marseille ?"


@dataclass
class PacedLLM(FakeLLM):
    """Writes what `answers` has for a question, one sentence each time `pace` allows it.

    A question without an entry is refused (choice 0). `writing` is set once something is being
    written, `stopped` once that was stopped before its end.
    """

    answers: Mapping[str, str | BaseException] = field(default_factory=dict)
    pace: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1_000_000))
    writing: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        self.asked.append(tuple(messages))
        if cancel is not None and cancel.is_set():
            raise Cancelled("Stopped.")
        found = self._answer(messages)
        if isinstance(found, BaseException):
            raise found
        chosen = {"0": 0.97, "1": 0.01} if found is None else {"0": 0.01, "1": 0.97}
        return {choice: chosen.get(choice, 0.0) for choice in choices}, Usage(10, 0, 1)

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        self.asked.append(tuple(messages))
        found = self._answer(messages)
        if isinstance(found, BaseException):
            raise found
        if found is None:  # a question to be translated: it stays what it is
            yield Chunk(messages[-1].content)
            yield Chunk("", Usage(10, 0, 5))
            return
        self.writing.set()
        done = False
        try:
            for sentence in found.split("\n"):
                while not self.pace.acquire(timeout=0.02):
                    if cancel is not None and cancel.is_set():
                        raise Cancelled("Stopped.")
                yield Chunk(sentence + " ")
            yield Chunk("", Usage(10, 0, min(10, max_tokens)))
            done = True
        finally:
            if not done:
                self.stopped.set()

    def _answer(self, messages: Sequence[Message]) -> str | BaseException | None:
        prompt = "\n".join(message.content for message in messages)
        return next((answer for question, answer in self.answers.items() if question in prompt), None)


ANSWERS: Mapping[str, str | BaseException] = {
    # A sentence is whole once the next one has begun, hence the third line.
    ASK_LOIRE: f"{LOIRE_2}\n{LOIRE_1}\n",
    ASK_BRIDGE: f"{BRIDGE}\nThe Forth Bridge is a railway bridge in Scotland.\n",
    ASK_HOSTILE: f"{HOSTILE}.\n",
}


def failing(error: SourcierError | BaseException) -> PacedLLM:
    """A model that fails on the question about the Loire."""
    return PacedLLM(answers={**ANSWERS, ASK_LOIRE: error})


def indexed_documents(folder: Path) -> Project:
    """A project of its own with `DOCUMENTS`, indexed."""
    project = Project(load_settings(folder, {}), CountingEmbedder(E5Embedder()))
    project.write(DOCUMENTS)
    project.update()
    return project
