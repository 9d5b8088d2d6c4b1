"""API v1: comments and articles, for the sites that send them."""

from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel

from api import problems, render, v1
from api.answers import (
    AuthorOut,
    BatchOut,
    CommentDetail,
    CommentOut,
    CommentPage,
    ErasureOut,
    ThreadPage,
)
from api.batch import submit_all
from api.context import NO_CONTENT, calling_site, draw, service
from api.schemas import (
    ArticlePath,
    ArticleUpdate,
    AuthorPath,
    BatchIn,
    CommentIn,
    CommentPath,
    EditIn,
    ListQuery,
    RemoveQuery,
    ThreadQuery,
)
from moderation import appeals, decisions, intake, privacy, standing, threads
from moderation.policy import Policy
from moderation.tables import now

Answer = tuple[dict[str, Any], int]

blueprint = v1.blueprint("v1", __name__, "Comments")


@blueprint.post(
    "/comments",
    summary="Submit a comment",
    description="201: stored for good, with its verdict. 200: this id was known already.",
    responses={HTTPStatus.CREATED: CommentOut, HTTPStatus.OK: CommentOut},
)
def submit(body: CommentIn) -> Answer | Response:
    """Submit a comment."""
    [result] = submit_all([body])
    if isinstance(result, problems.Problem):
        return problems.answer(result)
    comment, created = result
    return _json(comment), HTTPStatus.CREATED if created else HTTPStatus.OK


@blueprint.post(
    "/comments/batch",
    summary="Submit up to 100 comments",
    responses={HTTPStatus.OK: BatchOut},
)
def submit_batch(body: BatchIn) -> Answer:
    """Submit comments, each with its own outcome."""
    return _json(BatchOut(results=render.outcomes(submit_all(body.comments)))), HTTPStatus.OK


@blueprint.get(
    "/comments", summary="List comments, in order of arrival", responses={"200": CommentPage}
)
def list_comments(query: ListQuery) -> Answer:
    """List the site's comments."""
    with service().database.read() as session:
        found = threads.listing(
            session,
            calling_site(),
            article=query.article,
            status=query.status,
            external_id=query.external_id,
            after=query.cursor,
            limit=query.limit + 1,
        )
        comments = [render.comment(row) for row in found[: query.limit]]
    cursor = comments[-1].id if len(found) > query.limit else None
    return _json(CommentPage(comments=comments, next_cursor=cursor)), HTTPStatus.OK


@blueprint.get(
    "/comments/<uuid:id>",
    summary="Read a comment, what its author is told, and where their appeal stands",
    responses={"200": CommentDetail},
)
def read_comment(path: CommentPath) -> Answer:
    """Read one comment with its verdict, what decided it and its author's appeal."""
    with service().database.read() as session:
        row = intake.get(session, calling_site(), path.id)
        decided = decisions.in_force(session, row) or decisions.refused(row)
        answer = render.detail(row, decided, appeals.latest(session, row.id))
    return _json(answer), HTTPStatus.OK


@blueprint.put(
    "/comments/<uuid:id>",
    summary="Edit a comment",
    description="A new text is a new revision, scored and routed again.",
    responses={"200": CommentOut},
)
def edit_comment(path: CommentPath, body: EditIn) -> Answer:
    """Edit a comment."""
    site = calling_site()
    text = intake.prepare(body.text, Policy.model_validate(site.policy))
    [assessment] = service().champion.assess([text])
    with service().database.write() as session:
        row = intake.revise(session, site, path.id, text, assessment, draw())
        comment = render.comment(row)
    return _json(comment), HTTPStatus.OK


@blueprint.delete("/comments/<uuid:id>", summary="Remove a comment", responses={"204": None})
def remove_comment(path: CommentPath, query: RemoveQuery) -> tuple[str, int]:
    """Withdraw a comment, and with `erase` blank its texts."""
    with service().database.write() as session:
        comment = intake.get(session, calling_site(), path.id, lock=True)
        privacy.remove(session, comment, erase=query.erase)
    return NO_CONTENT


@blueprint.get(
    "/articles/<external_id>/comments",
    summary="Read what readers may see under an article",
    responses={"200": ThreadPage},
)
def read_thread(path: ArticlePath, query: ThreadQuery) -> Answer:
    """Read an article's threads, the oldest first."""
    with service().database.read() as session:
        article = threads.article(session, calling_site(), path.external_id)
        entries, cursor = threads.visible(session, article, query.cursor, query.limit)
        page = ThreadPage(comments=[render.entry(line) for line in entries], next_cursor=cursor)
    return _json(page), HTTPStatus.OK


@blueprint.put(
    "/articles/<external_id>",
    summary="Describe an article, open or close its comments",
    responses={"204": None},
)
def update_article(path: ArticlePath, body: ArticleUpdate) -> tuple[str, int]:
    """Update an article that has comments."""
    with service().database.write() as session:
        article = threads.article(session, calling_site(), path.external_id)
        article.url, article.title, article.section = body.url, body.title, body.section
        article.closed_at = (article.closed_at or now()) if body.closed else None
    return NO_CONTENT


@blueprint.get(
    "/authors/<external_id>",
    summary="Read how an author stands",
    description="The sanctions that hold now, the latest first.",
    responses={"200": AuthorOut},
)
def read_author(path: AuthorPath) -> Answer:
    """Read an author's active sanctions."""
    with service().database.read() as session:
        author = privacy.author(session, calling_site(), path.external_id)
        held = standing.sanctions(session, [author.id])
    sanctions = [render.sanction(row) for row in held]
    return _json(AuthorOut(external_id=path.external_id, sanctions=sanctions)), HTTPStatus.OK


@blueprint.delete(
    "/authors/<external_id>",
    summary="Erase an author",
    description="Erases who they were and what they wrote (RGPD art. 17); counts remain.",
    responses={"200": ErasureOut},
)
def erase_author(path: AuthorPath) -> Answer:
    """Erase an author's name and texts."""
    with service().database.write() as session:
        erased = privacy.erase_author(session, calling_site(), path.external_id)
    return _json(ErasureOut(comments_erased=erased)), HTTPStatus.OK


def _json(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")
