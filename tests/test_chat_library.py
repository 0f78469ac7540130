"""The documents on the page: listed, dropped in, refused with a reason, removed; in a real browser."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import Visitor, chromium, served, visiting
from chat_support import ANSWERS, ASK_LOIRE, DOCUMENTS, LOIRE_2, PacedLLM
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.chat.library import Library, open_library
from qa.chat.session import Extras
from qa.errors import UsageError
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

FACT = "La Vilaine traverse la ville de Rennes."
CHANGEABLE = {"QA_CORPUS__PATHS": "docs", "QA_CHAT__DOCUMENTS": "true"}
QUESTION = "Quelle ville traverse la Vilaine ?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(load_settings(tmp_path, CHANGEABLE), CountingEmbedder(E5Embedder()))
    project.write(DOCUMENTS)
    project.update()
    return project


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Gradio keeps its copies of uploaded files."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return tmp_path / "uploads"


@contextmanager
def chat(project: Project) -> Iterator[str]:
    llm = PacedLLM(answers={**ANSWERS, QUESTION: f"{FACT}\n"})
    session = Sourcier.open(project.loaded, llm=llm, embedder=project.embedder)
    extras = Extras(None, open_library(project.loaded))
    with session, served(session, extras) as address:
        yield address


@contextmanager
def visited(browser: Browser, project: Project) -> Iterator[Visitor]:
    with chat(project) as address, visiting(browser, address) as visitor:
        visitor.page.get_by_role("tab", name="Documents").click()
        expect(visitor.page.locator("#add")).to_have_text(re.compile("Ajouter des documents"))
        yield visitor


def drop(visitor: Visitor, files: Sequence[tuple[str, bytes]]) -> None:
    """Let go of `files` above the page, as somebody does who drags them there from a folder."""
    visitor.page.evaluate(
        """files => {
          const dataTransfer = new DataTransfer();
          for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
          const on = document.querySelector("#talk");
          for (const type of ["dragenter", "dragover", "drop"])
            on.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [(name, content.decode()) for name, content in files],
    )


def left(uploads: Path) -> list[Path]:
    """What there is in the folder of uploads, but for the empty one that Gradio makes when it serves."""
    return [path for path in uploads.rglob("*") if path.name != "vibe_edit_history"]


@pytest.mark.browser
def test_a_file_is_dropped_in_asked_and_removed(browser: Browser, project: Project, tmp_path: Path) -> None:
    fresh, bad = tmp_path / "vilaine.txt", tmp_path / "abime.pdf"
    fresh.write_text(f"{FACT} Elle se jette dans l’océan.", "utf-8")
    bad.write_bytes(b"%PDF-1.7 nothing")
    with visited(browser, project) as visitor:
        page = visitor.page
        expect(page.locator("#documents .document")).to_have_count(len(DOCUMENTS))
        page.locator("#add-row input[type=file]").set_input_files([fresh, bad])
        expect(page.locator("#documents .document", has_text="vilaine.txt")).to_contain_text(
            "indexé", timeout=60_000
        )
        # The bad one is there with its verdict.
        expect(page.locator("#documents .document.bad")).to_contain_text("abime.pdf")
        expect(page.locator("#heading")).to_contain_text(f"{len(DOCUMENTS) + 1} documents")
        visitor.ask(QUESTION)
        visitor.wait_for("answered")
        expect(page.locator("#sources mark").first).to_have_text(FACT)

        page.get_by_role("tab", name="Documents").click()
        page.locator("#documents .document", has_text="vilaine.txt").get_by_role("button").click()
        page.locator("#confirm").get_by_role("button", name="Supprimer").click()
        expect(page.locator("#documents .document", has_text="vilaine.txt")).to_have_count(0, timeout=60_000)
        assert not (project.docs / "vilaine.txt").exists()


@pytest.mark.browser
def test_files_dropped_on_the_page_are_judged_one_by_one_and_leave_no_copy(
    browser: Browser, tmp_path: Path, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Library._update

    def in_steps(self: Library, on_progress: Callable[[Any], None]) -> None:
        def slowly(step: Any) -> None:
            on_progress(step)
            time.sleep(0.5)  # long enough to be seen

        update(self, slowly)

    monkeypatch.setattr(Library, "_update", in_steps)
    flags = {"QA_CORPUS__MAX_FILE_MB": "0.1", "QA_CHAT__MAX_UPLOAD_MB": "0.3"}
    project = Project(load_settings(tmp_path, {**CHANGEABLE, **flags}), CountingEmbedder(E5Embedder()))
    project.write({"loire.txt": DOCUMENTS["loire.txt"], "metadata.csv": "file,date\nloire.txt,2021-03-04\n"})
    project.update()
    with visited(browser, project) as visitor:
        page = visitor.page
        told = page.locator("#confirm [role=alert]")
        # All that a document is known by.
        row = page.locator("#documents .document")
        expect(row).to_have_count(1)
        for column in ("Loire", "2021-03-04", "français", "loire.txt", "indexé, 5 phrases"):
            expect(row).to_contain_text(column)

        # More than is taken at once: not even sent.
        drop(visitor, [(f"part{n}.txt", b"x" * 90_000) for n in range(4)])
        expect(told).to_contain_text("plus de 0,3 Mo")
        assert not [url for url in visitor.requests if "/upload" in url]

        page.evaluate(
            """() => {
              window.said = [];
              new MutationObserver(() => window.said.push(document.querySelector("#confirm").innerText))
                .observe(document.body, { subtree: true, childList: true, characterData: true });
            }"""
        )
        fresh = f"{FACT} Elle se jette dans l’océan.".encode()
        drop(visitor, [("vilaine.txt", fresh), ("run.exe", b"x"), ("big.txt", b"x" * 150_000)])
        expect(page.locator("#documents .document", has_text="vilaine.txt")).to_contain_text(
            "indexé", timeout=60_000
        )
        expect(told).to_contain_text("run.exe : Ce type de fichier n'est pas lu : seuls .docx")
        expect(told).to_contain_text(
            "big.txt : Le fichier fait plus de 0,1 Mo (réglage `corpus.max_file_mb`)."
        )
        assert {path.name for path in project.docs.iterdir()} == {"loire.txt", "metadata.csv", "vilaine.txt"}
        assert left(uploads) == []
        said = page.evaluate("window.said")
        # How far it is was seen while it went on, and that it went on.
        told_of = [int(found[1]) for words in said if (found := re.search(r"Indexation : (\d+) %", words))]
        assert told_of == sorted(told_of)
        assert any(0 < percent < 100 for percent in told_of)
        # Nothing is said that is not the page's own.
        expect(page.locator("#trouble")).to_be_hidden()
        assert page.locator(".toast-body").count() == 0


@pytest.mark.browser
def test_files_are_dropped_before_the_documents_were_looked_at(browser: Browser, project: Project) -> None:
    with chat(project) as address, visiting(browser, address) as visitor:
        page = visitor.page
        # The examples come last: the page is whole, on the tab that it opens with.
        expect(page.locator("#examples button").first).to_be_visible()
        expect(page.get_by_role("tab", name="Sources")).to_have_attribute("aria-selected", "true")
        drop(visitor, [("vilaine.txt", f"{FACT} Elle se jette dans l’océan.".encode()), ("run.exe", b"x")])
        row = page.locator("#documents .document", has_text="vilaine.txt")
        expect(row).to_contain_text("indexé", timeout=60_000)
        # What became of them is in view, and is said in the language that the page is switched to.
        told = page.locator("#confirm [role=alert] li")
        expect(told).to_be_visible()
        expect(told).to_contain_text("run.exe : Ce type de fichier n'est pas lu : seuls .docx")
        page.get_by_label("English").check()
        expect(told).to_contain_text("run.exe: Only .docx", timeout=30_000)
        page.get_by_label("Français").check()
        expect(told).to_contain_text("run.exe : Ce type de fichier", timeout=30_000)
        # Until something else is done.
        row.get_by_role("button").click()
        page.locator("#confirm").get_by_role("button", name="Annuler").click()
        expect(page.locator("#confirm button")).to_have_count(0)
        page.get_by_label("English").check()
        expect(page.locator("#add")).to_contain_text("Add documents", timeout=30_000)
        expect(told).to_have_count(0)


@pytest.mark.browser
def test_what_came_of_files_is_told_in_the_language_and_the_conversation_that_the_page_has_by_then(
    browser: Browser, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Indexing goes on until the test lets it end.
    let, update = threading.Event(), Library._update

    def held(self: Library, on_progress: Callable[[Any], None]) -> None:
        assert let.wait(300)
        update(self, on_progress)

    monkeypatch.setattr(Library, "_update", held)
    with visited(browser, project) as visitor:
        page = visitor.page
        drop(visitor, [("vilaine.txt", FACT.encode()), ("run.exe", b"x")])
        confirm = page.locator("#confirm")
        expect(confirm).to_contain_text("Indexation", timeout=60_000)
        page.get_by_label("English").check()
        expect(confirm).to_contain_text("Indexing", timeout=60_000)
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered", timeout_s=120)
        let.set()
        expect(confirm.locator("[role=alert] li")).to_contain_text("run.exe: Only .docx", timeout=120_000)
        row = page.locator("#documents .document", has_text="vilaine.txt")
        expect(row.locator(".state")).to_have_text("indexed, 1 sentence")
        expect(page.locator("#heading")).to_contain_text(f"{len(DOCUMENTS) + 1} documents indexed")
        expect(page.locator("#add")).to_contain_text("Add documents")
        # What was asked meanwhile is still there.
        expect(page.locator("#talk .words")).to_contain_text(LOIRE_2.removesuffix("."))
        expect(page.locator("#examples button:visible")).to_have_count(0)


def test_an_upload_that_is_too_large_is_refused_and_not_kept(tmp_path: Path, uploads: Path) -> None:
    project = Project(
        load_settings(tmp_path, {**CHANGEABLE, "QA_CHAT__MAX_UPLOAD_MB": "0.2"}),
        CountingEmbedder(E5Embedder()),
    )
    project.write(DOCUMENTS)
    project.update()

    def pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(40):
            yield b"a" * 10_000
        yield b"\r\n--x--\r\n"

    with chat(project) as address, httpx.Client(base_url=address, trust_env=False) as client:
        url = "/gradio_api/upload"
        sent = client.post(url, files=[("files", (f"{n}.txt", b"x" * 90_000)) for n in range(4)])
        assert sent.status_code == 413
        # … where the length is not told, too.
        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert client.post(url, content=pieces(), headers=kind).status_code == 413
        assert left(uploads) == []
        assert client.post(url, files={"files": ("a.txt", b"x" * 90_000)}).status_code == 200


def test_a_bad_file_can_be_mended_after_a_restart(project: Project, tmp_path: Path) -> None:
    bad, good = tmp_path / "abime.txt", tmp_path / "new" / "abime.txt"
    bad.write_bytes(b"\x00\x01\x02" * 50)
    good.parent.mkdir()
    good.write_text("Le port de Lorne a été creusé en 1874.", "utf-8")
    first = Library(project.docs, project.loaded)
    assert [verdict.path for verdict in first.add([bad], lambda _: None)] == ["abime.txt"]
    again = Library(project.docs, project.loaded)
    assert [verdict.path for verdict in again.failed] == ["abime.txt"]
    again.remove("abime.txt", list(DOCUMENTS), lambda _: None)
    assert again.failed == ()
    assert again.add([good], lambda _: None) == ()
    again.remove("abime.txt", [*DOCUMENTS, "abime.txt"], lambda _: None)


@pytest.mark.browser
def test_without_the_setting_nothing_can_be_changed(browser: Browser, project: Project) -> None:
    session = Sourcier.open(project.loaded, llm=PacedLLM(answers=ANSWERS), embedder=project.embedder)
    with session, served(session) as address, visiting(browser, address) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator("#documents .document")).to_have_count(len(DOCUMENTS))
        expect(page.locator("#add-row, #documents button")).to_have_count(0)
        expect(page.locator("#documents-note")).to_contain_text("documents = true")
        sent = httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}, trust_env=False)
        assert sent.status_code == 404


def test_only_files_of_the_folder_are_removed(project: Project, tmp_path: Path) -> None:
    library = open_library(project.loaded)
    assert library is not None
    outside = tmp_path / "secret.txt"
    outside.write_text("secret", "utf-8")
    (project.docs / "link.txt").symlink_to(outside)
    for name in ("../secret.txt", str(outside), "link.txt", "unknown.txt"):
        with pytest.raises(UsageError):
            library.remove(name, ["loire.txt", "bridge.txt", "link.txt", "../secret.txt"], print)
    assert outside.exists()


@pytest.mark.parametrize("name", ["script.exe", ".hidden.txt", "loire.txt"])
def test_files_that_are_not_taken_have_a_reason(project: Project, tmp_path: Path, name: str) -> None:
    library = Library(project.docs, project.loaded)
    file = tmp_path / name
    file.write_text("x", "utf-8")
    before = {path: path.read_bytes() for path in project.docs.iterdir()}
    (verdict,) = library.add([file], print)
    assert verdict.message
    assert {path: path.read_bytes() for path in project.docs.iterdir()} == before


def test_what_is_there_is_neither_replaced_nor_removed(project: Project, tmp_path: Path) -> None:
    link = project.docs / "later.txt"
    link.symlink_to(tmp_path / "not mounted.txt")
    file = tmp_path / "later.txt"
    file.write_text(FACT, "utf-8")
    (verdict,) = Library(project.docs, project.loaded).add([file], print)
    assert verdict.code == "exists"
    assert link.is_symlink()


def test_an_index_of_other_folders_is_left_alone(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text(FACT, "utf-8")
    project.update(other)
    file = tmp_path / "b.txt"
    file.write_text(FACT, "utf-8")
    with pytest.raises(UsageError, match="other folders"):
        Library(project.docs, project.loaded).add([file], print)
    assert not (project.docs / "b.txt").exists()


def test_a_file_that_nobody_uploaded_is_not_taken(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(FACT, "utf-8")
    with chat(project) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as web:
        config = web.get("/config").json()
        button = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "add")
        event = next(event for event in config["dependencies"] if [button, "upload"] in event["targets"])

        def add(path: str, session: str) -> None:
            named = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
            sent = {"data": [named, "fr", None], "fn_index": event["id"], "session_hash": session}
            web.post("/gradio_api/queue/join", json=sent).raise_for_status()
            with web.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as told:
                next(line for line in told.iter_lines() if "process_completed" in line)

        add(str(secret), "a")
        assert not (project.docs / "secret.txt").exists()
        (copy,) = web.post("/gradio_api/upload", files={"files": ("vilaine.txt", FACT.encode())}).json()
        add(copy, "b")
    assert (project.docs / "vilaine.txt").read_text("utf-8") == FACT


def test_no_file_is_fetched_from_elsewhere(project: Project) -> None:
    asked: list[object] = []
    with chat(project) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as web:
        config = web.get("/config").json()
        button = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "add")
        event = next(event for event in config["dependencies"] if [button, "upload"] in event["targets"])
        for named in ({"meta": {"_type": "gradio.FileData"}}, {}):
            file = {"path": "https://example.com/a.txt", **named}
            sent = {"data": [[file], "fr", None], "fn_index": event["id"], "session_hash": "a"}
            asked.append(web.post("/gradio_api/queue/join", json=sent).status_code)
    assert asked == [400, 400]
