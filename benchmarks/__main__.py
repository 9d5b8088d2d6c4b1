"""Run every benchmark and print what was measured."""

from rich.console import Console
from rich.table import Table

from benchmarks import analyzing, deciding, scoring, submitting
from benchmarks.serving import server


def show(title: str, figures: dict[str, str]) -> None:
    """Print one benchmark's figures."""
    table = Table(title=title, show_header=False, title_justify="left")
    for name, value in figures.items():
        table.add_row(name, value)
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


if __name__ == "__main__":
    main()
