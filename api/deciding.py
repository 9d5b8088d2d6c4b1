"""What the forms of a card ask for: a decision, and what it was taken on."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import g, request
from werkzeug.exceptions import BadRequest

from api import reasons
from api.bulk import action_of
from api.language import translate as _
from moderation.errors import Conflict, InvalidText, NotAllowed
from moderation.filters import STATUSES
from moderation.review import Action, Shown

# An open card beyond this was left on a desk, not read.
OPEN_MS_MAX = 3_600_000
# Databases hold no larger number in this place.
REVISION_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision that was asked for, with its words."""

    action: Action
    shown: Shown
    reason: str | None
    note: str | None
    told: str | None


def asked() -> Asked:
    """Read the decision that a card's form asks for, or answer 400."""
    form, chosen = request.form, action_of(request.form)
    return Asked(
        action=chosen,
        shown=_shown(),
        reason=form.get("reason") or None if chosen == "reject" else None,
        note=form.get("note", "").strip() or None,
        told=form.get("told", "").strip() or None,
    )


def refuse(error: Conflict | InvalidText | NotAllowed, not_yours: str) -> HTTPStatus:
    """Say on the card why nothing was recorded, and answer the status that says so to a program."""
    if isinstance(error, InvalidText):
        g.refusal = reasons.refusal(request.form)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    changed = _("Rien n’a été enregistré : ce commentaire a changé, ou un collègue le lit.")
    g.refusal = not_yours if isinstance(error, NotAllowed) else changed
    return HTTPStatus.CONFLICT


def _shown() -> Shown:
    form = request.form
    revision, status = form.get("revision", 0, type=int), form.get("status")
    if not 0 < revision <= REVISION_MAX or status not in STATUSES:
        raise BadRequest
    open_ms = form.get("open_ms", type=int)
    if open_ms is not None and not 0 <= open_ms <= OPEN_MS_MAX:
        open_ms = None
    score, decisions = form.get("score_shown") == "1", form.get("decisions", type=int)
    return Shown(revision, status, score, open_ms, decisions)
