"""Fitting the network to labelled comments, within a time given on one core."""

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from moderation.linear import OUTPUTS
from training.finetune import data
from training.finetune.augment import augment
from training.finetune.data import Batch, Row
from training.finetune.network import Cutter, Network, padded
from training.train import Progress

WARM_UP = 60
SAMPLE = 384
AVERAGED_FROM = 0.6
AVERAGE_EVERY, AVERAGE_KEPT = 5, 0.98
SAVE_EVERY = 600.0
# How much each output counts in the loss: those that few rows teach count less.
IMPORTANCE = dict(zip(OUTPUTS, (1.0, 1.0, 0.4, 0.8, 0.8, 0.5, 0.5, 0.4, 0.8), strict=True))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is fitted; `rate` is the top layer's, each lower one has `fade` of it."""

    minutes: float = 55.0
    rate: float = 1.6e-4
    fade: float = 0.93
    decay: float = 0.02
    budget: int = 1_100
    length: int = 112
    smoothing: float = 0.015
    hidden_pieces: float = 0.06
    unknown: int = 3
    seed: int = 0


def fit(
    base: str,
    rows: Sequence[Row],
    settling: frozenset[str],
    recipe: Recipe,
    folder: Path,
    progress: Progress,
) -> Network:
    """Fit a network until its time is over; its weights are saved in `folder` every ten minutes.

    Answers the average of the weights over the last part of the run.
    """
    torch.manual_seed(recipe.seed)
    draw = random.Random(recipe.seed)  # noqa: S311
    free = data.free_intercepts(rows, settling)
    network = Network(base, len(free))
    cut = Cutter(base, recipe.length)
    sample = sorted(cut([row.text for row in draw.sample(rows, min(SAMPLE, len(rows)))]), key=len)
    network.standardise([padded(sample[i : i + 48]) for i in range(0, len(sample), 48)])
    network.encoder.embeddings.requires_grad_(False)
    run = _Run(network, rows, free, recipe)
    saved = 0.0
    for batch in _batches(rows, cut, recipe, draw):
        progress("fitting", round(run.spent), round(run.limit))
        if run.spent >= run.limit:
            break
        run.step(batch)
        if run.spent - saved > SAVE_EVERY:
            saved = run.spent
            torch.save(network.state_dict(), folder / "last.pt")
    run.average.use(network)
    torch.save(network.state_dict(), folder / "last.pt")
    return network.eval()


def _batches(
    rows: Sequence[Row], cut: Cutter, recipe: Recipe, draw: random.Random
) -> Iterator[Batch]:
    while True:
        yield from data.epoch(rows, cut, lambda text: augment(text, draw), recipe.budget, draw)


class _Average:
    """A running average of the weights."""

    def __init__(self) -> None:
        self._kept: dict[str, Tensor] = {}

    @torch.no_grad()
    def add(self, network: Network) -> None:
        for name, weight in network.named_parameters():
            if name in self._kept:
                self._kept[name].lerp_(weight, 1 - AVERAGE_KEPT)
            elif weight.requires_grad:
                self._kept[name] = weight.detach().clone()

    def use(self, network: Network) -> None:
        for name, weight in network.named_parameters():
            if name in self._kept:
                weight.data = self._kept[name]


class _Run:
    """One run: its optimiser, its clock, and what is known of its rows."""

    def __init__(
        self, network: Network, rows: Sequence[Row], free: dict[str, data.Floats], recipe: Recipe
    ) -> None:
        self.network = network
        self.recipe = recipe
        self.limit = recipe.minutes * 60
        self.spent = 0.0
        self.average = _Average()
        self._steps = 0
        self._labels = torch.tensor(np.array([row.labels for row in rows]))
        self._weights = torch.tensor([row.weight for row in rows])
        numbers = {name: number for number, name in enumerate(free)}
        self._corpora = torch.tensor([numbers[row.corpus] for row in rows])
        self._free = torch.tensor(np.array(list(free.values())))
        self._importance = torch.tensor([IMPORTANCE[output] for output in OUTPUTS])
        self._optimiser = torch.optim.AdamW(_groups(network, recipe), betas=(0.9, 0.98), fused=True)

    def step(self, batch: Batch) -> None:
        """Learn from one batch."""
        started = time.monotonic()
        done = self.spent / self.limit
        for group in self._optimiser.param_groups:
            group["lr"] = group["top"] * min(1.0, (self._steps + 1) / WARM_UP) * (1 - 0.97 * done)
        self._loss(batch).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._steps += 1
        if done > AVERAGED_FROM and self._steps % AVERAGE_EVERY == 0:
            self.average.add(self.network)
        self.spent += time.monotonic() - started

    def _loss(self, batch: Batch) -> Tensor:
        ids, mask = padded(batch.pieces)
        rows = torch.tensor(batch.rows)
        corpora = self._corpora[rows]
        logits = self.network(self._hide(ids), mask)
        logits = logits + self.network.intercepts[corpora] * self._free[corpora]
        truth = self._labels[rows]
        known = ~torch.isnan(truth)
        soft = torch.nan_to_num(truth) * (1 - 2 * self.recipe.smoothing) + self.recipe.smoothing
        losses = binary_cross_entropy_with_logits(logits, soft, reduction="none")
        weights = known * self._importance * self._weights[rows, None]
        return (losses * weights).sum() / weights.sum()

    def _hide(self, ids: Tensor) -> Tensor:
        """Hide some pieces of half of the texts, so that none is relied upon alone."""
        half = torch.rand(len(ids), 1) < 0.5
        hidden = (torch.rand(ids.shape) < self.recipe.hidden_pieces) & half
        return torch.where(hidden & (ids > self.recipe.unknown), self.recipe.unknown, ids)


def _groups(network: Network, recipe: Recipe) -> list[dict[str, object]]:
    """Give each layer its rate: the lower, the slower, and no decay for vectors."""
    layers = network.encoder.encoder.layer
    groups: list[dict[str, object]] = []
    for depth, layer in enumerate(reversed(layers)):
        rate = recipe.rate * math.pow(recipe.fade, depth)
        matrices = [weight for weight in layer.parameters() if weight.ndim > 1]
        vectors = [weight for weight in layer.parameters() if weight.ndim == 1]
        groups.append({"params": matrices, "top": rate, "weight_decay": recipe.decay})
        groups.append({"params": vectors, "top": rate, "weight_decay": 0.0})
    groups.append({"params": network.heads.parameters(), "top": 1e-3, "weight_decay": 0.01})
    groups.append({"params": [network.intercepts], "top": 1e-2, "weight_decay": 1e-3})
    return [{"lr": group["top"], **group} for group in groups]
