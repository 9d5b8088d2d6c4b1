"""Heads: the last layer of the encoder classifier, from features to calibrated log-odds."""

import json
from dataclasses import dataclass

import numpy as np

from moderation.linear import OUTPUTS
from moderation.vectoriser import Floats


@dataclass(frozen=True)
class Heads:
    """Calibrated log-odds from features: one row of weights an output, in the order of OUTPUTS.

    The features are the network's logits, the companion's, then, where a site's own decisions
    taught more columns, the network's mean vector.
    """

    weights: Floats
    intercepts: Floats

    def __call__(self, features: Floats) -> Floats:
        """Answer one row of log-odds a row of features."""
        columns = self.weights.shape[1]
        found: Floats = features[:, :columns] @ self.weights.T + self.intercepts
        return found


def read_heads(content: bytes) -> Heads:
    """Read heads from JSON; raises ValueError when they are for other outputs than ours."""
    found = json.loads(content)
    if tuple(found["outputs"]) != OUTPUTS:
        raise ValueError("the heads are for other outputs")
    weights = np.array(found["weights"], np.float32)
    return Heads(weights, np.array(found["intercepts"], np.float32))


def write_heads(heads: Heads) -> bytes:
    """Write heads as JSON."""
    found = {
        "outputs": OUTPUTS,
        "weights": heads.weights.tolist(),
        "intercepts": heads.intercepts.tolist(),
    }
    return json.dumps(found).encode()
