"""OpenAI's moderations, for the many tools that speak that protocol.

What maps to what is in `docs/openai.md`; a category that no attribute stands for stays at 0.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from api.context import service
from api.facade import batches, bearer, limited, readable, site_of
from moderation.champion import Assessment

blueprint = Blueprint("openai_moderations", __name__, url_prefix="/v1")

INPUTS_MAX = 1_000
FLAGGED = 0.5
Attributes = Mapping[str, float]
CATEGORIES: Mapping[str, Callable[[Attributes], float] | None] = {
    "harassment": lambda found: max(found["toxicity"], found["insult"]),
    "harassment/threatening": lambda found: found["threat"],
    "hate": lambda found: found["identity_attack"],
    "hate/threatening": lambda found: min(found["identity_attack"], found["threat"]),
    "illicit": None,
    "illicit/violent": None,
    "self-harm": None,
    "self-harm/instructions": None,
    "self-harm/intent": None,
    "sexual": lambda found: found["sexually_explicit"],
    "sexual/minors": None,
    "violence": lambda found: found["threat"],
    "violence/graphic": None,
}

limited(blueprint, bearer)


class ApiError(Exception):
    """An answer that is not a score, in OpenAI's shape."""

    def __init__(
        self, status: HTTPStatus, message: str, kind: str, param: str | None, code: str | None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "type": kind, "param": param, "code": code}


@blueprint.before_request
def require_key() -> None:
    """Find the calling site, or raise OpenAI's error."""
    if site_of(bearer()) is None:
        message = "Incorrect API key provided."
        kind, code = "invalid_request_error", "invalid_api_key"
        raise ApiError(HTTPStatus.UNAUTHORIZED, message, kind, None, code)


@blueprint.post("/moderations")
def moderate() -> dict[str, Any]:
    """Tell what is wrong with texts, category by category."""
    texts = [readable(text) for text in _inputs(request.get_json(force=True, silent=True))]
    champion = service().champion
    found = [each for batch in batches(texts) for each in champion.assess(batch)]
    results = [_result(assessment) for assessment in found]
    return {"id": f"modr-{uuid4().hex}", "model": f"vigie-{found[0].version}", "results": results}


@blueprint.errorhandler(ApiError)
def api_error(error: ApiError) -> tuple[Response, int]:
    """Answer an error of the protocol."""
    return jsonify({"error": error.body}), error.status


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> tuple[Response, int]:
    """Answer an HTTP error in the protocol's shape."""
    status = HTTPStatus(error.code or 500)
    kind, code = "invalid_request_error", None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind, code = "requests", "rate_limit_exceeded"
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = "server_error"
    return api_error(ApiError(status, error.description or status.phrase, kind, None, code))


@blueprint.errorhandler(OperationalError)
def database_away(_error: OperationalError) -> tuple[Response, int]:
    """Answer that the database is busy in the protocol's shape."""
    return http_error(ServiceUnavailable("The database is busy."))


def _inputs(body: Any) -> list[str]:
    if not isinstance(body, dict):
        raise _invalid("The body is not a JSON object.", None)
    given = body.get("input")
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list) or not 1 <= len(items) <= INPUTS_MAX:
        raise _invalid(f"'input' is a string, or 1 to {INPUTS_MAX} strings.", "input")
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, dict) and item.get("type") == "text":
        item = item.get("text")
    if not isinstance(item, str):
        raise _invalid("Only texts are moderated here.", "input")
    return item


def _invalid(message: str, param: str | None) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, message, "invalid_request_error", param, None)


def _result(assessment: Assessment) -> dict[str, Any]:
    if assessment.score is None:
        raise ServiceUnavailable("No model can score at the moment.")
    attributes = assessment.score.attributes
    scores = {name: read(attributes) if read else 0.0 for name, read in CATEGORIES.items()}
    flags = {name: score >= FLAGGED for name, score in scores.items()}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": {
            name: ["text"] if read else [] for name, read in CATEGORIES.items()
        },
    }
