"""Twenty people at one server, and a batch on its session: each with a river of their own to ask about."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import served
from index_support import CountingEmbedder, Project
from openai import InternalServerError
from page_user import PageUser
from serve_support import Model, opened
from test_serve import client, events, openai, until, waiting

from qa import Sourcier
from qa.models.e5 import E5Embedder
from qa.models.protocols import Message
from qa.settings import load_settings
from qa.types import Usage

RIVERS = (
    *("Albane", "Bourdelle", "Cizerne", "Dourvan", "Esclade", "Fulgence", "Gorvette", "Huvelle", "Istrade"),
    *("Jalouse", "Kervoise", "Lombarde", "Mirvalle", "Nocturne", "Orvanche", "Pélisse", "Quintane"),
    *("Rouvière", "Sargasse", "Tréboule", "Urvoise", "Vendrole", "Wambrelle", "Yvrande", "Zanthoise"),
    *("Aubrelle", "Brisandre", "Corvanne", "Dalmeuse"),
)
PLACES = tuple(f"{river[:4]}ville-{number}" for number, river in enumerate(RIVERS, 11))
PAGES, PROGRAMS, TALKS = range(10), range(10, 17), range(17, 20)
ROWS = range(20, 26)
LEAVING, MIDWAY = range(26, 28), 28
BOUND = 16  # fewer than ask at once: some are told to come again
SENTENCE_S = 0.05
AGAIN_S = 0.5


def ask_of(who: int) -> str:
    return f"Où la rivière {RIVERS[who]} prend-elle sa source ?"


def fact_of(who: int) -> str:
    return f"La rivière {RIVERS[who]} prend sa source à {PLACES[who]}."


class Knowing(Model):
    """Chooses the excerpt that the answer is to be written from."""

    def score(
        self, messages: Sequence[Message], choices: Sequence[str], *, cancel: threading.Event | None = None
    ) -> tuple[Mapping[str, float], Usage]:
        _, usage = super().score(messages, choices, cancel=cancel)
        fact = str(self._answer(messages)).partition("\n")[0]
        shown = "\n".join(message.content for message in messages).splitlines()
        found = next((line for line in shown if line.startswith("[") and fact in line), "[0]")
        chosen = found[1:].partition("]")[0]
        return {choice: 0.97 if choice == chosen else 0.001 for choice in choices}, usage


@dataclass(frozen=True, slots=True)
class Told:
    """What one was told in the end, how long after asking, and how many were ever said to be before."""

    who: int
    words: str
    seconds: float
    before: int = 0


@contextmanager
def crowded(root: Path) -> Iterator[tuple[str, Sourcier, Knowing]]:
    """The chat and the interface on a document for each, with a model that takes its time."""
    embedder = E5Embedder()
    project = Project(load_settings(root, {}), CountingEmbedder(embedder))
    project.write({f"{who:02}.txt": fact_of(who) for who in range(len(RIVERS))})
    project.update()
    answers = {ask_of(who): f"{fact_of(who)}\n\n" for who in range(len(RIVERS))}
    llm = Knowing(answers=answers, pace=threading.Semaphore(0))
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(SENTENCE_S):
            llm.pace.release()

    ticking = threading.Thread(target=tick)
    with opened(project.loaded, embedder, llm) as session:
        ticking.start()
        try:
            with served(session, queue=BOUND) as address:
                yield address.rstrip("/"), session, llm
        finally:
            ended.set()
            ticking.join()


def by_page(address: str, who: int) -> Told:
    with PageUser(address) as page:
        began, most = time.monotonic(), 0
        while True:
            for shown in page.ask(ask_of(who)):
                if "avant la vôtre" in shown.status:
                    most = max(most, int(shown.status.partition(" : ")[2].split()[0]))
            if shown.state != "error":
                return Told(who, shown.words, time.monotonic() - began, most)
            assert "attendent déjà" in shown.words
            time.sleep(AGAIN_S)


def by_program(address: str, who: int) -> Told:
    body = {"question": ask_of(who), "stream": True}
    with client(address) as web:
        began, most = time.monotonic(), 0
        while True:
            with web.stream("POST", "/v1/answers", json=body) as reply:
                if reply.status_code == 503:
                    time.sleep(AGAIN_S)
                    continue
                for name, data in events(reply):
                    if name == "waiting":
                        most = max(most, data["before"])
                assert name == "answer", data
                cited = " ".join(citation["quote"] for citation in data["citations"])
                return Told(who, f"{data['answer']} {cited}", time.monotonic() - began, most)


def by_talk(address: str, who: int) -> Told:
    began = time.monotonic()
    asked = [{"role": "user", "content": ask_of(who)}]
    talk = openai(address)
    while True:
        try:
            reply = talk.chat.completions.create(model="sourcier", messages=asked)  # type: ignore[call-overload]
        except InternalServerError:  # any 5..; the answer says whether it was worth it
            time.sleep(AGAIN_S)
        else:
            return Told(who, reply.choices[0].message.content, time.monotonic() - began)


def by_batch(session: Sourcier, folder: Path) -> list[Told]:
    """The rows as a file of questions, answered by the server's own session, which knows no line."""
    questions, answers = folder / "questions.jsonl", folder / "answers.jsonl"
    rows = [json.dumps({"id": str(who), "question": ask_of(who)}) for who in ROWS]
    questions.write_text("\n".join(rows), "utf-8")
    began = [time.monotonic()]
    report = session.batch(questions, answers, on_progress=lambda _: began.append(time.monotonic()))
    assert report.counts == {"answered": len(ROWS)}
    told = []
    # The first progress is told before the first row.
    for line, before, after in zip(
        answers.read_text("utf-8").splitlines(), began[1:-1], began[2:], strict=True
    ):
        row = json.loads(line)
        cited = " ".join(citation["quote"] for citation in row["citations"])
        told.append(Told(int(row["id"]), f"{row['answer']} {cited}", after - before))
    return told


def leave(address: str, who: int, at: str = "waiting") -> None:
    """Ask, and go once it is told to wait, or at what it is doing then."""
    body = {"question": ask_of(who), "stream": True}
    with client(address) as web:
        while True:
            with web.stream("POST", "/v1/answers", json=body) as reply:
                if reply.status_code != 503:
                    steps = events(reply)
                    next(step for step in steps if at in (step[0], step[1].get("stage")))
                    return
            time.sleep(AGAIN_S)


def together(address: str, session: Sourcier, folder: Path) -> tuple[list[Told], list[Told]]:
    """Twenty people, three who go, and a batch, all at once; what the people were told, and the batch."""
    with ThreadPoolExecutor(30) as people:
        waits = [people.submit(by_page, address, who) for who in PAGES]
        waits += [people.submit(by_program, address, who) for who in PROGRAMS]
        waits += [people.submit(by_talk, address, who) for who in TALKS]
        rows = people.submit(by_batch, session, folder)
        # With so many before them they have gone long before it is their turn.
        until(lambda: waiting(address) > BOUND // 2)
        left = [people.submit(leave, address, who) for who in LEAVING]
        left.append(people.submit(leave, address, MIDWAY, "writing"))
        for one in left:
            one.result()
        return [wait.result() for wait in waits], rows.result()
