"""Teach the lower layers of the language model to tell the excerpt that answers: qa/weigh/adapter.gguf.

`python -m training.adapt --data DIR --work DIR --gguf FILE`

What `training.probe` reads off the layers as they are is where this begins. On the same kind of sheets,
and on such as the product gathers (training/gathered.py), it trains a low-rank adapter (LoRA, Hu et al.
2021) of the attention in the upper of these layers, together with the probe, so that the state at the end
of the prompt says the number. All questions of a sheet are read behind its excerpts at once. Each epoch
groups the excerpts anew. Resumable (`WORK/adapted.pt`); `--begin` goes on from the files of an earlier run,
at a rate that falls anew.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from qa.models.e5 import E5Embedder
from training.abroad import abroad
from training.asserted import assert_sheets, read_pairs
from training.attributed import attribute_sheets
from training.examples import is_held, read_asked
from training.gathered import gather, gather_selqa
from training.harder import ordered
from training.lower import load_layers
from training.probe import EPSILON, LAYERS, MOST, SEED, Row, Sheet, across, make_sheets, prompt, row_of, tell
from training.untold import Untold, is_tellable, read_untold, with_untold
from training.written import written_sheets

RANK = 16
ALPHA = 32.0
# The layers below are left as they are: their gradients would cost a third more for what words mean.
FIRST = 8
# What each block's matrices are called here and in a GGUF file. Those of the feed-forward network, three
# quarters of a layer, have the half of the rank.
MODULES = {
    "self_attn": {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output"},
    "mlp": {"gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down"},
}
RANKS = {"self_attn": RANK, "mlp": RANK // 2}
_RATE = 2e-4
_WARM = 30
_KEPT_EVERY = 50
_LOG = logging.getLogger("training")


class Adapted(nn.Module):
    """A linear layer with a low-rank one beside it."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.scale = ALPHA / rank
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = nn.functional.linear(nn.functional.linear(x, self.a.to(x.dtype)), self.b.to(x.dtype))
        return self.base(x) + self.scale * low


class Head(nn.Module):
    """The probe: logits of the numbers from states of root mean square 1."""

    def __init__(self, weights: Any, bias: Any) -> None:
        super().__init__()
        # Few sheets have the highest numbers: the probe that this begins with may not have them.
        more = MOST + 1 - len(bias)
        self.weights = nn.Parameter(
            torch.tensor(np.pad(np.asarray(weights, np.float32), ((0, more), (0, 0))))
        )
        self.bias = nn.Parameter(
            torch.tensor(np.pad(np.asarray(bias, np.float32), (0, more), constant_values=-2))
        )

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(states, self.weights, self.bias)


def main() -> None:
    """Train, tell how good it is on held-out articles, and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="that of training.probe")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument(
        "--begin", type=Path, help="a folder with the two files of an earlier run, to go on from"
    )
    parser.add_argument(
        "--halfway", action="store_true", help="write the mean of --begin and what was learnt"
    )
    parser.add_argument("--first", type=int, default=0, help="epochs that the earlier run has seen")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=_RATE)
    parser.add_argument("--sheets", type=int, default=620, help="that the rate falls over, in all")
    parser.add_argument(
        "--gathered", type=int, default=0, help="sheets of each set as the product gathers them"
    )
    parser.add_argument(
        "--shown", type=int, help="of these sheets, at most, those told without answers first"
    )
    parser.add_argument("--abroad", type=int, default=0, help="gathered sheets of SQuAD in French beside")
    parser.add_argument("--made", type=Path, help="that of training.make: sentences without their answer")
    parser.add_argument("--selqa", type=int, default=0, help="gathered sheets of SelQA beside")
    parser.add_argument("--whether", type=int, default=0, help="sheets of questions for yes or no beside")
    parser.add_argument("--sources", type=int, default=0, help="sheets of questions for who says so beside")
    parser.add_argument("--written", type=int, default=0, help="sheets with questions of our own beside")
    parser.add_argument("--paragraphs", type=int, help="sheets of an epoch made from one paragraph, at most")
    parser.add_argument("--held", type=int, default=100, help="sheets of each kind to measure on")
    parser.add_argument("--out", type=Path, default=Path("qa/weigh"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(SEED)
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(options.gguf.parent), gguf_file=options.gguf.name)
    asked = read_asked(options.data, selqa=False)
    seeds = [SEED + epoch for epoch in range(options.first, options.first + options.epochs)]
    epochs = [across(make_sheets(asked, seed), options) for seed in seeds]
    held = {"paragraphs": [s for s in epochs[0] if is_held(s.article)][: options.held]}
    untold: Untold = {}
    if options.made:
        translated = json.loads((options.work / "translated.json").read_text("utf-8"))
        untold = read_untold(options.made, asked, translated)
    epochs = [sorted(sheets, key=lambda s: not is_tellable(s, untold)) for sheets in epochs]
    epochs = [sheets[: options.paragraphs] for sheets in epochs]
    if options.gathered:
        gathered = gather(asked, options.data, options.work, options.gathered, False, seeds[0])
        hard = [sheet for sheet in gathered if _is_hard(sheet)][: options.abroad]
        gathered.sort(key=lambda sheet: not is_tellable(sheet, untold))
        epochs[0] += across(gathered[: options.shown], options)
        some = gather(asked, options.data, options.work, options.held // 2, True, seeds[0])
        held["gathered"] = across(some, options)
        if options.abroad:
            epochs[0] += across(abroad(hard, options.gguf, options.work), options)
            held["abroad"] = across(abroad(some, options.gguf, options.work), options)
    if options.selqa:
        retold = _fewer(gather_selqa(options.data, options.work, options.selqa, False, seeds[0]))
        epochs[0] += across(retold, options)
        epochs[0] += across(abroad(retold[: options.selqa // 5], options.gguf, options.work), options)
        some = _fewer(gather_selqa(options.data, options.work, options.held // 2, True, seeds[0]))
        held["selqa"] = across(some, options)
        held["selqa abroad"] = across(abroad(some, options.gguf, options.work), options)
    if options.whether:
        epochs[0] += across(_whether(options, False, seeds[0]), options)
        held["whether"] = across(_whether(options, True, seeds[0]), options)
    if options.sources:
        every, pairs = read_asked(options.data), read_pairs(options.data)
        told_by = attribute_sheets(every, pairs, False, seeds[0])
        epochs[0] += across(list(islice(told_by, options.sources)), options)
        held["sources"] = list(islice(attribute_sheets(every, pairs, True, seeds[0]), options.held))
    if options.written:
        # The second time round other excerpts are left out and other sentences added.
        twice = [s for n in (0, 1) for s in written_sheets(options.data, False, seeds[0] + n)]
        epochs[0] += twice[: options.written]
        held["written"] = written_sheets(options.data, True, seeds[0])[: options.held]
    rng = random.Random(SEED)
    told = [(s, with_untold(s, untold, rng)) for sheets in held.values() for s in sheets]
    held["untold"] = [changed for sheet, changed in told if changed != sheet]
    steps = [s for n, sheets in zip(seeds, epochs, strict=True) for s in ordered(sheets, asked, untold, n)]
    steps = steps[: options.sheets]
    model = load_layers(options.gguf, torch.bfloat16, LAYERS)
    adapt(model)
    if options.begin:
        load_adapter(model, options.begin / "adapter.gguf")
    with np.load((options.begin or options.out) / "probe.npz") as known:
        head = Head(known["weights"], known["bias"])
    train(model, head, steps, held, tokenizer, options)
    if options.halfway:
        go_halfway_back(model, head, options.begin)
    measure(model, head, held, tokenizer)
    save(model, head, options.out)


def _whether(options: argparse.Namespace, held: bool, seed: int) -> list[Sheet]:
    """Sheets of questions for yes or no: `options.whether`, or of held-out pairs `options.held`."""
    sheets = list(assert_sheets(read_pairs(options.data), E5Embedder(), held, seed))
    return random.Random(seed).sample(sheets, min(options.held if held else options.whether, len(sheets)))


def _fewer(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets with at most two more questions that nothing answers than answered ones."""
    fewer: list[Sheet] = []
    for sheet in sheets:
        present = [one for one in sheet.asked if one[2]]
        absent = [one for one in sheet.asked if not one[2]]
        fewer.append(replace(sheet, asked=(*present, *absent[: len(present) + 2])))
    return fewer


def _is_hard(sheet: Sheet) -> bool:
    """An English sheet with a question that it answers and one that it only seems to answer."""
    kinds = {kind for _, _, _, kind in sheet.asked}
    return sheet.lang == "en" and kinds >= {"present", "adversarial"}


def adapt(model: Any) -> None:
    """Put a low-rank layer beside each matrix from layer `FIRST` on."""
    for layer in model.layers[FIRST:]:
        for part, names in MODULES.items():
            block = getattr(layer, part)
            for name in names:
                setattr(block, name, Adapted(getattr(block, name), RANKS[part]))


def load_adapter(model: Any, path: Path) -> None:
    """Put what `save` wrote into the low-rank layers; those that it lacks stay as they begin."""
    import gguf

    kept = {t.name: np.array(t.data, np.float32) for t in gguf.GGUFReader(path).tensors}
    for number, layer in enumerate(model.layers[FIRST:], FIRST):
        for part, names in MODULES.items():
            for name, said in names.items():
                one = getattr(getattr(layer, part), name)
                for end, parameter in (("lora_a", one.a), ("lora_b", one.b)):
                    value = kept.get(f"blk.{number}.{said}.weight.{end}")
                    if value is not None:
                        parameter.data.copy_(torch.from_numpy(value))


def go_halfway_back(model: Any, head: Head, begin: Path) -> None:
    """The mean of what was learnt and of the files that it began from (Wortsman et al. 2022, model soups)."""
    learning = parameters(model, head)
    learnt = [parameter.data.clone() for parameter in learning]
    for module in model.modules():
        if isinstance(module, Adapted):
            module.b.data.zero_()
    load_adapter(model, begin / "adapter.gguf")
    with np.load(begin / "probe.npz") as known:
        earlier = Head(known["weights"], known["bias"])
    head.load_state_dict(earlier.state_dict())
    for parameter, value in zip(learning, learnt, strict=True):
        parameter.data.add_(value).div_(2)


def parameters(model: Any, head: Head) -> list[nn.Parameter]:
    """All that learns."""
    return [*(p for p in model.parameters() if p.requires_grad), *head.parameters()]


def read(model: Any, sheet: Sheet, tokenizer: Any) -> torch.Tensor:
    """The states at the end of each prompt, shape (questions, width), of root mean square 1."""
    begin = ""
    behind: list[list[int]] = []
    for lang, question, _, _ in sheet.asked:
        begin, mark, rest = prompt(sheet, lang, question).rpartition("\n\nQuestion")
        behind.append(tokenizer.encode(mark + rest))
    first = tokenizer.encode(begin)
    tokens, places = list(first), list(range(len(first)))
    for one in behind:
        tokens += one
        places += range(len(first), len(first) + len(one))
    ends = np.cumsum([len(one) for one in behind]) + len(first) - 1
    output = model(
        input_ids=torch.tensor([tokens]),
        position_ids=torch.tensor([places]),
        attention_mask=_mask(len(first), [len(one) for one in behind]),
        use_cache=False,
    )
    states = output.last_hidden_state[0, torch.tensor(ends)].float()
    return states / (states.pow(2).mean(-1, keepdim=True) + EPSILON).sqrt()


def _mask(first: int, lengths: Sequence[int]) -> torch.Tensor:
    """What each token sees: the excerpts and its own question, up to itself."""
    owner = torch.tensor([-1] * first + [i for i, length in enumerate(lengths) for _ in range(length)])
    size = len(owner)
    sees = (owner[None] == -1) | (owner[:, None] == owner[None])
    sees &= torch.ones(size, size).tril().bool()
    return torch.zeros(size, size, dtype=torch.bfloat16).masked_fill(~sees, float("-inf"))[None, None]


def loss_of(head: Head, states: torch.Tensor, sheet: Sheet) -> torch.Tensor:
    """Cross-entropy of the right numbers among those that are shown."""
    logits = head(states)[:, : len(sheet.excerpts) + 1]
    return nn.functional.cross_entropy(logits, torch.tensor([number for _, _, number, _ in sheet.asked]))


def train(
    model: Any,
    head: Head,
    steps: Sequence[Sheet],
    held: Mapping[str, Sequence[Sheet]],
    tokenizer: Any,
    options: argparse.Namespace,
) -> None:
    """One sheet a step; what was learnt is kept now and then and gone on from."""
    learning = parameters(model, head)
    optimizer = torch.optim.AdamW(learning, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min((n + 1) / _WARM, max(0.02, 1 - n / len(steps)))
    )
    kept = options.work / "adapted.pt"
    done = 0
    if kept.exists():
        state = torch.load(kept)
        done = state["done"]
        for parameter, value in zip(learning, state["learning"], strict=True):
            parameter.data.copy_(value)
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
    else:
        measure(model, head, held, tokenizer)
    losses: list[float] = []
    for count, sheet in enumerate(steps[done:], done + 1):
        loss = loss_of(head, read(model, sheet, tokenizer), sheet)
        loss.backward()
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if count % _KEPT_EVERY == 0:
            _LOG.info(
                "%d of %d sheets, loss %.3f", count, len(steps), sum(losses[-100:]) / len(losses[-100:])
            )
            state = {"done": count, "learning": [p.data for p in learning]}
            torch.save(state | {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}, kept)
        if count % (6 * _KEPT_EVERY) == 0:
            measure(model, head, held, tokenizer)


def measure(model: Any, head: Head, held: Mapping[str, Sequence[Sheet]], tokenizer: Any) -> None:
    """Tell the areas and right numbers on sheets of held-out articles, each kind apart."""
    for kind, sheets in held.items():
        rows: list[Row] = []
        with torch.no_grad():
            for sheet in sheets:
                rows += [
                    row_of(sheet, one, s.numpy())
                    for one, s in zip(sheet.asked, read(model, sheet, tokenizer), strict=True)
                ]
            _LOG.info("%d sheets, %s:", len(sheets), kind)
            tell(rows, head.weights.numpy(), head.bias.numpy())


def save(model: Any, head: Head, folder: Path) -> None:
    """The adapter as llama.cpp reads it, and the probe that belongs to it."""
    import gguf

    writer = gguf.GGUFWriter(folder / "adapter.gguf", "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    for number, layer in enumerate(model.layers[FIRST:], FIRST):
        for part, names in MODULES.items():
            for name, said in names.items():
                one = getattr(getattr(layer, part), name)
                for end, value in (("lora_a", one.a), ("lora_b", one.b)):
                    writer.add_tensor(
                        f"blk.{number}.{said}.weight.{end}", value.detach().numpy().astype(np.float16)
                    )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    weights, bias = head.weights.detach().numpy(), head.bias.detach().numpy()
    np.savez(
        folder / "probe.npz", weights=weights.astype(np.float16), bias=bias.astype(np.float16), layers=LAYERS
    )


if __name__ == "__main__":
    main()
