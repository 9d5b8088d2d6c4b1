"""Our own API's one error shape: `application/problem+json` (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, json, make_response
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound, VigieError

STATUS_OF: dict[type[VigieError], HTTPStatus] = {
    InvalidText: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    NotAllowed: HTTPStatus.FORBIDDEN,
}


class FieldProblem(BaseModel):
    """What is wrong with one field, named by its JSON Pointer (RFC 6901)."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A problem document."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What went wrong this time, and what to do.")
    errors: list[FieldProblem] = Field(default_factory=list)


def responses(*statuses: HTTPStatus) -> dict[str | int | HTTPStatus, Any]:
    """Describe the problems a route can answer, for the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        str(status.value): {
            "description": status.phrase,
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }


def problem(status: HTTPStatus, detail: str, errors: Sequence[FieldProblem] = ()) -> Problem:
    """Make the problem document of a status."""
    return Problem(title=status.phrase, status=status, detail=detail, errors=list(errors))


def answer(document: Problem) -> Response:
    """Answer a problem document with its status."""
    response = make_response(json.dumps(document.model_dump()), document.status)
    response.content_type = "application/problem+json"
    if document.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="vigie"'
    return response


def of_validation(error: ValidationError) -> Response:
    """Answer what pydantic found wrong with a request, a pointer a field."""
    return answer(invalid(error))


def invalid(error: ValidationError) -> Problem:
    """Make the problem document of a validation error."""
    errors = [
        FieldProblem(pointer=pointer(found["loc"]), detail=found["msg"])
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", errors)


def of_domain(error: VigieError) -> Problem:
    """Make the problem document of a domain error; a text's has the pointer of the text."""
    status = STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    errors = [FieldProblem(pointer="/text", detail=error.detail)]
    return problem(status, error.detail, errors if isinstance(error, InvalidText) else ())


def of_http(error: HTTPException) -> Response:
    """Answer an HTTP error that Flask or a view raised."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = HTTPStatus(error.code or 500)
    response = answer(problem(status, error.description or status.phrase))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "www-authenticate"}:
            response.headers[name] = value
    return response


def pointer(location: Sequence[str | int]) -> str:
    """Write a path into a document as a JSON Pointer."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "".join(f"/{step}" for step in steps)
