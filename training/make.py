"""What the embedded language model writes for training.

`python -m training.make --data DIR --gguf FILE --out made.jsonl`

Questions translated into the other language, answers to questions from the sentence that answers, and that
sentence told without the answer. Several at a time, seeded; what is in `--out` already is not made again.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from qa.types import Lang
from training.examples import Asked, is_held, read_asked

SEED = 7
AT_ONCE = 6
_MOST_TOKENS = 110
_TRANSLATE: dict[Lang, str] = {
    "en": "You translate questions from French into English. Never answer them: a question stays a question.",
    "fr": "Tu traduis des questions de l'anglais en français. N'y réponds jamais : une question reste une "
    "question.",
}
# Without examples a third of the "translations" were answers.
_TRANSLATED: dict[Lang, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Que signifie le mot « alpage » ?", 'What does the word "alpage" mean?'),
        ("En quelle année le phare a-t-il été bâti", "In what year was the lighthouse built?"),
    ),
    "fr": (
        ("What is another word for a windmill?", "Quel autre mot désigne un moulin à vent ?"),
        ("The lighthouse was built in what year?", "En quelle année le phare a-t-il été bâti ?"),
    ),
}
_ANSWER: dict[Lang, str] = {
    "en": "You answer a question in English from a text, in one short, complete sentence that repeats what "
    "is asked. Use only the text.",
    "fr": "Tu réponds en français à une question d'après un texte, en une phrase courte et complète qui "
    "reprend la question. N'utilise que le texte.",
}
_TEXT: dict[Lang, str] = {"en": "Text: {}\n\nQuestion: {}", "fr": "Texte : {}\n\nQuestion : {}"}
_UNTOLD: dict[Lang, str] = {
    "en": "You rewrite a sentence of a newspaper without a piece of information that you are given: it goes, "
    "leaving no gap and nothing in its stead. The rest is said in other words.",
    "fr": "Tu réécris une phrase de journal sans une information qu'on te donne : elle disparaît de la "
    "phrase, sans laisser de trou ni rien qui en tienne lieu. Le reste est dit avec d'autres mots.",
}
_WITHOUT: dict[Lang, str] = {"en": "Without: {}\n{}", "fr": "Sans : {}\n{}"}
_TOLD_WITHOUT: dict[Lang, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "Without: 1887\nThe lighthouse, built in 1887 by Anne Roy, still lights the bay.",
            "Anne Roy's lighthouse goes on lighting the bay.",
        ),
        (
            "Without: Paul Alban\nThe director of the museum, Paul Alban, announced on Tuesday that it would "
            "close for repairs.",
            "On Tuesday the museum let it be known that it would shut for repairs.",
        ),
        (
            "Without: because the river was in flood\nThe bridge was closed on Monday because the river was "
            "in flood.",
            "On Monday the bridge was shut to traffic.",
        ),
    ),
    "fr": (
        (
            "Sans : 1887\nLe phare, bâti en 1887 par Anne Roy, éclaire encore la baie.",
            "L'ouvrage d'Anne Roy, un phare, éclaire toujours la baie.",
        ),
        (
            "Sans : Paul Alban\nLe directeur du musée, Paul Alban, a annoncé mardi la fermeture pour "
            "travaux.",
            "Mardi, la direction du musée a fait savoir qu'il fermerait pour travaux.",
        ),
        (
            "Sans : parce que la rivière était en crue\nLe pont a été fermé lundi parce que la rivière était "
            "en crue.",
            "Lundi, on a fermé le pont à la circulation.",
        ),
    ),
}
# Sentences that are told without their answer: so long in characters, the answer not most of them.
_TELLABLE = range(60, 330)
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Job:
    """One thing to write. `id` is `t-LANG-QUESTION` for a translation, `a-LANG-QUESTION` for an answer,
    `w-LANG-QUESTION` for the sentence without it."""

    id: str
    rules: str
    request: str
    examples: tuple[tuple[str, str], ...] = ()
    sentence: str | None = None


def main() -> None:
    """Write what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=250, help="of each kind, a language and half")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    done = set[str]()
    if options.out.exists():
        done = {json.loads(line)["id"] for line in options.out.read_text("utf-8").splitlines()}
    jobs: SimpleQueue[Job] = SimpleQueue()
    for job in _jobs(read_asked(options.data, selqa=False), options.each):
        if job.id not in done:
            jobs.put(job)
    _LOG.info("%d to write", jobs.qsize())
    _write(jobs, options.gguf, options.out)


def _jobs(asked: list[Asked], each: int) -> Iterator[Job]:
    random.Random(SEED).shuffle(asked)
    for held in (False, True):
        for lang, other in (("fr", "en"), ("en", "fr")):
            ours = [a for a in asked if a.lang == lang and is_held(a.article) == held]
            for one in ours[:each]:
                yield Job(f"t-{other}-{one.id}", _TRANSLATE[other], one.question, _TRANSLATED[other])
            for one in [a for a in ours if a.answer][:each]:
                sentence = one.sentences[one.gold[0]]
                yield Job(
                    f"a-{lang}-{one.id}",
                    _ANSWER[lang],
                    _TEXT[lang].format(sentence, one.question),
                    sentence=sentence,
                )
            for one in _tellable(ours)[:each]:
                sentence = one.sentences[one.gold[0]]
                request = _WITHOUT[lang].format(one.answer, sentence)
                yield Job(f"w-{lang}-{one.id}", _UNTOLD[lang], request, _TOLD_WITHOUT[lang], sentence)


def _tellable(asked: Sequence[Asked]) -> list[Asked]:
    """One question of each sentence that is something without the answer."""
    fit = [a for a in asked if a.answer and len(a.sentences[a.gold[0]]) in _TELLABLE]
    some = [a for a in fit if 2 * len(a.answer) <= len(a.sentences[a.gold[0]]) and not a.maybe]
    return list({a.sentences[a.gold[0]]: a for a in reversed(some)}.values())


def _write(jobs: SimpleQueue[Job], gguf: Path, out: Path) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.n_ctx, params.n_parallel = 1024 * AT_ONCE, AT_ONCE
    params.cache_ram_mib = 0
    server = xllamacpp.Server(params)
    lock = threading.Lock()

    def work() -> None:
        while True:
            try:
                job = jobs.get_nowait()
            except Empty:
                return
            replies: list[dict[str, Any]] = []
            request = {
                "messages": [
                    {"role": "system", "content": job.rules},
                    *(
                        {"role": role, "content": text}
                        for example in job.examples
                        for role, text in zip(("user", "assistant"), example, strict=True)
                    ),
                    {"role": "user", "content": job.request},
                ],
                "max_tokens": _MOST_TOKENS,
                "temperature": 0,
                "cache_prompt": True,
                "stream": False,
            }

            def take(reply: dict[str, Any], into: list[dict[str, Any]] = replies) -> bool:
                into.append(reply)
                return False

            server.handle_chat_completions(request, take)
            text = replies[-1]["choices"][0]["message"]["content"]
            with lock, out.open("a", encoding="utf-8") as file:
                row = {"id": job.id, "text": text, "sentence": job.sentence}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
