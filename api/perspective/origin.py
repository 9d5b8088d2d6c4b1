"""Which comment a Perspective call is about: what Coral and others tell of it, in passing."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from api.perspective.messages import Request, SuggestScore
from moderation.external import ForeignDecision
from moderation.intake import ArticleRef
from moderation.reasons import Reason
from moderation.review import Action

SOURCE = "perspective"
CORAL_ID = "Coral_comment_id"
CORAL_PARENT = "reply_to_id_Coral_comment_id"
TOKEN_PREFIX = "comment:"  # noqa: S105 - a client token is no secret
NOWHERE = ArticleRef("perspective", "about:blank", "Perspective API")
REASONS: Mapping[str, Reason] = {
    "SPAM": "spam",
    "THREAT": "threat",
    "IDENTITY_ATTACK": "hate",
    "INSULT": "insult",
    "PROFANITY": "vulgarity",
    "SEXUALLY_EXPLICIT": "vulgarity",
}


def decision(request: SuggestScore, text: str) -> ForeignDecision:
    """Read a suggested score as the decision it is: 0.5 and more of any attribute refuses."""
    told = _told(request)
    token = request.client_token or ""
    named = told.get(CORAL_ID) or (
        token.removeprefix(TOKEN_PREFIX) if token.startswith(TOKEN_PREFIX) else None
    )
    action, reason = _action(request)
    return ForeignDecision(
        source="coral" if told.get(CORAL_ID) else SOURCE,
        action=action,
        text=text,
        article=article(request),
        comment_id=named,
        parent_id=told.get(CORAL_PARENT),
        reason=reason,
        details={
            "clientToken": request.client_token,
            "communityId": request.community_id,
            "attributes": sorted(request.attribute_scores),
            **told,
        },
    )


def article(request: Request) -> ArticleRef:
    """Tell the article: the story that Coral names, else the community, else none."""
    story = _told(request).get("url")
    if story:
        parts = urlsplit(story)
        address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        return ArticleRef(address, address, address)
    community = (request.community_id or "").partition(":")
    address = community[2] if community[2].startswith(("http://", "https://")) else ""
    return ArticleRef(address, address, address) if address else NOWHERE


def _told(request: Request) -> dict[str, str]:
    """Read the ids in `context.entries`, each a JSON object in a text; keep only what we know."""
    entries = request.context.entries if request.context else []
    for entry in entries:
        try:
            found = json.loads(entry.text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            known = {name: found.get(name) for name in ("url", CORAL_ID, CORAL_PARENT)}
            return {name: str(value)[:2000] for name, value in known.items() if value}
    return {}


def _action(request: SuggestScore) -> tuple[Action, Reason]:
    refused = [
        name.partition("@")[0]
        for name, scores in request.attribute_scores.items()
        if scores.summary_score and scores.summary_score.value >= 0.5
    ]
    if not refused:
        return "approve", "other"
    return "reject", next((REASONS[name] for name in refused if name in REASONS), "other")
