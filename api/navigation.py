"""The console's main menu: its pages, and the right that each one needs."""

from dataclasses import dataclass

from api import login
from api.labels import N_
from moderation.accounts import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu."""

    endpoint: str
    label: str
    right: Right


ENTRIES = (
    Entry("console.queue", N_("File"), "moderate"),
    Entry("search.search", N_("Recherche"), "moderate"),
    Entry("scores.scores", N_("Scores"), "moderate"),
    Entry("console.decisions", N_("Mes décisions"), "moderate"),
    Entry("adjudication.adjudication", N_("Arbitrage"), "lead"),
    Entry("dashboard.dashboard", N_("Tableau de bord"), "study"),
    Entry("log.log", N_("Journal"), "lead"),
    Entry("team.team", N_("Équipe"), "lead"),
    Entry("reasons.reasons", N_("Motifs"), "lead"),
)


def menu() -> list[Entry]:
    """List the pages that whoever is logged in may open."""
    return [entry for entry in ENTRIES if login.can(entry.right)]
