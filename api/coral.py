"""Coral's external moderation phase: signed comments in, a status or no opinion out."""

from typing import Any, Literal

from flask import Blueprint, json, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.exceptions import NotFound as UnknownSite

from api.context import NO_CONTENT, draw, service
from api.facade import limited, readable
from moderation import signatures, sites
from moderation.champion import Assessment
from moderation.errors import NotFound
from moderation.languages import detect
from moderation.policy import Policy, Verdict
from moderation.preview import preview
from moderation.routing import for_site
from moderation.tables import Site

blueprint = Blueprint("coral", __name__, url_prefix="/coral")

limited(blueprint, lambda: (request.view_args or {}).get("slug"))

# Withheld as toxic when it is likelier than not that a moderator would refuse it.
TOXIC = 0.5
STAFF = frozenset({"STAFF", "MODERATOR", "ADMIN"})
Flag = Literal["COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"]


class Body(BaseModel):
    """A comment before Coral stores it: it has no id yet."""

    body: str = ""


class Author(BaseModel):
    """Who wrote it, and what they are to the newsroom."""

    role: str = "COMMENTER"


class Call(BaseModel):
    """What Coral sends; the fields that matter here."""

    comment: Body = Field(default_factory=Body)
    author: Author = Field(default_factory=Author)


@blueprint.post("/<slug>/phase")
def phase(slug: str) -> Any:
    """Tell Coral what to do with a comment; 204 leaves it to Coral's next phase."""
    site = _site(slug)
    call = _call()
    text = readable(call.comment.body, markup=True)
    policy = Policy.model_validate(site.policy)
    if not text or call.author.role in STAFF or _foreign(text, policy):
        return NO_CONTENT
    [assessment] = service().champion.assess([text])
    with service().database.read() as session:
        verdict = preview(session, site, text, assessment, draw())
    return answer(verdict, assessment, policy)


def answer(verdict: Verdict, assessment: Assessment, policy: Policy) -> dict[str, Any]:
    """Say a verdict in Coral's words; the machine withholds, and never rejects.

    An audited comment is held like a doubtful one and says no more.
    """
    if verdict.outcome == "approve":
        return {"status": "APPROVED"}
    flag = None if verdict.outcome == "audit" or verdict.blind else _flag(assessment, policy)
    if flag is None:
        return {"status": "PREMOD"}
    return {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": flag}],
    }


def _site(slug: str) -> Site:
    signature = request.headers.get("X-Coral-Signature", "")
    with service().database.read() as session:
        try:
            site = sites.by_slug(session, slug)
        except NotFound as error:
            raise UnknownSite(error.detail) from error
        if not signatures.verify(session, site, request.get_data(), signature):
            raise Unauthorized("The signature is not of any secret of this site.")
    return site


def _call() -> Call:
    try:
        return Call.model_validate(json.loads(request.get_data()))
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadRequest("Not what Coral sends.") from error


def _foreign(text: str, policy: Policy) -> bool:
    if not policy.languages:
        return False
    found = detect(text)
    return found is not None and found not in policy.languages


def _flag(assessment: Assessment, policy: Policy) -> Flag | None:
    reject, _ = for_site(assessment, policy)
    if assessment.score is None or reject is None:
        return None
    if assessment.score.attributes["spam"] >= policy.spam_threshold:
        return "COMMENT_DETECTED_SPAM"
    return "COMMENT_DETECTED_TOXIC" if reject >= TOXIC else None
