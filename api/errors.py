"""What is answered when something goes wrong: pages to people, problems to programs."""

from http import HTTPStatus

from flask_openapi3 import OpenAPI
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from api import console, problems
from api.blueprints import for_people
from moderation.errors import VigieError

RETRY_SECONDS = 2


def init_app(app: OpenAPI) -> None:
    """Answer every error in its reader's form."""
    app.register_error_handler(VigieError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(DataError, _unstorable)


def _domain_error(error: VigieError) -> Response | tuple[str, int]:
    if for_people():
        status = problems.STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
        return console.error_page(status), status
    return problems.answer(problems.of_domain(error))


def _http_error(error: HTTPException) -> Response | tuple[str, int]:
    if error.response is not None:
        return error.response  # type: ignore[return-value] # Werkzeug types it as sansio
    if for_people():
        return console.error_page(HTTPStatus(error.code or 500)), error.code or 500
    return problems.of_http(error)


def _database_away(_error: OperationalError) -> Response | tuple[str, int]:
    # A lock that lasted, a deadlock, a server restarting: nothing was stored, and it will pass.
    return _http_error(ServiceUnavailable("The database is busy.", retry_after=RETRY_SECONDS))


def _unstorable(_error: DataError) -> Response | tuple[str, int]:
    # A null byte, a number beyond all bounds: PostgreSQL will not even look for them.
    return _http_error(BadRequest("This holds what no database keeps."))
