"""Probes for a load balancer and a supervisor."""

from http import HTTPStatus

from flask import Blueprint
from sqlalchemy import text

from api.context import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> tuple[dict[str, str | None], int]:
    """Tell whether comments can be stored, and which model serves (null: all go to review)."""
    with service().database.read() as session:
        session.execute(text("SELECT 1"))
    serving = service().champion.serving
    return {"status": "ok", "model": serving.version if serving else None}, HTTPStatus.OK
