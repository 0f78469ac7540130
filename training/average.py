"""Average the weights of two runs: `python -m training.average ONE OTHER --share 0.5 --out DIR`.

Where the second went on from the first, the mean of both often does better on what neither has seen than
either (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization").
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch


def main() -> None:
    """Write `reader.pt`, and the second run's vocabulary, which must be the first's too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the other, in [0, 1]")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    one, other = (torch.load(folder / "reader.pt") for folder in (options.one, options.other))
    if one["kept"] != other["kept"]:
        parser.error("the two runs have different vocabularies")
    options.out.mkdir(parents=True, exist_ok=True)
    model = {
        name: (1 - options.share) * one["model"][name] + options.share * weights
        for name, weights in other["model"].items()
    }
    torch.save({"model": model, "kept": other["kept"]}, options.out / "reader.pt")
    for name in ("vocabulary.json", "tokenizer.json"):
        shutil.copy(options.other / name, options.out / name)


if __name__ == "__main__":
    main()
