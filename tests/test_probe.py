"""The choice read off the language model's middle: the probe, its file, and the layers that it reads."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from real_models import model_file

from qa.errors import ModelFailed, ModelMissing, ModelUnavailable
from qa.models.lower import LowerLayers
from qa.models.lower_file import ARRAYS, layers_folder, make_layers
from qa.settings import AnswerSettings
from qa.types import Evidence, Lang, Span
from qa.weigh import Chosen, Probe, StateChooser, is_enough, load_calibration, load_probe
from qa.weigh.probe import ADAPTER, FILE
from qa.write import pick_looks, state_messages

ROOT = Path(__file__).parent.parent
PROBE = Probe(
    "probe/test",
    2,
    Path("none"),
    np.eye(4, 3, dtype=np.float32) * 3,
    np.zeros(4, np.float32),
    np.array([2, -2, 0], np.float32),
    0.0,
)


def test_each_number_shown_gets_its_share() -> None:
    chosen = PROBE.choose(np.array([0, 1, 0], np.float32), 2)
    assert chosen.best == 0
    assert sum(chosen.answers) + chosen.none == pytest.approx(1)
    assert chosen.sureness > 0
    assert PROBE.choose(np.array([1, 0, 0], np.float32), 2).sureness < 0


def test_more_excerpts_than_numbers_are_never_chosen() -> None:
    chosen = PROBE.choose(np.array([0, 0, 1], np.float32), 6)
    assert len(chosen.answers) == 6
    assert chosen.best == 1
    assert chosen.answers[3:] == (0, 0, 0)


def test_another_model_s_state_is_told() -> None:
    with pytest.raises(ModelFailed, match="5 numbers"):
        PROBE.choose(np.zeros(5, np.float32), 2)
    with pytest.raises(ModelFailed, match="5 numbers"):
        PROBE.is_so(np.zeros(5, np.float32))


def test_yes_and_no_are_told_by_one_state() -> None:
    assert PROBE.is_so(np.array([1, 0, 0], np.float32)) == pytest.approx(0.881, abs=0.001)
    assert PROBE.is_so(np.array([0, 1, 0], np.float32)) == pytest.approx(0.119, abs=0.001)
    assert PROBE.is_so(np.zeros(3, np.float32)) == 0.5


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ADAPTER).write_bytes(b"no adapter")
    with pytest.raises(ModelMissing, match=r"probe\.npz"):
        load_probe(tmp_path / "probe.npz")
    (tmp_path / "probe.npz").write_bytes(b"no numbers")
    with pytest.raises(ModelMissing, match=r"probe\.npz"):
        load_probe(tmp_path / "probe.npz")
    shutil.copy(FILE, tmp_path)
    assert load_probe(tmp_path / FILE.name).adapter == tmp_path / ADAPTER
    (tmp_path / ADAPTER).unlink()
    with pytest.raises(ModelMissing, match=r"adapter\.gguf"):
        load_probe(tmp_path / FILE.name)


def test_script_card_calibration_and_file_belong_together() -> None:
    card = (ROOT / "training" / "README.md").read_text("utf-8")
    for file in (FILE, FILE.with_name(ADAPTER)):
        assert hashlib.sha256(file.read_bytes()).hexdigest() in card
    assert "python -m training.probe" in card
    assert "python -m training.adapt" in card
    assert load_calibration().probe == load_probe().name


def test_what_is_no_model_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="qa models pull"):
        LowerLayers(tmp_path / "none.gguf", 2)
    with pytest.raises(ModelMissing, match="Install the package again"):
        LowerLayers(Path(__file__), 2, adapter=tmp_path / "none.gguf")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model" * 100)
    with pytest.raises(ModelFailed, match=r"broken\.gguf"):
        make_layers(broken, 2, None)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.gguf"]


def evidence(lang: Lang, *texts: str) -> Sequence[Evidence]:
    return [
        Evidence(f"{n}.txt", "", None, lang, 0, len(t), t, Span(0, len(t)), t) for n, t in enumerate(texts)
    ]


@pytest.mark.llm
def test_the_middle_of_the_model_tells_what_is_answered_and_what_is_not(encoder: LowerLayers) -> None:
    chooser = StateChooser(load_probe(), encoder)
    told = evidence(
        "fr",
        "La mairie de Brax est ouverte du lundi au vendredi.",
        "Le pont de Brax a été ouvert en 1904 par le préfet.",
        "Le marché se tient le samedi sur la place.",
    )

    def ask(question: str, lang: Lang) -> tuple[int, float]:
        chosen = chooser.choose(state_messages(question, lang, told), len(told))
        return chosen.best, chosen.sureness

    for question, lang in (
        ("Quand le pont de Brax a-t-il été ouvert ?", "fr"),
        ("Who opened the bridge?", "en"),
    ):
        best, present = ask(question, lang)
        assert best == 1
        _, absent = ask("Combien a coûté le pont ?" if lang == "fr" else "What did the bridge cost?", lang)
        assert present > absent


@pytest.mark.llm
def test_the_layers_are_laid_out_once() -> None:
    source, probe = model_file(), load_probe()
    made = make_layers(source, probe.layers, probe.adapter)
    assert made == layers_folder(source, probe.layers, probe.adapter)
    before = (made / ARRAYS).stat().st_mtime_ns
    assert (make_layers(source, probe.layers, probe.adapter) / ARRAYS).stat().st_mtime_ns == before
    assert [path.name for path in source.parent.glob("*.lower-*")] == [made.name]


@pytest.mark.llm
def test_what_another_process_is_making_is_left_to_it(tmp_path: Path) -> None:
    source = tmp_path / "model.gguf"
    source.symlink_to(model_file())
    making = tmp_path / f".{layers_folder(source, 1, None).name}.1.a"
    for folder in (making, tmp_path / "model.lower-1-00000000"):
        folder.mkdir()
    made = make_layers(source, 1, None)
    assert {path.name for path in tmp_path.iterdir()} == {source.name, made.name, making.name}


@pytest.mark.llm
def test_closed_layers_say_so() -> None:
    closed = LowerLayers(model_file(), load_probe().layers)
    closed.close()
    with pytest.raises(ModelUnavailable, match="was closed"):
        closed.encode(state_messages("Qui ?", "fr", evidence("fr", "Personne n'est là.")))


def test_what_was_not_among_the_first_excerpts_is_looked_at_next() -> None:
    found = evidence(
        "fr", *(f"La phrase {n} du document dit autre chose que les précédentes." for n in range(8))
    )
    looks = pick_looks(found, AnswerSettings(excerpts=3))
    assert [[item.doc for item in look] for look in looks] == [
        ["0.txt", "1.txt", "2.txt"],
        ["3.txt", "4.txt", "5.txt"],
        ["6.txt", "7.txt"],
    ]
    assert [len(look) for look in pick_looks(found[:2], AnswerSettings())] == [2]
    heading = replace(found[2], title=found[2].text)
    assert [len(look) for look in pick_looks([*found[:2], heading], AnswerSettings())] == [2]


def test_looking_ends_where_one_look_is_sure_or_two_are_that_nothing_answers() -> None:
    sure, unsure, none = Chosen((0.98, 0.0), 0.02), Chosen((0.6, 0.1), 0.3), Chosen((0.002, 0.001), 0.997)
    assert is_enough([sure])
    assert is_enough([unsure, sure])
    assert not is_enough([unsure])
    assert not is_enough([none])
    assert is_enough([none, none])
    assert not is_enough([unsure, none])
