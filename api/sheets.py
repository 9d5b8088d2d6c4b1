"""Tables of figures, for a page and for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from babel.numbers import format_decimal

from api.language import current, percent
from api.language import translate as _
from moderation.scope import Share

Kind = Literal["text", "number", "share", "interval", "span", "wait", "decimal"]
Cell = str | float | int | Share | tuple[float, float] | None
BOUNDED: tuple[Kind, ...] = ("interval", "span")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its columns, each a title and what its cells are, then its rows."""

    name: str
    title: str
    columns: Sequence[tuple[str, Kind]]
    rows: Sequence[Sequence[Cell]]


def written(cell: Cell, kind: Kind) -> str:
    """Write a cell as people read it."""
    if cell is None:
        return "—"
    if isinstance(cell, Share):
        return percent(cell.value) if cell.value is not None else "—"
    if isinstance(cell, tuple):
        return _("{low} à {high}", low=_bound(cell[0], kind), high=_bound(cell[1], kind))
    if kind == "wait" and not isinstance(cell, str):
        return wait(cell)
    if kind == "share" and not isinstance(cell, str):
        return percent(cell)
    if isinstance(cell, str):
        return cell
    return format_decimal(cell, "#,##0.00" if kind == "decimal" else "#,##0.#", locale=current())


def wait(seconds: float) -> str:
    """Write a length of time in its two largest units."""
    if seconds < 60:
        return _("{n} s", n=format_decimal(round(seconds, 1), locale=current()))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min", n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("{hours} h {minutes:02d}", hours=hours, minutes=minutes)
    return _("{days} j {hours} h", days=hours // 24, hours=hours % 24)


def as_csv(sheet: Sheet) -> str:
    """Write a table as RFC 4180 has it; what a spreadsheet would compute is made plain text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    titles: list[str] = []
    for title, kind in sheet.columns:
        titles += [f"{title} (min.)", f"{title} (max.)"] if kind in BOUNDED else [title]
    writer.writerow([plain(title) for title in titles])
    for row in sheet.rows:
        cells: list[str] = []
        for cell, (_title, kind) in zip(row, sheet.columns, strict=True):
            cells += _raw(cell, kind)
        writer.writerow(cells)
    return out.getvalue()


def plain(text: str) -> str:
    """Write a text so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _raw(cell: Cell, kind: Kind) -> list[str]:
    if kind in BOUNDED:
        return [f"{bound:.4f}" for bound in cell] if isinstance(cell, tuple) else ["", ""]
    if cell is None or isinstance(cell, tuple):
        return [""]
    if isinstance(cell, Share):
        return ["" if cell.value is None else f"{cell.value:.4f}"]
    if isinstance(cell, str):
        return [plain(cell)]
    return [str(cell) if isinstance(cell, int) else f"{cell:.4f}"]


def _bound(value: float, kind: Kind) -> str:
    return percent(value) if kind == "interval" else format_decimal(value, "0.00", locale=current())
