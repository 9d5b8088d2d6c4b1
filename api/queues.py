"""Beside a queue's comments: how many wait in each queue."""

from flask import Blueprint, render_template, request

from api import login, narrowing
from api.context import service
from moderation import queues

blueprint = Blueprint("queues", __name__)
blueprint.add_app_template_global(narrowing.here)


@blueprint.get("/queue/counts")
@login.needs("moderate")
def counts() -> str:
    """Show the queues with the number of comments that wait in each."""
    with service().database.read() as session:
        return render_template(
            "fragments/sidebar/queues.html",
            counts=queues.counts(session, login.current()),
            queue=request.args.get("queue"),
        )
