"""Run every benchmark and print what was measured."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from benchmarks import analyzing, deciding, queues, scoring, submitting
from benchmarks.serving import server


def show(title: str, figures: Mapping[str, str | tuple[str, ...]], *columns: str) -> None:
    """Print one benchmark's figures, under the names of their columns where there are several."""
    table = Table(*columns, title=title, show_header=bool(columns), title_justify="left")
    for name, value in figures.items():
        table.add_row(name, *([value] if isinstance(value, str) else value))
    Console().print(table)


def main() -> None:
    """Measure the classifier, then the service."""
    show("Scoring, one thread", scoring.summary())
    with server(workers=1) as running:
        show("POST /v1/comments, one worker, one client", submitting.summary(running))
    with server(workers=2) as running:
        show("comments:analyze, two workers, twenty clients", analyzing.summary(running))
    with server(workers=1) as running:
        show("Deciding in the console, one moderator", deciding.summary(running))
    title = "The console at {0.pending:,} comments that wait and {0.decided:,} others"
    show(
        title.format(queues.SIZE), queues.summary(), "clock / CPU, queries", "SQLite", "PostgreSQL"
    )


if __name__ == "__main__":
    main()
