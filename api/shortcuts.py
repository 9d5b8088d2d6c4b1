"""The console's single-key shortcuts: what each does, and the key that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from markupsafe import Markup

from api.labels import N_
from api.language import translate as _


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What a key does; a page offers it on the element that carries `data-shortcut="name"`."""

    name: str
    key: str
    label: str


SHORTCUTS = (
    Shortcut("next", "j", N_("commentaire suivant")),
    Shortcut("previous", "k", N_("commentaire précédent")),
    Shortcut("approve", "a", N_("approuver")),
    Shortcut("reject", "r", N_("rejeter : ouvre la liste des motifs")),
    Shortcut("undo", "u", N_("annuler la dernière décision")),
    Shortcut("aside", "s", N_("mettre de côté")),
    Shortcut("escalate", "e", N_("transmettre à un collègue")),
    Shortcut("reveal", "b", N_("montrer un texte flouté")),
    Shortcut("context", "c", N_("voir le fil autour du commentaire")),
    Shortcut("author", "h", N_("voir l’historique de l’auteur")),
    Shortcut("zen", "z", N_("ne voir que le commentaire en cours")),
    Shortcut("search", "/", N_("chercher")),
    Shortcut("help", "?", N_("cette aide")),
)


# Coral's own, where it has one; its `ctrl+f` belongs to the browser.
CORAL = {"approve": "f", "reject": "d", "search": "/", "help": "?", "zen": "z"}
PRESETS: dict[str, dict[str, str]] = {
    "vigie": {shortcut.name: shortcut.key for shortcut in SHORTCUTS},
    "coral": {shortcut.name: CORAL.get(shortcut.name, shortcut.key) for shortcut in SHORTCUTS},
}
# Digits choose reasons and queues, and so do the two keys that follow them.
RESERVED = frozenset("0123456789-=")


def keys() -> dict[str, str]:
    """Tell which key does what for whoever is logged in; nothing where they want no single keys."""
    chosen = _chosen()
    return {} if chosen.get("off") else {**PRESETS["vigie"], **chosen.get("keys", {})}


def all_keys() -> dict[str, str]:
    """Tell which key would do what, were the keys on."""
    return {**PRESETS["vigie"], **_chosen().get("keys", {})}


def refusals(asked: Mapping[str, str]) -> dict[str, str]:
    """Say of each shortcut why its key cannot be had; empty when all can."""
    found: dict[str, str] = {}
    for shortcut in SHORTCUTS:
        key = asked[shortcut.name]
        others = [other for other in SHORTCUTS if other != shortcut and asked[other.name] == key]
        if len(key) != 1 or not key.isprintable() or key.isspace():
            found[shortcut.name] = _(
                "Une seule touche, sans Ctrl, Alt ni Maj : une lettre ou un signe."
            )
        elif key in RESERVED:
            found[shortcut.name] = _("« {key} » choisit déjà un motif ou une file.", key=key)
        elif others:
            label = _(others[0].label)
            found[shortcut.name] = _("« {key} » sert déjà à : {label}.", key=key, label=label)
    return found


def _chosen() -> dict[str, Any]:
    moderator = g.get("moderator")
    chosen: dict[str, Any] = moderator.preferences.get("shortcuts", {}) if moderator else {}
    return chosen


def kbd(name: str) -> Markup:
    """Show a shortcut's key on the button that it presses; nothing where it has none."""
    key = keys().get(name)
    return Markup('<kbd aria-hidden="true">{}</kbd>').format(key) if key else Markup("")


def init_app(app: Flask) -> None:
    """Give templates the keys, the list of what they do, and `kbd`."""
    app.jinja_env.globals.update(kbd=kbd, shortcut_keys=keys, shortcuts=SHORTCUTS)
