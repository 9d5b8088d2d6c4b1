"""`comments:analyze` and `comments:suggestscore`, under any prefix."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

from flask import Blueprint, json, request
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from api.context import calling_site, draw, service
from api.facade import limited, site_of
from api.perspective import errors, origin, translate
from api.perspective.messages import Analyze, Message, SuggestScore
from api.perspective.translate import Passage, Wanted
from moderation import external, intake
from moderation.errors import Conflict, NotFound
from moderation.external import UNKNOWN_AUTHOR
from moderation.intake import Submission
from moderation.languages import detect
from moderation.policy import Policy
from moderation.routing import for_site

blueprint = Blueprint("perspective", __name__)
Body = TypeVar("Body", bound=Message)


def _key() -> str | None:
    return request.args.get("key") or request.headers.get("X-Goog-Api-Key")


limited(blueprint, _key)


@blueprint.url_value_preprocessor
def drop_prefix(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Serve every prefix alike: some clients ask under `/v1alpha1`, others under a proxy's path."""
    (values or {}).pop("prefix", None)


@blueprint.before_request
def require_key() -> None:
    """Find the calling site, or raise Perspective's error."""
    if site_of(_key()) is None:
        raise errors.bad_key()


@blueprint.post("/comments:analyze")
@blueprint.post("/<path:prefix>/comments:analyze")
def analyze() -> dict[str, Any]:
    """Score a comment, whole and by sentence."""
    body = _body(Analyze)
    plain = translate.check(body)
    asked = translate.wanted(body)
    policy = Policy.model_validate(calling_site().policy)
    languages, detected = translate.languages(body, detect(plain), policy.languages, asked[0].key)
    found = translate.passages(body.comment, plain, by_sentence=body.span_annotations)
    scores = translate.attribute_scores(
        body.comment.text, found, asked, _assess(asked, found, policy)
    )
    if policy.store_analysed and not body.do_not_store:
        _store(body, plain)
    return {
        **({"attributeScores": scores} if scores else {}),
        "languages": languages,
        "detectedLanguages": detected,
        **_token(body),
    }


@blueprint.post("/comments:suggestscore")
@blueprint.post("/<path:prefix>/comments:suggestscore")
def suggest_score() -> dict[str, Any]:
    """Keep what a person decided elsewhere, as a decision to learn from."""
    body = _body(SuggestScore)
    plain = translate.check(body)
    if not any(scores.summary_score for scores in body.attribute_scores.values()):
        raise errors.comment_error("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    if not body.do_not_store:
        [assessment] = service().champion.assess([plain])
        with service().database.write() as session:
            told = origin.decision(body, plain)
            external.record(session, calling_site(), told, assessment)
    return _token(body)


@blueprint.errorhandler(errors.ApiError)
def api_error(error: errors.ApiError) -> Response:
    """Answer an error of the protocol."""
    return errors.answer(error)


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Answer an HTTP error in the protocol's shape."""
    return errors.of_http(error)


@blueprint.errorhandler(OperationalError)
def database_away(_error: OperationalError) -> Response:
    """Answer that the database is busy in the protocol's shape."""
    return errors.of_http(ServiceUnavailable())


def _body(kind: type[Body]) -> Body:
    raw = request.get_data()
    try:
        document = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise errors.not_json() from error
    if not isinstance(document, dict):
        raise errors.not_json()
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise errors.invalid(error) from error


def _assess(
    asked: Sequence[Wanted], found: Sequence[Passage], policy: Policy
) -> dict[str, list[float]]:
    """Score every passage once for each version asked for."""
    texts = [part.text for part in found]
    scores: dict[str, list[float]] = {}
    for version in {each.version for each in asked}:
        names = [each for each in asked if each.version == version]
        try:
            assessments = service().versions.assess(version, texts)
        except NotFound as error:
            raise translate.unknown(names[0].key) from error
        for assessment in assessments:
            reject, _ = for_site(assessment, policy)
            if assessment.score is None or reject is None:
                raise errors.unavailable()
            for each in names:
                value = translate.probability(assessment.score, reject, each.output)
                scores.setdefault(each.key, []).append(value)
    return scores


def _store(body: Analyze, plain: str) -> None:
    """Take the comment in as if the site had posted it; let be a token seen with another text."""
    site = calling_site()
    [assessment] = service().champion.assess([plain])
    with suppress(Conflict), service().database.write() as session:
        submission = Submission(
            external_id=external.bounded(f"perspective:{body.client_token or uuid4()}"),
            article=external.described(session, site, origin.article(body)),
            author=UNKNOWN_AUTHOR,
            text=plain,
        )
        intake.submit(session, site, submission, assessment, draw())


def _token(body: Analyze | SuggestScore) -> dict[str, str]:
    return {} if body.client_token is None else {"clientToken": body.client_token}
