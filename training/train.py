"""Train the reader.

`python -m training.train --data DIR --packed e5-small-q4.bin --made made.jsonl --out DIR`

Seeded and resumable: the state is written every few minutes to `--out`, and the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.batches import Batch, Encoded, batches, encode
from training.e5 import Packed, read_packed
from training.encoder import Reader
from training.examples import (
    FOLD,
    NOT_SUPPORTED,
    UNKNOWN,
    Asked,
    Claimed,
    claims,
    is_held,
    labelled_pairs,
    questions,
    read_asked,
)
from training.made import read_made
from training.shipped import read_shipped
from training.vocabulary import choose_pieces, make_tokenizer
from training.written import written_examples

SEED = 20261122
VOCABULARY = 38_800
_LOG = logging.getLogger("training")
_KEEP_EVERY = 200


def main() -> None:
    """Train until `--steps` steps are done, then write `reader.pt`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packed", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True, help="what training.make wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch-tokens", type=int, default=2200)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--frozen", type=int, default=4, help="layers, from the bottom, left as they are")
    parser.add_argument(
        "--start", type=Path, help="weights to start from: of an earlier run, or the shipped reader.onnx"
    )
    parser.add_argument("--written", action="store_true", help="learn of the questions of our own as well")
    parser.add_argument("--share", type=float, default=1.0, help="of the public questions, an epoch's")
    parser.add_argument("--translated", type=Path, help="that of training.probe: more translated questions")
    parser.add_argument("--bfloat16", action="store_true", help="reckon in bfloat16 where that is enough")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(options.out / "train.log")],
    )
    torch.manual_seed(SEED)
    packed = read_packed(options.packed)
    everything = read_asked(options.data)
    kept = _vocabulary(options.out / "vocabulary.json", packed, everything)
    tokenizer = make_tokenizer(packed, kept)
    tokenizer.save(str(options.out / "tokenizer.json"))
    model = Reader(packed, kept)
    for module in (*model.layers[: options.frozen], model.norm):
        module.requires_grad_(False)
    model.places.requires_grad_(options.frozen == 0)
    asked = [one for one in everything if not is_held(one.article)]
    translated, made = read_made(options.made, asked)
    if options.translated:
        known: dict[str, str] = json.loads(options.translated.read_text("utf-8"))
        others = {one.id: known.get(f"{'en' if one.lang == 'fr' else 'fr'} {one.question}") for one in asked}
        translated |= {key: text for key, text in others.items() if text and text.endswith("?")}
    _LOG.info("%d questions, %d translated, %d claims written", len(asked), len(translated), len(made))

    parameters = [p for p in model.parameters() if p.requires_grad]
    heads = [p for n, p in model.named_parameters() if p.requires_grad and "head" in n]
    body = [p for n, p in model.named_parameters() if p.requires_grad and "head" not in n]
    groups = [{"params": body}, {"params": heads, "lr": 4 * options.rate}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _rate(s, options.steps))
    state = options.out / "state.pt"
    step = 0
    if options.start and not state.exists():
        begun, ours = _begun(options.start), model.state_dict()
        # Its vocabulary may be another; words are never trained.
        same = {n: v for n, v in begun.items() if n in ours and v.shape == ours[n].shape}
        missing = model.load_state_dict(same, strict=False)
        _LOG.info("started from %s; new: %s", options.start, sorted(set(missing.missing_keys)))
    if state.exists():
        saved = torch.load(state)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        step = saved["step"]
    model.train()
    began, first, losses = time.monotonic(), step, [0.0] * 4
    for batch in _stream(asked, translated, made, options, tokenizer, step):
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
            parts = loss_parts(model, batch)
        loss = sum(parts, torch.zeros(()))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        step += 1
        losses = [0.98 * old + 0.02 * float(new.detach()) for old, new in zip(losses, parts, strict=True)]
        if step % 25 == 0:
            pace = (time.monotonic() - began) / (step - first)
            _LOG.info("step %d: %s; %.2f s a step", step, " ".join(f"{x:.3f}" for x in losses), pace)
        if step % _KEEP_EVERY == 0 or step >= options.steps:
            kept_state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(
                kept_state | {"schedule": schedule.state_dict(), "step": step}, state.with_suffix(".new")
            )
            state.with_suffix(".new").rename(state)
        if step >= options.steps:
            break
    torch.save({"model": model.state_dict(), "kept": kept}, options.out / "reader.pt")


def _begun(path: Path) -> dict[str, Tensor]:
    """The weights to start from."""
    if path.suffix == ".onnx":
        return read_shipped(path)
    state: dict[str, Tensor] = torch.load(path)["model"]
    return state


def loss_parts(model: Reader, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Losses of sentences, span start, span end, and pairs; each 0 where the batch has none."""
    sentences, tokens, pairs = model(batch.ids, batch.pool)
    zero = tokens.sum() * 0
    known = batch.answers != UNKNOWN
    sentence = (
        functional.binary_cross_entropy_with_logits(
            sentences[known], batch.answers[known].float(), pos_weight=torch.tensor(1.5)
        )
        if known.any()
        else zero
    )
    padded = batch.ids == 1
    spans = []
    for channel, target in ((0, batch.start), (1, batch.end)):
        logits = tokens[..., channel].masked_fill(padded, -1e4)
        usable = target != UNKNOWN
        spans.append(0.2 * functional.cross_entropy(logits[usable], target[usable]) if usable.any() else zero)
    return 2 * sentence, spans[0], spans[1], _pair_loss(pairs, batch.pair, zero)


def _pair_loss(pairs: Tensor, labels: Tensor, zero: Tensor) -> Tensor:
    usable = labels != UNKNOWN
    if not usable.any():
        return zero
    logs = functional.log_softmax(pairs[usable], dim=-1)
    wanted = labels[usable]
    # A label that only says what a pair is not takes the sum of the other two.
    by_label = torch.stack(
        [
            logs[:, 0],
            logs[:, 1],
            logs[:, 2],
            torch.logaddexp(logs[:, 0], logs[:, 2]),
            torch.logaddexp(logs[:, 1], logs[:, 2]),
        ],
        dim=1,
    )
    assert by_label.shape[1] == NOT_SUPPORTED + 1
    return -by_label.gather(1, wanted[:, None]).mean()


def _vocabulary(path: Path, packed: Packed, everything: list[Asked]) -> list[int]:
    if not path.exists():
        texts = dict.fromkeys(t for one in everything for t in (one.question, one.article, *one.sentences))
        path.write_text(json.dumps(choose_pieces(packed, texts, VOCABULARY)), encoding="utf-8")
    kept: list[int] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _rate(step: int, steps: int) -> float:
    warm = 0.06 * steps
    return min(1.0, (step + 1) / warm) * max(0.0, (steps - step) / (steps - warm))


def _stream(
    asked: list[Asked],
    translated: dict[str, str],
    made: list[Claimed],
    options: argparse.Namespace,
    tokenizer: Tokenizer,
    skip: int,
) -> Iterator[Batch]:
    """Epoch after epoch, each made anew; the first `skip` batches are passed over."""
    epoch = 0
    while True:
        rng = random.Random(SEED + epoch)
        some = [one for one in asked if rng.random() < options.share]
        found: list[Encoded] = [encode(e, tokenizer) for e in questions(some, translated, rng)]
        if options.written:
            found += [encode(e, tokenizer) for e in written_examples(options.data, False, rng)]
        asking = len(found)
        found += [encode(e, tokenizer) for e in claims(made, some, translated, rng, share=0.35)]
        found += [encode(e, tokenizer) for e in labelled_pairs(options.data, FOLD, held=False)]
        made_batches = list(batches(found, options.batch_tokens, rng))
        _LOG.info(
            "epoch %d: %d questions, %d pairs, %d batches",
            epoch,
            asking,
            len(found) - asking,
            len(made_batches),
        )
        yield from made_batches[skip:]
        skip = max(0, skip - len(made_batches))
        epoch += 1


if __name__ == "__main__":
    main()
