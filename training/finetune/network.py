"""The network: an encoder, the mean of what it makes of each piece, one head an output."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from moderation.linear import OUTPUTS
from moderation.windows import PREFIX

# Plain products of matrices: on a processor, learning takes half the time of the fused kernel.
ATTENTION = "eager"


class Network(nn.Module):
    """An encoder and its heads; each corpus may shift the logits by an intercept of its own.

    The mean vector is standardised before the heads: the raw one hardly varies from text to text,
    and the heads would learn slowly.
    """

    def __init__(self, base: str, corpora: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            base, add_pooling_layer=False, dtype=torch.float32, attn_implementation=ATTENTION
        )
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        size = int(self.encoder.config.hidden_size)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(size, len(OUTPUTS))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)
        self.intercepts = nn.Parameter(torch.zeros(corpora, len(OUTPUTS)))
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("deviation", torch.ones(size))

    def vectors(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Answer the standardised mean vector of each text."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return cast("Tensor", (mean - self.mean) / self.deviation)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Answer the logits of each text, no corpus's intercept added."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = self.dropout(self.vectors(ids, mask))
        return cast("Tensor", self.heads(vectors.float()))

    @torch.no_grad()
    def standardise(self, batches: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Learn the mean and the deviation of the vectors from some batches."""
        vectors = torch.cat([self.vectors(ids, mask) for ids, mask in batches])
        self.mean = vectors.mean(0)
        self.deviation = vectors.std(0) + 1e-3


class Cutter:
    """Cut texts into numbered pieces, as the service will."""

    def __init__(self, base: str, length: int) -> None:
        self.tokenizer = tokenizer(base)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(length)

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Answer the pieces of each text."""
        found = self.tokenizer.encode_batch([f"{PREFIX} {text}" for text in texts])
        return [encoding.ids for encoding in found]


def tokenizer(base: str) -> Tokenizer:
    """Load the tokenizer of a folder, or of a name on the hub."""
    path = Path(base) / "tokenizer.json"
    if path.exists():
        return Tokenizer.from_file(str(path))
    return Tokenizer.from_str(AutoTokenizer.from_pretrained(base).backend_tokenizer.to_str())


def padded(pieces: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Answer a batch's pieces, filled with zeros to one length, and its mask."""
    length = max(map(len, pieces))
    ids = torch.zeros((len(pieces), length), dtype=torch.long)
    mask = torch.zeros((len(pieces), length), dtype=torch.long)
    for row, own in enumerate(pieces):
        ids[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    return ids, mask
