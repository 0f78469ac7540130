"""Somebody on the chat's page without a browser: what Gradio's own page sends and is sent."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from gradio_client.utils import apply_diff


@dataclass(frozen=True, slots=True)
class Shown:
    """The page at one moment: the exchanges as HTML, and the line below them as text."""

    talk: str
    status: str

    @property
    def state(self) -> str:
        """Of the latest exchange."""
        return re.findall(r'data-state="(\w+)"', self.talk)[-1]

    @property
    def words(self) -> str:
        """The exchanges as text."""
        return _plain(self.talk)


class PageUser:
    """One page, with a memory of its own."""

    def __init__(self, address: str, lang: str = "fr") -> None:
        self.web = httpx.Client(base_url=address, trust_env=False, timeout=120)
        self._lang = lang
        self._session = uuid.uuid4().hex
        config = self.web.get("/config").json()
        parts = {part["id"]: part for part in config["components"]}
        names = {number: part["props"].get("elem_id") for number, part in parts.items()}
        box = next(part for part, name in names.items() if name == "question")
        self._event = next(
            event
            for event in config["dependencies"]
            if event["backend_fn"] and [box, "submit"] in event["targets"]
        )
        outputs = [names[part] for part in self._event["outputs"]]
        # What nobody touches is sent as it was; what Gradio keeps for a page it fills in itself.
        self._given = {
            names[number] or number: None if part["type"] == "state" else part["props"].get("value")
            for number, part in ((number, parts[number]) for number in self._event["inputs"])
        }
        self._talk, self._status = outputs.index("talk"), outputs.index("status")
        self._conversation = outputs.index("conversation")

    def ask(self, question: str) -> Iterator[Shown]:
        """Everything that the page shows until the question has ended; closing it leaves the page."""
        self.web.post(
            "/gradio_api/queue/join",
            json={
                "data": list({**self._given, "question": question, "lang": self._lang}.values()),
                "fn_index": self._event["id"],
                "session_hash": self._session,
            },
        ).raise_for_status()
        shown = Shown("", "")
        data: list[Any] | None = None
        with self.web.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as sent:
            for line in sent.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line.removeprefix("data:"))
                if message["msg"] == "process_completed":
                    assert message["success"], message
                    return
                if message["msg"] != "process_generating":
                    continue
                new = message["output"]["data"]
                data = new if data is None else [apply_diff(*pair) for pair in zip(data, new, strict=True)]
                talk, status = data[self._talk], data[self._status]
                if isinstance(data[self._conversation], list):
                    self._given["conversation"] = data[self._conversation]
                # What is not said anew stays as it is.
                shown = Shown(
                    talk if isinstance(talk, str) else shown.talk,
                    _plain(status) if isinstance(status, str) else shown.status,
                )
                yield shown

    def answer(self, question: str) -> Shown:
        """What the page shows in the end."""
        return list(self.ask(question))[-1]

    def close(self) -> None:
        self.web.close()

    def __enter__(self) -> PageUser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))
