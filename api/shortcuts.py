"""The console's single-key shortcuts: what each does, and the key that does it."""

from dataclasses import dataclass

from flask import Flask
from markupsafe import Markup

from api.labels import N_


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


def keys() -> dict[str, str]:
    """Tell which key does what for whoever is logged in."""
    return {shortcut.name: shortcut.key for shortcut in SHORTCUTS}


def kbd(name: str) -> Markup:
    """Show a shortcut's key on the button that it presses; nothing where it has none."""
    key = keys().get(name)
    return Markup('<kbd aria-hidden="true">{}</kbd>').format(key) if key else Markup("")


def init_app(app: Flask) -> None:
    """Give templates the keys, the list of what they do, and `kbd`."""
    app.jinja_env.globals.update(kbd=kbd, shortcut_keys=keys, shortcuts=SHORTCUTS)
