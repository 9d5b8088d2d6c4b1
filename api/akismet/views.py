"""Akismet's calls: bare words for answers, and HTTP 200 even for errors."""

import csv
import io
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal
from uuid import uuid4

from flask import Blueprint, Response, g, jsonify, make_response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, TooManyRequests

from api.akismet import form
from api.context import calling_site, service
from api.facade import limited, site_of
from moderation import external, usage
from moderation.policy import Policy
from moderation.review import Action
from moderation.tables import now
from moderation.usage import COUNTERS, Counter

blueprint = Blueprint("akismet", __name__)

THANKS = "Thanks for making the web a better place."
SPAMMERS = {"viagra-test-123", "akismet-guaranteed-spam"}
ROWS = 500
COLUMNS = ("site", *COUNTERS, "is_revoked")
Verdict = Literal["ham", "spam", "discard"]


limited(blueprint, lambda: form.key(request, g.path_key))


@blueprint.url_value_preprocessor
def keep_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Put aside a key that came in the path."""
    g.path_key = (values or {}).pop("key", None)


@blueprint.post("/1.1/verify-key")
@blueprint.post("/<key>/1.1/verify-key")
def verify_key() -> Response:
    """Tell whether a key is one of ours."""
    return _word("valid" if _known() else "invalid")


@blueprint.post("/1.1/comment-check")
@blueprint.post("/<key>/1.1/comment-check")
def comment_check() -> Response:
    """Tell whether a comment is spam: `true`, or `false`."""
    if not _known():
        return _refused("The key is not valid.")
    found = form.fields(request)
    if not found.get("user_ip"):
        return _refused('Empty "user_ip" value')
    verdict = _verdict(found)
    if verdict is None:
        # Not `false`: a blog must hold what nobody could look at.
        return _refused("No model could score this comment; hold it and check it again.")
    if not _is_test(found):
        _count("api_calls", "ham" if verdict == "ham" else "spam")
    answer = _word("false" if verdict == "ham" else "true")
    answer.headers["X-akismet-guid"] = str(uuid4())
    if verdict == "discard":
        answer.headers["X-akismet-pro-tip"] = "discard"
    return answer


@blueprint.post("/1.1/submit-spam")
@blueprint.post("/<key>/1.1/submit-spam")
def submit_spam() -> Response:
    """Learn that a comment was spam."""
    return _submit("reject", "missed_spam")


@blueprint.post("/1.1/submit-ham")
@blueprint.post("/<key>/1.1/submit-ham")
def submit_ham() -> Response:
    """Learn that a comment was none."""
    return _submit("approve", "false_positives")


@blueprint.get("/1.2/usage-limit")
@blueprint.get("/<key>/1.2/usage-limit")
def usage_limit() -> Response:
    """Count this month's calls; there is no limit."""
    if not _known():
        return _refused("The key is not valid.")
    with service().database.read() as session:
        calls = usage.calls(session, calling_site(), _month())
    return jsonify({"limit": "none", "usage": calls, "percentage": 0, "throttled": False})


@blueprint.get("/1.2/key-sites")
@blueprint.get("/<key>/1.2/key-sites")
def key_sites() -> Response:
    """List a month's counts, blog by blog, as JSON or CSV."""
    if not _known():
        return _refused("The key is not valid.")
    found = form.fields(request)
    month, limit = found.get("month") or _month(), _number(found.get("limit"), ROWS)
    offset = _number(found.get("offset"), 0)
    with service().database.read() as session:
        every = usage.by_blog(session, calling_site(), month, found.get("filter", ""))
    rows = [
        {"site": row.blog, **{name: getattr(row, name) for name in COUNTERS}, "is_revoked": False}
        for row in every[offset : offset + limit]
    ]
    if found.get("format") == "csv":
        return _word(_csv(rows))
    return jsonify({month: rows, "limit": limit, "offset": offset, "total": len(every)})


@blueprint.errorhandler(OperationalError)
def database_away(_error: OperationalError) -> Response:
    """Answer that the database is busy in the protocol's word."""
    return _refused("The database is busy; check again.")


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Answer in the protocol's one word for anything wrong; 429 alone keeps its status."""
    answer = _refused(error.description or str(error))
    if isinstance(error, TooManyRequests):
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["X-akismet-alert-msg"] = "This key makes more calls than it may."
    return answer


def _known() -> bool:
    return site_of(form.key(request, g.path_key)) is not None


def _verdict(found: form.Fields) -> Verdict | None:
    if found.get("comment_author") in SPAMMERS or form.is_trap(found):
        return "discard" if _is_test(found) and found.get("test_discard") else "spam"
    text = form.text(found)
    if found.get("user_role") == "administrator" or not text:
        return "ham"
    [assessment] = service().champion.assess([text])
    if assessment.score is None:
        return None
    policy = Policy.model_validate(calling_site().policy)
    probability = assessment.score.attributes["spam"]
    if probability < policy.spam_threshold:
        return "ham"
    return "discard" if probability >= policy.discard_threshold else "spam"


def _submit(action: Action, counter: Counter) -> Response:
    if not _known():
        return _refused("The key is not valid.")
    found = form.fields(request)
    told = form.decision(found, action, service().secret)
    if told.text and not _is_test(found):
        [assessment] = service().champion.assess([told.text])
        with service().database.write() as session:
            external.record(session, calling_site(), told, assessment)
        _count("api_calls", counter)
    return _word(THANKS)


def _csv(rows: Sequence[Mapping[str, object]]) -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


def _count(*counters: Counter) -> None:
    blog = external.storable(form.fields(request).get("blog", ""))
    with service().database.write() as session:
        usage.count(session, calling_site(), _month(), blog, *counters)


def _is_test(found: form.Fields) -> bool:
    return found.get("is_test", "").lower() in ("1", "true")


def _month() -> str:
    return now().strftime("%Y-%m")


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else default


def _refused(why: str) -> Response:
    answer = _word("invalid")
    answer.headers["X-akismet-debug-help"] = why.replace("\n", " ")
    return answer


def _word(word: str) -> Response:
    answer = make_response(word)
    answer.content_type = "text/plain; charset=utf-8"
    return answer
