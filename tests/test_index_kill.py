"""An index run that is killed, a second writer, and readers in other processes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from index_support import CountingEmbedder, Project, RememberingE5, make_project

from qa.errors import IndexLocked
from qa.models.e5 import E5Embedder

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent

# Runs in a process of its own; says on stdout what it has reached. The crash points are the steps
# of publication between which a power cut would hurt most.
CHILD = """
import os, signal, sys
from pathlib import Path
from qa.index import layout, update, update_index
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

root, point, rebuild = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "rebuild"

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "before_manifest":
    update.save_manifest = die
elif point == "before_rename":
    layout.publish = die
elif point == "before_current":
    layout.set_current = die
elif point == "before_cleaning":
    update.remove_traces = die

def progress(p):
    print(p.stage, p.done, flush=True)

update_index([root / "docs"], load_settings(root, {}), E5Embedder(), rebuild=rebuild, progress=progress)
print("finished", flush=True)
"""


def spawn(root: Path, point: str = "", mode: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), point, mode], stdout=subprocess.PIPE, text=True
    )


def wait_for(child: subprocess.Popen[str], least: int = 0) -> None:
    """Wait until the run says that it has done so many bytes."""
    assert child.stdout is not None
    for line in child.stdout:
        stage, _, done = line.partition(" ")
        if stage == "reading" and int(done) >= least:
            return
    raise AssertionError(f"the run ended before it had read {least} bytes")


def kill(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


@pytest.fixture(scope="module")
def e5() -> E5Embedder:
    return RememberingE5()


@pytest.fixture
def project(tmp_path: Path, e5: E5Embedder) -> Project:
    """A corpus of a few dozen short documents: seconds of embedding, so that a kill finds work half done."""
    project = make_project(tmp_path / "project", CountingEmbedder(e5))
    for number in range(40):
        text = f"Le dossier {number} porte sur la commune numéro {number}.\n\nIl compte {number * 7} pages."
        project.write({f"dossier-{number:02}.txt": text})
    return project


def content(project: Project) -> dict[str, object]:
    """All that a reader can see, and what the store itself holds."""
    with project.open() as index:
        texts = {i.path: index.document(i.path).document.text for i in index.documents()}
        stored = index.stored_ids()
        assert len(stored) == len(set(stored)) == index.passages
        vector = project.embedder.embed_queries(["la commune du dossier 7"])[0]
        return {
            "texts": texts,
            "ids": sorted(stored),
            "dense": {h.passage.id for h in index.search_dense(vector, 500)},
            "lexical": [(h.passage.id, h.score) for h in index.search_lexical("dossier commune 39", k=9)],
        }


def expected(project: Project, tmp_path: Path) -> dict[str, object]:
    """What an undisturbed run makes of the same files."""
    calm = make_project(tmp_path / "calm", project.embedder)
    for path in calm.docs.rglob("*.txt"):
        path.unlink()
    for path in project.docs.rglob("*.txt"):
        calm.write({path.relative_to(project.docs).as_posix(): path.read_text("utf-8")})
    calm.update()
    return content(calm)


def leftovers(project: Project) -> set[str]:
    store = project.loaded.store_path
    names = {path.name for path in store.iterdir()}
    (generation,) = (store / "generations").iterdir()
    return names | {path.name for path in generation.iterdir()}


def test_killed_at_any_moment_the_next_run_finishes_it(project: Project, tmp_path: Path) -> None:
    dice = random.Random(20230302)
    for _ in range(3):
        child = spawn(project.loaded.root)
        wait_for(child, least=1)
        time.sleep(dice.uniform(0.0, 0.5))
        kill(child)
    report = project.update()
    assert (report.documents, report.failed) == (43, ())
    # What was embedded before the kills was not embedded again.
    assert len(project.embedder.embedded) < report.passages
    assert content(project) == expected(project, tmp_path)
    assert not leftovers(project) & {"staging", "state.json", "vectors.sqlite"}


@pytest.mark.parametrize("point", ["before_manifest", "before_rename", "before_current", "before_cleaning"])
def test_killed_while_publishing_nothing_is_lost_or_embedded_again(
    project: Project, tmp_path: Path, point: str
) -> None:
    child = spawn(project.loaded.root, point)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    report = project.update()
    assert (report.documents, project.embedder.embedded) == (43, [])
    assert content(project) == expected(project, tmp_path)
    assert not leftovers(project) & {"staging", "state.json", "vectors.sqlite"}


def test_a_killed_change_leaves_the_old_index_and_is_then_made(project: Project, tmp_path: Path) -> None:
    project.update()
    before = content(project)
    project.write({"dossier-07.txt": "Le dossier 7 est clos.", "neuf.txt": "Un dossier tout neuf."})
    (project.docs / "dossier-08.txt").unlink()
    child = spawn(project.loaded.root, "before_rename")
    child.communicate()
    assert content(project) == before
    report = project.update()
    assert (report.added, report.removed) == (("neuf.txt",), ("dossier-08.txt",))
    assert project.embedder.embedded == []
    assert content(project) == expected(project, tmp_path)


def test_a_rebuild_cut_short_is_finished_without_being_asked_again(project: Project) -> None:
    first = project.update()
    child = spawn(project.loaded.root, "", "rebuild")
    wait_for(child, least=1)
    kill(child)
    assert project.found("dossier")
    report = project.update()
    assert report.generation != first.generation
    assert 0 < len(project.embedder.embedded) < report.passages
    assert project.update().generation == report.generation


def test_files_changed_between_a_kill_and_the_next_run_are_indexed_as_they_are_now(
    project: Project, tmp_path: Path
) -> None:
    child = spawn(project.loaded.root, "before_rename")
    child.communicate()
    project.write({"dossier-07.txt": "Le dossier 7 est clos."})
    (project.docs / "dossier-08.txt").unlink()
    project.update()
    assert content(project) == expected(project, tmp_path)


def test_a_second_writer_is_told_who_holds_the_index(project: Project) -> None:
    child = spawn(project.loaded.root)
    wait_for(child)
    try:
        with pytest.raises(IndexLocked, match=f"process {child.pid} on .* since 20"):
            project.update()
    finally:
        kill(child)
    # The dead holder's lock is free.
    assert project.update().documents == 43


def test_readers_go_on_while_another_process_writes(project: Project) -> None:
    project.update()
    project.write({"neuf.txt": "Un dossier tout neuf."})
    with project.open() as reader:
        before = [hit.passage.id for hit in reader.search_lexical("dossier", k=5)]
        child = spawn(project.loaded.root, "", "rebuild")
        wait_for(child)
        while child.poll() is None:
            vector = project.embedder.embed_queries(["la commune"])[0]
            assert len(reader.search_dense(vector, 5)) == 5
            assert [hit.passage.id for hit in reader.search_lexical("dossier", k=5)] == before
            with project.open() as other:
                assert other.passages >= reader.passages
        assert child.communicate()[0].endswith("finished\n")
        assert not reader.is_current()
    assert "neuf.txt" in project.found("tout neuf")


def test_processes_read_the_same_generation_at_once(project: Project) -> None:
    project.update()
    script = textwrap.dedent(
        """
        import json, sys
        from pathlib import Path
        from qa.index import open_index
        from qa.models.e5 import E5Embedder
        from qa.settings import load_settings
        e5 = E5Embedder()
        vector = e5.embed_queries(["la commune du dossier 7"])[0]
        found = []
        for _ in range(5):
            with open_index(load_settings(Path(sys.argv[1]), {}), e5) as index:
                found.append([h.passage.id for h in index.search_dense(vector, 5)])
        print(json.dumps(found))
        """
    )
    command = [sys.executable, "-c", script, str(project.loaded.root)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = [json.loads(child.communicate(timeout=120)[0]) for child in children]
    assert all(found == outputs[0][0] for output in outputs for found in output)


def test_opening_many_generations_in_one_process_leaks_nothing(project: Project) -> None:
    def resources() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    project.update()
    vector = project.embedder.embed_queries(["dossier"])[0]

    def open_often(times: int) -> None:
        for _ in range(times):
            with project.open() as index:
                index.search_lexical("dossier")
                index.search_dense(vector, 1)

    # Pools fill up at first.
    open_often(5)
    before = resources()
    open_often(20)
    after = resources()
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 2
