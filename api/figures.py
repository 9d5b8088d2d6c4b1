"""The dashboard's figures set out in tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api import labels
from api.language import translate as _
from api.sheets import Sheet
from moderation import agreement
from moderation.agreement import Agreement, Kappa
from moderation.figures import Figures


def build(
    days: Sequence[date], found: Figures, agreed: Agreement, names: dict[UUID, str]
) -> dict[str, Sheet]:
    """Set the figures out in tables, by name."""
    made = (
        _by_part(days, found),
        _by_moderator(found, agreed),
        _by_reason(found),
        _by_pair(agreed, names),
    )
    return {sheet.name: sheet for sheet in made}


def _by_part(days: Sequence[date], found: Figures) -> Sheet:
    rows = [
        (
            day.isoformat(),
            part.received,
            part.by_machine,
            part.refused,
            part.received - part.by_machine - part.refused,
            part.by_machine / part.received if part.received else None,
            part.approved,
            part.rejected,
            part.median,
            part.p90,
        )
        for day, part in zip(days, found.parts, strict=True)
    ]
    return Sheet(
        "activity",
        _("Activité"),
        (
            (_("À partir du"), "text"),
            (_("Reçus"), "number"),
            (_("Approuvés par la machine"), "number"),
            (_("Rejetés par sanction"), "number"),
            (_("À lire"), "number"),
            (_("Part automatique"), "share"),
            (_("Approuvés par l’équipe"), "number"),
            (_("Rejetés par l’équipe"), "number"),
            (_("Délai médian"), "wait"),
            (_("Délai, 9ᵉ décile"), "wait"),
        ),
        rows,
    )


def _by_moderator(found: Figures, agreed: Agreement) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    for work in found.works:
        followed = agreed.followed.get(work.moderator.id)
        rows.append(
            (
                work.moderator.name,
                work.decided,
                work.approved / work.decided if work.decided else None,
                work.rejected / work.decided if work.decided else None,
                None if work.open_ms is None else work.open_ms / 1000,
                work.undone / work.decided if work.decided else None,
                work.opinions,
                work.overturn,
                work.overturn.interval,
                followed.n if followed else 0,
                followed,
            )
        )
    return Sheet(
        "moderators",
        _("Par modérateur"),
        (
            (_("Modérateur"), "text"),
            (_("Décisions"), "number"),
            (_("Approuvés"), "share"),
            (_("Rejetés"), "share"),
            (_("Lecture médiane"), "wait"),
            (_("Annulées par le modérateur"), "share"),
            (_("Avis"), "number"),
            (_("Infirmés par un collègue"), "share"),
            (_("Intervalle"), "interval"),
            (_("Arbitrages"), "number"),
            (_("Suivi à l’arbitrage"), "share"),
        ),
        rows,
    )


def _by_reason(found: Figures) -> Sheet:
    reasons: dict[str, str] = dict(labels.REASONS.items())
    total = sum(number for _reason, number in found.reasons)
    rows = [
        (_(reasons.get(reason, reason)), number, number / total) for reason, number in found.reasons
    ]
    return Sheet(
        "reasons",
        _("Motifs de rejet"),
        ((_("Motif"), "text"), (_("Rejets"), "number"), (_("Part"), "share")),
        rows,
    )


def _by_pair(agreed: Agreement, names: dict[UUID, str]) -> Sheet:
    pairs = sorted((names[one], names[other], k) for (one, other), k in agreed.pairs.items())
    rows = [_agreement(_("Tous"), "", agreed.overall)]
    rows += [_agreement(one, other, measured) for one, other, measured in pairs]
    return Sheet(
        "agreement",
        _("Accord entre lecteurs"),
        (
            (_("Lecteur"), "text"),
            (_("Autre lecteur"), "text"),
            (_("Doubles lectures"), "number"),
            (_("D’accord"), "share"),
            (_("κ de Cohen"), "decimal"),
            (_("Intervalle"), "span"),
        ),
        rows,
    )


def _agreement(one: str, other: str, measured: Kappa) -> tuple[Any, ...]:
    enough = measured.n >= agreement.SHOWN_FROM
    bounds = None if measured.low is None else (measured.low, measured.high)
    share = measured.agreed / measured.n if enough else None
    return (one, other, measured.n, share, measured.value, bounds)
