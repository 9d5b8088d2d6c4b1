"""Going on with the pre-training of an encoder: find the hidden pieces of unlabelled French."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import AutoModel

from training.finetune.data import shown
from training.finetune.network import ATTENTION, Cutter, padded, tokenizer
from training.train import Progress

WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Recipe:
    """How pre-training goes on; `unknown` is the piece that stands for a hidden one."""

    minutes: float = 60.0
    rate: float = 1e-4
    hidden: float = 0.25
    batch: int = 64
    length: int = 64
    unknown: int = 3
    seed: int = 0


def pretrain(
    base: str, texts: Sequence[str], recipe: Recipe, out: Path, progress: Progress
) -> None:
    """Teach an encoder how its readers write, and save it in `out`, as `fit` takes it."""
    torch.manual_seed(recipe.seed)
    encoder = AutoModel.from_pretrained(
        base, add_pooling_layer=False, dtype=torch.float32, attn_implementation=ATTENTION
    )
    guess = _Guess(encoder)
    optimiser = torch.optim.AdamW(guess.parameters(), lr=recipe.rate, weight_decay=0.01, fused=True)
    limit = recipe.minutes * 60
    started = time.monotonic()
    for step, ids_and_mask in enumerate(_batches(Cutter(base, recipe.length), texts, recipe)):
        spent = time.monotonic() - started
        progress("pre-training", round(spent), round(limit))
        if spent >= limit:
            break
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / WARM_UP) * (1 - spent / limit)
        guess(*ids_and_mask, recipe).backward()
        nn.utils.clip_grad_norm_(guess.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    encoder.save_pretrained(out)
    tokenizer(base).save(str(out / "tokenizer.json"))


class _Guess(nn.Module):
    """The encoder, and a guess at each hidden piece by the table of pieces itself."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        size = int(encoder.config.hidden_size)
        self.encoder: Any = encoder
        self.turn = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.LayerNorm(size))
        self.bias = nn.Parameter(torch.zeros(int(encoder.config.vocab_size)))

    def forward(self, ids: Tensor, mask: Tensor, recipe: Recipe) -> Tensor:
        hidden = (torch.rand(ids.shape) < recipe.hidden) & (mask > 0) & (ids > recipe.unknown)
        # One piece at least, or the loss would be the mean of nothing.
        hidden[0, 1] = True
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = self.encoder(
                input_ids=torch.where(hidden, recipe.unknown, ids), attention_mask=mask
            ).last_hidden_state
            table = self.encoder.embeddings.word_embeddings.weight
            guesses = self.turn(found[hidden]) @ table.T + self.bias
        return cross_entropy(guesses.float(), ids[hidden])


def _batches(cut: Cutter, texts: Sequence[str], recipe: Recipe) -> Iterator[tuple[Tensor, Tensor]]:
    draw = random.Random(recipe.seed)  # noqa: S311
    if not texts:
        raise ValueError("there is no text to pre-train on")
    while True:
        chosen = draw.sample(texts, min(len(texts), recipe.batch * 64))
        pieces = sorted(cut([shown(text) for text in chosen]), key=len)
        starts = list(range(0, len(pieces), recipe.batch))
        draw.shuffle(starts)
        for start in starts:
            yield padded(pieces[start : start + recipe.batch])
