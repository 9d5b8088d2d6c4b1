"""Perspective's errors, word for word: some clients parse the sentences."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, json, make_response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, TooManyRequests

SERVICE = "commentanalyzer.googleapis.com"
ERROR_TYPE = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
INFO_TYPE = "type.googleapis.com/google.rpc.ErrorInfo"
BAD_REQUEST_TYPE = "type.googleapis.com/google.rpc.BadRequest"
QUOTA = (
    "Quota exceeded for quota metric 'Analysis requests' and limit 'Analysis requests per minute'"
    f" of service '{SERVICE}'."
)
STATUS_NAMES = {
    HTTPStatus.BAD_REQUEST: "INVALID_ARGUMENT",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.TOO_MANY_REQUESTS: "RESOURCE_EXHAUSTED",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL",
}


class ApiError(Exception):
    """An answer of Perspective's that is not a score."""

    def __init__(
        self, message: str, detail: Mapping[str, Any], status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.status = status


def comment_error(message: str, kind: str, **more: Any) -> ApiError:
    """Make an error of the comment analyzer itself, of a type that clients tell apart."""
    return ApiError(message, {"@type": ERROR_TYPE, "errorType": kind, **more})


def language_error(attribute: str, languages: Sequence[str], *, requested: bool) -> ApiError:
    """Refuse a language: one that was asked for, or one that was found in the text."""
    which = "requestedLanguages" if requested else "detectedLanguages"
    told = {"attribute": attribute, which: list(languages)}
    return comment_error(
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError=told,
    )


def bad_key() -> ApiError:
    """Refuse a call without a valid key."""
    return ApiError("API key not valid. Please pass a valid API key.", _info("API_KEY_INVALID"))


def unavailable() -> ApiError:
    """Say that no model could score: a client must not read that as harmless."""
    return ApiError(
        "The service is currently unavailable.",
        _info("SERVICE_UNAVAILABLE"),
        HTTPStatus.SERVICE_UNAVAILABLE,
    )


def not_json() -> ApiError:
    """Refuse a body that is not a JSON object."""
    violation = {"description": "Invalid JSON payload received. Expected an object."}
    detail = {"@type": BAD_REQUEST_TYPE, "fieldViolations": [violation]}
    return ApiError("Invalid JSON payload received. Expected an object.", detail)


def invalid(error: ValidationError) -> ApiError:
    """Refuse a body whose fields are of other types than the protocol's."""
    violations = [
        {
            "field": ".".join(map(str, found["loc"])),
            "description": f"Invalid value at '{'.'.join(map(str, found['loc']))}': {found['msg']}",
        }
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    detail = {"@type": BAD_REQUEST_TYPE, "fieldViolations": violations}
    return ApiError(violations[0]["description"], detail)


def answer(error: ApiError) -> Response:
    """Answer an error in Google's shape."""
    body = {
        "code": error.status.value,
        "message": error.message,
        "status": STATUS_NAMES.get(error.status, "INVALID_ARGUMENT"),
        "details": [error.detail],
    }
    response = make_response(json.dumps({"error": body}), error.status)
    response.content_type = "application/json; charset=UTF-8"
    return response


def of_http(error: HTTPException) -> Response:
    """Answer what Flask refused in the same shape, so that no client meets another."""
    if isinstance(error, TooManyRequests):
        reason = _info("RATE_LIMIT_EXCEEDED")
        return answer(ApiError(QUOTA, reason, HTTPStatus.TOO_MANY_REQUESTS))
    status = HTTPStatus(error.code or 500)
    message = error.description or status.phrase
    return answer(ApiError(message, _info(status.name), status))


def _info(reason: str) -> dict[str, Any]:
    return {
        "@type": INFO_TYPE,
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE},
    }
