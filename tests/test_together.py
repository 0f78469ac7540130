"""Twenty people and a batch on one server: each gets the right answer, nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import served
from index_support import CountingEmbedder, Project
from openai import InternalServerError
from page_user import PageUser
from serve_support import Model, opened
from test_serve import client, events, openai, until, waiting

from qa.models.e5 import E5Embedder
from qa.models.protocols import Message
from qa.settings import load_settings
from qa.types import Usage

pytestmark = pytest.mark.slow

RIVERS = (
    *("Albane", "Bourdelle", "Cizerne", "Dourvan", "Esclade", "Fulgence", "Gorvette", "Huvelle", "Istrade"),
    *("Jalouse", "Kervoise", "Lombarde", "Mirvalle", "Nocturne", "Orvanche", "Pélisse", "Quintane"),
    *("Rouvière", "Sargasse", "Tréboule", "Urvoise", "Vendrole", "Wambrelle", "Yvrande", "Zanthoise"),
)
PLACES = tuple(f"{river[:4]}ville-{number}" for number, river in enumerate(RIVERS, 11))
PAGES, PROGRAMS, TALKS, ROWS = range(10), range(10, 17), range(17, 20), range(20, 23)
LEAVING = range(23, 25)
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
def crowded(root: Path) -> Iterator[tuple[str, Model]]:
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
                yield address.rstrip("/"), llm
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


def by_batch(address: str) -> list[Told]:
    """One row after the other, each asked until it is taken."""
    told = []
    with client(address) as web:
        for who in ROWS:
            began = time.monotonic()
            while (reply := web.post("/v1/answers", json={"question": ask_of(who)})).status_code == 503:
                time.sleep(AGAIN_S)
            told.append(Told(who, reply.json()["answer"], time.monotonic() - began))
    return told


def leave(address: str, who: int) -> None:
    """Ask, be told to wait, and go."""
    body = {"question": ask_of(who), "stream": True}
    with client(address) as web:
        while True:
            with web.stream("POST", "/v1/answers", json=body) as reply:
                if reply.status_code != 503:
                    steps = events(reply)
                    assert next(steps)[0] == "waiting"
                    return
            time.sleep(AGAIN_S)


def test_twenty_people_and_a_batch(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    with crowded(tmp_path) as (address, llm), ThreadPoolExecutor(30) as people:
        began = time.monotonic()
        waits = [people.submit(by_page, address, who) for who in PAGES]
        waits += [people.submit(by_program, address, who) for who in PROGRAMS]
        waits += [people.submit(by_talk, address, who) for who in TALKS]
        rows = people.submit(by_batch, address)
        left = [people.submit(leave, address, who) for who in LEAVING]
        for one in left:
            one.result()
        told = [wait.result() for wait in waits] + rows.result()
        seconds = time.monotonic() - began
        until(lambda: waiting(address) == 0)
        # Whoever comes now is answered at once: nothing holds a place that it does not need.
        assert by_program(address, LEAVING[0]).before == 0

    assert [one.who for one in told] == [*PAGES, *PROGRAMS, *TALKS, *ROWS]
    for one in told:
        assert PLACES[one.who] in one.words
        strangers = [other for other in range(len(RIVERS)) if other != one.who]
        assert not [RIVERS[other] for other in strangers if RIVERS[other] in one.words]
        assert not [PLACES[other] for other in strangers if PLACES[other] in one.words]
        assert one.before <= BOUND
    assert max(one.before for one in told) > 1
    # Who left the line was never put to the model.
    asked = "\n".join(message.content for messages in llm.asked for message in messages)
    assert ask_of(LEAVING[1]) not in asked
    waited = sorted(one.seconds for one in told if one.who not in ROWS)
    record_property("questions", len(told))
    record_property("seconds", round(seconds, 1))
    record_property("waited_p50", round(waited[len(waited) // 2], 1))
    record_property("waited_p95", round(waited[int(len(waited) * 0.95)], 1))
    record_property("most_before", max(one.before for one in told))
