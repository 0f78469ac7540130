"""What tells yes from no, for qa/weigh/probe.npz: another linear model of the language model's state.

`python -m training.sides --data DIR --work DIR --gguf FILE`, after `training.adapt`, before
`training.calibrate`.

Questions written for this project (training/sides.jsonl) wait for yes or no, and the excerpts of the public
sets beside them give it (or sentences told for this project, as in written.jsonl). The state behind each
(prompts/side) is read through the adapter that ships, and a logistic model fitted on them. How good it is, is
told on questions of other texts (eight folds).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.models.lower import LowerLayers
from qa.types import Lang
from qa.weigh.probe import ADAPTER, FILE
from qa.write import side_messages
from training.examples import read_rows
from training.logistic import area
from training.written import Texts

SIDES = Path(__file__).with_name("sides.jsonl")
_FOLDS = 8
_STRENGTH = 0.1
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Sided:
    """A question that `text` answers with yes, or with no; `source` names the sheet it is of."""

    source: str
    text: str
    lang: Lang
    question: str
    yes: bool


def read_sides(data: Path, file: Path = SIDES) -> list[Sided]:
    """The questions with the texts that they name."""
    texts = Texts(data)
    found: list[Sided] = []
    for row in read_rows(file):
        parts = [texts.excerpt(*ref)[0] for ref in row.get("refs", [])]
        text = " ".join([*parts, *row.get("told", [])])
        found += [Sided(row["id"], text, lang, q, side == "yes") for lang, q, side in row["asked"]]
    return found


def main() -> None:
    """Read the states, tell how good the model is, and put it beside the others in the probe's file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sided = read_sides(options.data)
    states = _states(sided, options)
    yes = np.array([one.yes for one in sided])
    _tell(sided, states, yes)
    model = _fit(states, yes)
    with np.load(options.out, allow_pickle=False) as known:
        kept = {name: known[name] for name in known.files}
    kept |= {"yes": model.coef_[0].astype(np.float16), "yes_bias": model.intercept_[0].astype(np.float16)}
    np.savez(options.out, **kept)


def _states(sided: Sequence[Sided], options: argparse.Namespace) -> Any:
    """The state behind each question, shape (questions, width); what was read is kept in `options.work`."""
    adapter = options.out.with_name(ADAPTER)
    with np.load(options.out, allow_pickle=False) as probe:
        encoder = LowerLayers(options.gguf, int(probe["layers"]), adapter=adapter)
    cache = options.work / f"sides-{hashlib.sha256(adapter.read_bytes()).hexdigest()[:12]}.jsonl"
    known = {row["key"]: row["state"] for row in read_rows(cache)} if cache.exists() else {}
    states: list[list[float]] = []
    with cache.open("a", encoding="utf-8") as out:
        for one in sided:
            messages = side_messages(one.question, one.lang, one.text)
            key = messages[-1].content
            if key not in known:
                known[key] = [round(float(value), 4) for value in encoder.encode(messages)]
                out.write(json.dumps({"key": key, "state": known[key]}) + "\n")
            states.append(known[key])
            if len(states) % 100 == 0:
                _LOG.info("%d of %d states", len(states), len(sided))
    encoder.close()
    return np.array(states, np.float32)


def _fit(states: Any, yes: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    # As many say no as yes, whatever was written more often.
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000)
    return model.fit(states, yes)


def _tell(sided: Sequence[Sided], states: Any, yes: Any) -> None:
    """Log how well yes is told from no in texts that were not learnt, by language, and how surely."""
    from sklearn.model_selection import GroupKFold

    sure = np.zeros(len(sided))
    for learnt, other in GroupKFold(_FOLDS).split(states, yes, [one.source for one in sided]):
        sure[other] = _fit(states[learnt], yes[learnt]).predict_proba(states[other])[:, 1]
    for lang in ("fr", "en"):
        of = np.array([one.lang == lang for one in sided])
        told = area(list(sure[of & yes]), list(sure[of & ~yes]))
        _LOG.info("in %s: %d yes, %d no, area %.3f", lang, (of & yes).sum(), (of & ~yes).sum(), told)
    right = (sure >= 0.5) == yes
    for least in (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        told = np.maximum(sure, 1 - sure) >= least
        _LOG.info("at %.2f: %.2f told, %.3f of them rightly", least, told.mean(), right[told].mean())


if __name__ == "__main__":
    main()
