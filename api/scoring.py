"""`POST /v1/score`: archives scored in bulk, as JSON or JSON Lines in a stream; stores nothing."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, cast

from flask import Response, request, stream_with_context
from flask_openapi3 import APIBlueprint, RawModel, Tag
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from api import problems
from api.context import calling_site, require_site, service
from api.facade import batches, bearer, limited, readable
from api.schemas import RawText, Strict
from moderation.policy import Policy
from moderation.routing import for_site

TEXTS_MAX = 1_000
LINES_TYPES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
NO_MODEL = "No model could score this text."
EMPTY = "The text is empty."

blueprint = APIBlueprint(
    "scoring",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="Scores")],
    abp_security=[{"site_key": []}],
    abp_responses=problems.responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
)
limited(blueprint, bearer)
blueprint.before_request(require_site)


class ScoreIn(Strict):
    """Texts to score."""

    texts: Annotated[list[RawText], Field(min_length=1, max_length=TEXTS_MAX)]


class ScoreOut(BaseModel):
    """One text's score; null with an `error` when it has none."""

    reject: float | None = Field(
        None, description="Probability that a moderator would refuse it, at the site's base rate."
    )
    attributes: dict[str, float] = Field(default_factory=dict)
    model_version: str | None = None
    error: str | None = None


class ScoresOut(BaseModel):
    """The scores, in the order of the texts."""

    scores: list[ScoreOut]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of JSON Lines: a text under the caller's own id, or why there is none."""

    id: Any = None
    text: str | None = None
    error: str = "Not a text."


class Texts(RawModel):
    """A body that is JSON, or JSON Lines."""

    mimetypes = ["application/json", *LINES_TYPES]  # noqa: RUF012 - as the library declares it


@blueprint.post(
    "/score",
    summary="Score up to 1,000 texts, and store nothing",
    description=(
        'JSON: `{"texts": [...]}`. JSON Lines (`application/x-ndjson`): a line a text,'
        ' `{"text": "...", "id": anything}` or a bare string; answered line by line, in order.'
    ),
    responses={HTTPStatus.OK: ScoresOut},
    openapi_extensions={"x-request-schema": ScoreIn.model_json_schema()},
)
def score(raw: Texts) -> Any:
    """Score texts."""
    policy = Policy.model_validate(calling_site().policy)
    if raw.mimetype in LINES_TYPES:
        answers = stream_with_context(_answer_lines(policy))
        return Response(answers, mimetype=LINES_TYPES[0])
    try:
        body = ScoreIn.model_validate(raw.get_json())
    except ValidationError as error:
        return problems.answer(problems.invalid(error))
    scores = [found for batch in batches(body.texts) for found in _score(batch, policy)]
    return ScoresOut(scores=scores).model_dump(mode="json")


def _score(texts: Sequence[str], policy: Policy) -> Iterator[ScoreOut]:
    plain = [readable(text) for text in texts]
    assessments = iter(service().champion.assess([text for text in plain if text]))
    for text in plain:
        if not text:
            yield ScoreOut(error=EMPTY)
            continue
        assessment = next(assessments)
        reject, _ = for_site(assessment, policy)
        if assessment.score is None:
            yield ScoreOut(error=NO_MODEL)
        else:
            attributes = dict(assessment.score.attributes)
            yield ScoreOut(reject=reject, attributes=attributes, model_version=assessment.version)


def _answer_lines(policy: Policy) -> Iterator[str]:
    """Answer each line as soon as its batch is scored; a bad line spoils no other."""
    for batch in batches(_lines()):
        texts = [line.text for line in batch if line.text is not None]
        scores = iter(list(_score(texts, policy)))
        for line in batch:
            found = ScoreOut(error=line.error) if line.text is None else next(scores)
            name = {} if line.id is None else {"id": line.id}
            told = {**name, **found.model_dump(mode="json", exclude_none=True)}
            yield json.dumps(told, ensure_ascii=False) + "\n"


def _lines() -> Iterator[Line]:
    """Read the body line by line; stop, and say so, beyond the limit."""
    count = 0
    try:
        for raw in io.BufferedReader(cast("io.RawIOBase", request.stream)):
            if not raw.strip():
                continue
            count += 1
            if count > TEXTS_MAX:
                yield Line(error=f"More than {TEXTS_MAX} texts; the rest is not read.")
                return
            yield _line(raw)
    except HTTPException as error:
        yield Line(error=error.description or error.name)


def _line(raw: bytes) -> Line:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return Line()
    if isinstance(document, str):
        return Line(text=document)
    if not isinstance(document, dict):
        return Line()
    text = document.get("text")
    return Line(document.get("id"), text if isinstance(text, str) else None)
