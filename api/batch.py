"""Submitting comments, one or many: validated and scored together, stored in one transaction."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api import problems, render
from api.answers import CommentOut
from api.context import calling_site, draw, service
from api.problems import Problem
from api.schemas import CommentIn
from moderation import intake, privacy
from moderation.champion import Assessment
from moderation.errors import VigieError
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.policy import Policy

Outcome = tuple[CommentOut, bool] | Problem


def submit_all(items: Sequence[Any]) -> list[Outcome]:
    """Submit comments of the calling site; answer each one's stored form and whether it is new.

    What is wrong with one becomes its own problem. If the transaction fails, none is stored and the
    error reaches the caller: nothing is ever answered that was not kept.
    """
    prepared = [_prepare(item) for item in items]
    submissions = [item for item in prepared if isinstance(item, Submission)]
    assessments = service().champion.assess([item.text for item in submissions])

    def store(session: Session) -> list[Outcome]:
        ready = iter(assessments)
        return [
            item if isinstance(item, Problem) else _store(session, item, next(ready))
            for item in prepared
        ]

    return service().database.rewrite(store)


def _prepare(item: Any) -> Submission | Problem:
    try:
        return to_submission(CommentIn.model_validate(item))
    except ValidationError as error:
        return problems.invalid(error)
    except VigieError as error:
        return problems.of_domain(error)


def to_submission(body: CommentIn) -> Submission:
    """Turn what the API took into what the domain takes; raises InvalidText.

    The e-mail address ends here as a fingerprint, and the machine's address is dropped.
    """
    author = body.author
    identity = privacy.identity(author.external_id, author.email, service().secret)
    return Submission(
        external_id=body.external_id,
        article=ArticleRef(**body.article.model_dump()),
        author=AuthorRef(author.name, identity),
        text=intake.prepare(body.text, Policy.model_validate(calling_site().policy)),
        parent_external_id=body.parent_external_id,
        posted_at=body.created_at,
    )


def _store(session: Session, submission: Submission, assessment: Assessment) -> Outcome:
    try:
        comment, created = intake.submit(session, calling_site(), submission, assessment, draw())
    except VigieError as error:
        return problems.of_domain(error)
    return render.comment(comment), created
