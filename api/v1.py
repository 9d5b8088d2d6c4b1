"""What the parts of API v1 share: the site that calls, JSON, and the problems they answer."""

from http import HTTPStatus

from flask_openapi3 import APIBlueprint, Tag

from api import problems
from api.context import require_json, require_site


def blueprint(name: str, module: str, tag: str) -> APIBlueprint:
    """Make the blueprint of a part of API v1, under a tag of its document."""
    made = APIBlueprint(
        name,
        module,
        url_prefix="/v1",
        abp_tags=[Tag(name=tag)],
        abp_security=[{"site_key": []}],
        abp_responses=problems.responses(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
    )
    made.before_request(require_site)
    made.before_request(require_json)
    return made
