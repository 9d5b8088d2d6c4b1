"""API v1: what readers report about comments, and authors' appeals."""

from http import HTTPStatus
from typing import Any

from api import render, v1
from api.answers import AppealOut, FlagOut
from api.context import calling_site, service
from api.schemas import AppealIn, CommentPath, FlagIn
from moderation import appeals, flags, intake, privacy
from moderation.errors import Conflict
from moderation.tables import Comment

Answer = tuple[dict[str, Any], int]

blueprint = v1.blueprint("v1-reports", __name__, "Flags and appeals")


@blueprint.post(
    "/comments/<uuid:id>/flags",
    summary="Report a comment",
    description="201: stored. 200: this reader had reported it already; their first report stands.",
    responses={HTTPStatus.CREATED: FlagOut, HTTPStatus.OK: FlagOut},
)
def flag(path: CommentPath, body: FlagIn) -> Answer:
    """Store a reader's report of a comment."""
    site, reporter = calling_site(), None
    if body.reporter_external_id:
        reporter = privacy.reporter(site, body.reporter_external_id, service().secret)
    with service().database.write() as session:
        comment = intake.get(session, site, path.id)
        _standing(comment)
        row, created = flags.add(session, comment, body.reason, body.details, reporter)
        answer = render.flag(row).model_dump(mode="json")
    return answer, HTTPStatus.CREATED if created else HTTPStatus.OK


@blueprint.post(
    "/comments/<uuid:id>/appeal",
    summary="Appeal against a rejection",
    description="409: the comment is not rejected, or its rejection was appealed against already.",
    responses={HTTPStatus.CREATED: AppealOut},
)
def appeal(path: CommentPath, body: AppealIn) -> Answer:
    """Store an author's appeal against the decision that refused their comment."""
    with service().database.write() as session:
        comment = intake.get(session, calling_site(), path.id, lock=True)
        _standing(comment)
        row = appeals.lodge(session, comment, body.message)
        answer = render.appeal(row).model_dump(mode="json")
    return answer, HTTPStatus.CREATED


def _standing(comment: Comment) -> None:
    if comment.status == "removed":
        raise Conflict(f"Comment {comment.external_id} was removed.")
