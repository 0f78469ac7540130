"""The reader that ships: it finds the sentence that answers, says when none does, and weighs claims."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from qa.errors import ModelMissing
from qa.weigh import OnnxReader, Stretch, load_calibration
from qa.weigh.reader import FOLDER, MODEL_FILE, TOKENIZER_FILE

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 40_000_000

OVEN = Stretch(
    "Le four communal",
    (
        "Le four communal de Saint-Aubin a été bâti en 1782 par le maçon Étienne Roux.",
        "Il cuit chaque samedi une soixantaine de pains pour les habitants.",
        "La commune l'a restauré en 2009 avec l'aide du département.",
    ),
)
FERRY = Stretch(
    "The Corran ferry",
    (
        "The Corran ferry crosses Loch Linnhe every half hour.",
        "A crossing costs 12 pounds for a car and is free for cyclists.",
        "The boat was built in Hull in 2001 and carries thirty cars.",
    ),
)


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader()


@pytest.mark.parametrize(
    ("question", "stretch", "expected"),
    [
        ("Qui a bâti le four communal ?", OVEN, 0),
        ("Combien de pains le four cuit-il le samedi ?", OVEN, 1),
        ("When was the communal oven restored?", OVEN, 2),
        ("combien pains samedi four", OVEN, 1),
        ("How much does it cost to take a car across?", FERRY, 1),
        ("Où le bateau a-t-il été construit ?", FERRY, 2),
        ("How often does the ferry cross?", FERRY, 0),
    ],
)
def test_the_sentence_that_answers_comes_first(
    question: str, stretch: Stretch, expected: int, reader: OnnxReader
) -> None:
    (reading,) = reader.read(question, [stretch])
    assert max(range(3), key=lambda i: reading.answers[i]) == expected


@pytest.mark.parametrize(
    ("asked", "absent", "stretch"),
    [
        ("Qui a bâti le four communal ?", "Qui a peint le clocher de l'église ?", OVEN),
        ("When was the oven built?", "Who won the football match?", OVEN),
        ("What does a crossing cost for a car?", "What is the captain's salary?", FERRY),
        ("Combien de voitures le bateau porte-t-il ?", "Quel âge a le capitaine ?", FERRY),
    ],
)
def test_a_question_without_answer_is_told_from_one_with(
    asked: str, absent: str, stretch: Stretch, reader: OnnxReader
) -> None:
    (there,), (away,) = reader.read(asked, [stretch]), reader.read(absent, [stretch])
    assert max(there.answers) > max(away.answers) + 1
    assert there.span > away.span


def test_readings_come_in_the_order_of_the_stretches(reader: OnnxReader) -> None:
    one, other = reader.read("How much does a crossing cost?", [OVEN, FERRY])
    assert max(other.answers) > max(one.answers)
    alone = reader.read("How much does a crossing cost?", [FERRY])[0]
    assert max(other.answers) == pytest.approx(max(alone.answers), abs=0.5)


def test_no_stretch_gives_no_reading(reader: OnnxReader) -> None:
    assert reader.read("Qui ?", []) == []
    assert reader.check("Rien.", []) == []


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=re.escape(MODEL_FILE)):
        OnnxReader(tmp_path)


def test_script_card_and_file_belong_together() -> None:
    card = (ROOT / "training" / "README.md").read_text("utf-8")
    size = 0
    for name in (MODEL_FILE, TOKENIZER_FILE):
        data = (FOLDER / name).read_bytes()
        size += len(data)
        assert hashlib.sha256(data).hexdigest() in card, f"training/README.md does not describe this {name}"
    assert size <= MOST_BYTES
    for script in re.findall(r"python -m (training\.\w+)", card):
        assert (ROOT / f"{script.replace('.', '/')}.py").is_file(), script
    assert load_calibration().reader == OnnxReader().name
