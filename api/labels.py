"""The words of pages for the codes of the domain, in French; translated where they are shown."""

from moderation.reasons import CATALOGUE


def _mark(message: str) -> str:
    """Mark a message for translation where it is written down, not where it is said."""
    return message


N_ = _mark

ATTRIBUTES = {
    "toxicity": N_("toxicité"),
    "severe_toxicity": N_("toxicité grave"),
    "identity_attack": N_("attaque identitaire"),
    "insult": N_("injure"),
    "profanity": N_("grossièreté"),
    "threat": N_("menace"),
    "sexually_explicit": N_("contenu sexuel"),
    "spam": N_("spam"),
}
REASONS = {standard.code: standard.label for standard in CATALOGUE}
SCALES = {"reject": N_("risque de rejet"), **ATTRIBUTES}
RULES = {
    "banned": N_("Auteur exclu"),
    "suspended": N_("Auteur suspendu"),
    "premoderated": N_("Auteur prémodéré"),
    "word_list": N_("Liste de mots"),
    "links": N_("Liens"),
    "first_comments": N_("Auteur peu connu"),
    "repeat": N_("Texte répété"),
    "capitals": N_("Capitales"),
    "closed_article": N_("Article fermé"),
    "edited_rejected": N_("Modifié après un rejet"),
    "threat": N_("Menace probable"),
    "identity_attack": N_("Attaque identitaire probable"),
    "severe_toxicity": N_("Toxicité grave probable"),
}
ROLES = {
    "moderator": N_("modérateur"),
    "lead": N_("responsable"),
    "administrator": N_("administrateur"),
    "data": N_("analyste"),
}
STATUSES = {
    "pending": N_("à traiter"),
    "approved": N_("approuvé"),
    "rejected": N_("rejeté"),
    "removed": N_("retiré"),
}
SANCTIONS = {
    "warning": N_("Avertissement"),
    "premoderation": N_("Prémodération"),
    "suspension": N_("Suspension"),
    "ban": N_("Exclusion"),
}
FLAGS = {
    "insult": N_("injure ou attaque personnelle"),
    "hate": N_("haine ou discrimination"),
    "threat": N_("menace ou violence"),
    "illegal": N_("contenu illicite"),
    "personal_data": N_("données personnelles"),
    "misinformation": N_("fausse information"),
    "spam": N_("publicité ou spam"),
    "off_topic": N_("hors sujet"),
    "other": N_("autre raison"),
}
QUEUES = {
    "pending": N_("À traiter"),
    "flagged": N_("Signalés"),
    "reexamine": N_("À réexaminer"),
    "aside": N_("Mis de côté"),
    "escalated": N_("Transmis"),
    "approved": N_("Approuvés"),
    "rejected": N_("Rejetés"),
}
ORDERS = {
    "riskiest": N_("Les plus risqués d’abord"),
    "oldest": N_("Les plus anciens d’abord"),
    "newest": N_("Les plus récents d’abord"),
    "flagged": N_("Les plus signalés d’abord"),
}
FILTERS = {
    "status": N_("statut"),
    "site": N_("site"),
    "section": N_("rubrique"),
    "article": N_("article"),
    "author": N_("auteur"),
    "rule": N_("constat"),
    "min": N_("risque minimal"),
    "max": N_("risque maximal"),
    "longer": N_("en attente depuis"),
    "within": N_("reçu depuis"),
    "order": N_("ordre"),
    "after": N_("page"),
}
ACTIONS = {
    "approve": N_("Approuvé"),
    "reject": N_("Rejeté"),
    "undo": N_("Décision annulée"),
}
