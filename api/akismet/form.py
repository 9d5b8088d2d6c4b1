"""Akismet's requests as they come: forms of any content type, JSON, and keys in four places."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import Request

from api.facade import readable
from moderation.external import ForeignDecision
from moderation.intake import ArticleRef, AuthorRef
from moderation.privacy import identity
from moderation.review import Action

SOURCE = "akismet"
ID_FIELDS = ("blog", "comment_type", "content_type", "comment_date_gmt", "comment_parent")

Fields = Mapping[str, str]


def fields(request: Request) -> Fields:
    """Read the fields of a request, in the query or in a body; the first of a repeated one."""
    if request.method == "GET":
        return request.args.to_dict()
    if request.mimetype == "multipart/form-data":
        return request.form.to_dict()
    # Some clients send a form under another content type, or none.
    raw = request.get_data(parse_form_data=False).decode("utf-8", "replace")
    if raw.lstrip().startswith("{"):
        return _of_json(raw)
    found: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        found.setdefault(name, value)
    return found


def key(request: Request, in_path: str | None) -> str | None:
    """Find the key: in the fields, in the path, or as the host's first label."""
    found = fields(request)
    label, _, domain = request.host.lower().partition(".")
    return found.get("api_key") or found.get("key") or in_path or (label if domain else None)


def text(found: Fields) -> str:
    """Read the comment; what came without any, as a trackback or a sign-up, by who it is from."""
    content = readable(found.get("comment_content", ""), markup=True)
    if content:
        return content
    author = (found.get("comment_author", ""), found.get("comment_author_url", ""))
    return readable(" ".join(filter(None, author)))


def is_trap(found: Fields) -> bool:
    """Tell whether the form field that people do not see was filled."""
    name = found.get("honeypot_field_name")
    return bool(name and found.get(name))


def decision(found: Fields, action: Action, secret: bytes) -> ForeignDecision:
    """Read a submission as the decision it is; the e-mail ends as a fingerprint, no IP is kept."""
    blog = found.get("blog") or "about:blank"
    page = found.get("permalink") or blog
    author = readable(found.get("comment_author", ""))[:200] or "Auteur inconnu"
    email = found.get("comment_author_email") or None
    return ForeignDecision(
        source=SOURCE,
        action=action,
        text=text(found),
        article=ArticleRef(page, page[:2000], page[:500]),
        author=AuthorRef(" ".join(author.split()), identity(None, email, secret)),
        reason="spam",
        details={name: found[name][:500] for name in ID_FIELDS if found.get(name)},
    )


def _of_json(raw: str) -> Fields:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in document.items()
        if value is not None
    }
