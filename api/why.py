"""What an author changed in their comment, beside its card."""

from uuid import UUID

from flask import Blueprint, render_template

from api import cards, changes, login
from api.context import service

blueprint = Blueprint("why", __name__)


@blueprint.get("/comments/<uuid:comment_id>/changes")
@login.needs("moderate")
def compare(comment_id: UUID) -> str:
    """Show a comment's revisions side by side; nothing while its text is withheld."""
    with service().database.read() as session:
        card = cards.one(session, comment_id)
        return render_template("fragments/changes.html", changes=changes.of(card))
