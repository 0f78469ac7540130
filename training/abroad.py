"""SQuAD's sheets with their excerpts in French: English questions, as people asked them, on French texts.

PIAF has no questions made to look answered, and its translated ones are the language model's English.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.lang import detect_lang
from qa.models.llamacpp import LlamaCppLLM
from qa.types import Lang
from qa.write import translate
from training.probe import Sheet

_INTO: Lang = "fr"
# A translation is no longer or shorter than this, in parts of what it translates.
_LENGTHS = 0.6, 2.0


def abroad(sheets: Sequence[Sheet], gguf: Path, work: Path) -> list[Sheet]:
    """The English sheets with all their excerpts in French, where the language model translates them.

    What it wrote is kept in `work` and not written again.
    """
    cache = work / "excerpts.json"
    known: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.exists() else {}
    english = [sheet for sheet in sheets if sheet.lang != _INTO]
    llm = LlamaCppLLM(gguf, num_ctx=2048)
    try:
        for text in {e for sheet in english for e in sheet.excerpts} - known.keys():
            known[text] = translate(llm, text, _INTO)[0]
            cache.write_text(json.dumps(known, ensure_ascii=False, indent=0), "utf-8")
    finally:
        llm.close()
    return list(_translated(english, known))


def _translated(sheets: Sequence[Sheet], known: dict[str, str]) -> Iterator[Sheet]:
    for sheet in sheets:
        texts = [(text, " ".join(known[text].split())) for text in sheet.excerpts]
        if all(_is_translation(*pair) for pair in texts):
            yield replace(sheet, id=f"{sheet.id}-{_INTO}", lang=_INTO, excerpts=tuple(t for _, t in texts))


def _is_translation(text: str, translated: str) -> bool:
    least, most = _LENGTHS
    return least <= len(translated) / len(text) <= most and detect_lang(translated, default="en") == _INTO
