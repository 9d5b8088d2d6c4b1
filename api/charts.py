"""Charts drawn on the server: where the bars and lines of an SVG go, no library, no script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 220, 44, 24, 12
# As many labels as fit under the narrowest chart.
LABELS = 8
TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, of the series with this number."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's geometry; `lines` holds one list of polylines' points a series."""

    bars: Sequence[Bar]
    lines: Sequence[Sequence[str]]
    dots: Sequence[tuple[int, float, float]]
    ticks: Sequence[tuple[float, float]]
    labels: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


def stacked(labels: Sequence[str], series: Sequence[Sequence[float]]) -> Chart:
    """Stack the series' values in one bar a label."""
    totals = [sum(values) for values in zip(*series, strict=True)]
    top = _round_up(max(totals, default=0))
    slot, bars = _slot(labels), []
    for at in range(len(labels)):
        y = float(HEIGHT - BOTTOM)
        for number, values in enumerate(series):
            height = _height(values[at], top)
            y -= height
            if height:
                bars.append(Bar(number, LEFT + slot * (at + 0.12), y, slot * 0.76, height))
    return Chart(bars, [], [], _ticks(top), _labels(labels))


def lines(labels: Sequence[str], series: Sequence[Sequence[float | None]]) -> Chart:
    """Draw a line a series, broken where a value is missing."""
    top = _round_up(max((value or 0 for values in series for value in values), default=0))
    slot, drawn, dots = _slot(labels), [], []
    for number, values in enumerate(series):
        runs: list[list[str]] = [[]]
        for at, value in enumerate(values):
            if value is None:
                runs.append([])
                continue
            x, y = LEFT + slot * (at + 0.5), HEIGHT - BOTTOM - _height(value, top)
            runs[-1].append(f"{x:.1f},{y:.1f}")
            dots.append((number, round(x, 1), round(y, 1)))
        drawn.append([" ".join(run) for run in runs if len(run) > 1])
    return Chart([], drawn, dots, _ticks(top), _labels(labels))


def _slot(labels: Sequence[str]) -> float:
    return (WIDTH - LEFT) / max(len(labels), 1)


def _height(value: float, top: float) -> float:
    return (HEIGHT - BOTTOM - TOP) * value / top


def _ticks(top: float) -> list[tuple[float, float]]:
    values = [top * part / TICKS for part in range(TICKS + 1)]
    return [(HEIGHT - BOTTOM - _height(value, top), value) for value in values]


def _labels(labels: Sequence[str]) -> list[tuple[float, str]]:
    every = -(-len(labels) // LABELS)
    slot = _slot(labels)
    return [(LEFT + slot * (at + 0.5), labels[at]) for at in range(0, len(labels), every or 1)]


def _round_up(value: float) -> float:
    """Answer a round number at or above a value, that four ticks divide well."""
    if value <= 0:
        return float(TICKS)
    unit = 1.0
    while unit * 40 < value:
        unit *= 10
    step = next(step for step in (1, 2, 4, 6, 8, 10, 20, 40) if step * unit >= value or step == 40)
    return float(max(step * unit, TICKS))
