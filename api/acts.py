"""The journal's words: a sentence for each code of an action, and what its details say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from api import labels
from api.labels import N_
from api.language import moment
from api.language import translate as _
from moderation.tables import LogEntry

THINGS = {
    "decision": N_("Décisions"),
    "bulk": N_("Décisions groupées"),
    "reading": N_("Doubles lectures"),
    "adjudication": N_("Arbitrages"),
    "hold": N_("Mises de côté"),
    "sanction": N_("Sanctions"),
    "author": N_("Auteurs"),
    "view": N_("Vues enregistrées"),
    "watch": N_("Articles suivis"),
    "text": N_("Textes difficiles"),
    "moderator": N_("Bien-être"),
    "preferences": N_("Préférences"),
    "session": N_("Connexions"),
    "account": N_("Comptes"),
    "link": N_("Liens d’accès"),
    "site": N_("Sites"),
    "webhook": N_("Webhooks"),
    "reasons": N_("Motifs"),
    "journal": N_("Journal"),
}
ACTS = {
    "decision.approve": N_("Commentaire approuvé"),
    "decision.reject": N_("Commentaire rejeté"),
    "decision.undo": N_("Décision annulée"),
    "bulk.approve": N_("Commentaires approuvés ensemble"),
    "bulk.reject": N_("Commentaires rejetés ensemble"),
    "bulk.undo": N_("Décision groupée annulée"),
    "reading.approve": N_("Avis de double lecture"),
    "reading.reject": N_("Avis de double lecture"),
    "reading.withdraw": N_("Avis de double lecture retiré"),
    "adjudication.approve": N_("Commentaire approuvé en arbitrage"),
    "adjudication.reject": N_("Commentaire rejeté en arbitrage"),
    "hold.aside": N_("Commentaire mis de côté"),
    "hold.escalate": N_("Commentaire transmis"),
    "hold.return": N_("Commentaire remis dans la file"),
    "view.save": N_("Vue enregistrée"),
    "view.rename": N_("Vue renommée"),
    "view.share": N_("Partage d’une vue changé"),
    "view.remove": N_("Vue supprimée"),
    "watch.add": N_("Article suivi"),
    "watch.remove": N_("Article qui n’est plus suivi"),
    "text.reveal": N_("Texte difficile montré"),
    "moderator.severe_limit": N_("Limite de textes difficiles changée"),
    "preferences.blur": N_("Floutage des textes changé"),
    "sanction.warn": N_("Avertissement donné"),
    "sanction.premoderate": N_("Auteur mis en prémodération"),
    "sanction.suspend": N_("Auteur suspendu"),
    "sanction.ban": N_("Auteur exclu"),
    "sanction.lift": N_("Sanction levée"),
    "author.note": N_("Note sur un auteur"),
    "session.open": N_("Connexion"),
    "session.refuse": N_("Connexion refusée"),
    "session.close": N_("Déconnexion"),
    "session.close_others": N_("Déconnexion des autres navigateurs"),
    "account.create": N_("Compte créé"),
    "account.invitation": N_("Invitation acceptée"),
    "account.reset": N_("Mot de passe choisi par un lien"),
    "account.password": N_("Mot de passe changé"),
    "account.rename": N_("Nom changé"),
    "account.shortcuts": N_("Raccourcis choisis"),
    "account.link": N_("Compte relié au service d’identité"),
    "account.role": N_("Rôle changé"),
    "account.disable": N_("Compte désactivé"),
    "account.enable": N_("Compte réactivé"),
    "link.invitation": N_("Lien d’invitation donné"),
    "link.reset": N_("Lien de mot de passe donné"),
    "site.create": N_("Site créé"),
    "site.policy": N_("Réglages d’un site changés"),
    "site.key": N_("Clé d’un site créée"),
    "site.revoke_key": N_("Clé d’un site révoquée"),
    "site.coral_secret": N_("Secret de Coral ajouté"),
    "webhook.add": N_("Adresse de webhook ajoutée"),
    "webhook.remove": N_("Adresse de webhook retirée"),
    "webhook.replay": N_("Événements de webhook renvoyés"),
    "reasons.change": N_("Motifs d’un site changés"),
    "journal.export": N_("Journal exporté"),
    "journal.purge": N_("Entrées anciennes du journal effacées"),
}
# A second reader, who may be a lead, must not find out here what the first one chose.
BLIND = ("reading.approve", "reading.reject")
# What a detail's codes are called, by the detail's name.
VALUES: dict[str, Mapping[Any, str]] = {
    "reason": labels.REASONS,
    "before": labels.ROLES,
    "role": labels.ROLES,
    "to": labels.ROLES,
    "why": {
        "unknown": N_("aucun compte"),
        "taken": N_("compte avec mot de passe"),
        "disabled": N_("compte désactivé"),
    },
}


def said(entry: LogEntry) -> str:
    """Say what was done; the code itself where an older version had an action of its own."""
    label = ACTS.get(entry.action)
    return _(label) if label else entry.action


def details(entry: LogEntry, names: Mapping[str, str]) -> str:
    """Say an action's details, save the ids that stand for nobody in `names`."""
    if entry.action in BLIND:
        return ""
    if entry.action == "account.role":
        before, role = (_(labels.ROLES[entry.details[name]]) for name in ("before", "role"))
        return f"{before} → {role}"
    told = (
        names.get(str(value)) or _told(name, value)
        for name, value in entry.details.items()
        if str(value) in names or not _idle(value)
    )
    return " · ".join(told)


def within(kind: str) -> tuple[str, ...]:
    """List the codes of a thing's actions, or the one action asked for."""
    if kind in BLIND:
        return BLIND
    found = tuple(code for code in ACTS if kind in (code, code.partition(".")[0]))
    return found or (kind,)


def _told(name: str, value: object) -> str:
    if name == "until":
        return _("jusqu’au {moment}", moment=moment(datetime.fromisoformat(str(value))))
    label = VALUES.get(name, {}).get(str(value))
    return _(label) if label else str(value)


def _idle(value: object) -> bool:
    if value in (None, "", False, True):
        return True
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
