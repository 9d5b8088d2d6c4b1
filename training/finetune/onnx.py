"""Writing the network for onnxruntime, its weights as eight-bit integers."""

import tempfile
from pathlib import Path
from typing import Any, cast

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn.functional import gelu

from training.finetune.network import Network

OPSET = 17
MASKED = -1e4


def write(network: Network) -> bytes:
    """Answer a fitted network as quantised ONNX: logits, mean vectors, logits of each piece."""
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        ids = torch.tensor([[0, 10, 20, 30, 2], [0, 10, 2, 1, 1]])
        mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
        names = ("input_ids", "attention_mask", "vectors", "pieces")
        torch.onnx.export(
            _Exported(network).eval(),
            (ids, mask),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits", "vectors", "pieces"],
            dynamic_axes={"logits": {0: "row"}, **{n: {0: "row", 1: "piece"} for n in names}},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            small,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )
        return small.read_bytes()


class _Exported(nn.Module):
    """The network written out in plain operations, which export and quantise well."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        config = network.encoder.config
        self.count = int(config.num_attention_heads)
        self.size = int(config.hidden_size) // self.count

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        network = self.network
        unseen = (1.0 - mask[:, None, None, :].float()) * MASKED
        hidden = self._embedded(ids)
        for layer in network.encoder.encoder.layer:
            hidden = self._layer(layer, hidden, unseen)
        hidden = (hidden - network.mean) / network.deviation
        weights = mask[..., None].float()
        vectors = (hidden * weights).sum(1) / weights.sum(1)
        return network.heads(vectors), vectors, hidden @ network.heads.weight.T

    def _embedded(self, ids: Tensor) -> Tensor:
        own = self.network.encoder.embeddings
        places = own.position_embeddings.weight[: ids.shape[1]][None]
        kinds = own.token_type_embeddings.weight[0]
        return cast("Tensor", own.LayerNorm(own.word_embeddings(ids) + places + kinds))

    def _layer(self, layer: Any, hidden: Tensor, unseen: Tensor) -> Tensor:
        own = layer.attention.self
        query, key, value = (
            self._by_head(part(hidden)) for part in (own.query, own.key, own.value)
        )
        weights = torch.softmax(query @ key.transpose(-1, -2) / self.size**0.5 + unseen, -1)
        seen = (weights @ value).transpose(1, 2).reshape(hidden.shape)
        after = layer.attention.output
        hidden = after.LayerNorm(after.dense(seen) + hidden)
        spread = gelu(layer.intermediate.dense(hidden))
        return cast("Tensor", layer.output.LayerNorm(layer.output.dense(spread) + hidden))

    def _by_head(self, projected: Tensor) -> Tensor:
        rows, length, _ = projected.shape
        return projected.view(rows, length, self.count, self.size).transpose(1, 2)
