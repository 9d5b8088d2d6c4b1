"""The demo's newsroom: invented articles, readers and colleagues, with three weeks of history."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation import accounts, appeals, authors, flags, holds, intake, review, sanctions, views
from moderation.champion import Champion
from moderation.filters import parse
from moderation.holds import Seen
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.policy import Policy
from moderation.review import Shown
from moderation.tables import Author, Comment, Moderator, Site, now

TOLD = Path("data/newsroom.json")
SEED = 2028


def furnish(session: Session, site: Site, champion: Champion, demo: Moderator) -> None:
    """Fill a site with what `data/newsroom.json` tells, ending now."""
    told = json.loads(TOLD.read_text(encoding="utf-8"))
    team = {member["login"]: _colleague(session, **member) for member in told["team"]}
    team["demo"] = demo
    comments = _comments(session, site, champion, told["articles"], told["comments"])
    for comment, row in zip(comments, told["comments"], strict=True):
        _what_happened(session, comment, row, team)
    _held(session, comments, told, team)
    _about_authors(session, site, told, team)
    view = views.save(
        session,
        demo,
        told["view"]["name"],
        "pending",
        parse(dict(parse_qsl(told["view"]["query"]))),
    )
    views.share(session, demo, view.id, shared=told["view"]["shared"])
    views.watch(session, demo, comments[told["watch"]["article"]].article_id)


def _colleague(session: Session, login: str, name: str, role: accounts.Role) -> Moderator:
    # Nobody logs in as them before an administrator gives them a password.
    return accounts.create(session, login, name, secrets.token_urlsafe(24), role)


def _comments(
    session: Session,
    site: Site,
    champion: Champion,
    articles: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
) -> list[Comment]:
    # Every installation's demo shows the same: its draws are not left to chance.
    draws = Random(SEED)  # noqa: S311
    policy = Policy.model_validate(site.policy)
    assessments = champion.assess([row["text"] for row in rows])
    comments: list[Comment] = []
    for number, (row, assessment) in enumerate(zip(rows, assessments, strict=True)):
        reply_to = row.get("reply_to")
        moment = now() - timedelta(hours=row["hours_ago"])
        submission = Submission(
            external_id=f"newsroom-{number}",
            article=ArticleRef(**articles[row["article"]]),
            author=AuthorRef(row["name"], f"id:{row['name']}"),
            text=intake.prepare(row["text"], policy),
            parent_external_id=None if reply_to is None else f"newsroom-{reply_to}",
            posted_at=moment,
            received_at=moment,
        )
        comment, _ = intake.submit(session, site, submission, assessment, draws.random())
        comment.author.created_at = min(comment.author.created_at, moment)
        if "edited" in row:
            [again] = champion.assess([row["edited"]])
            intake.revise(session, site, comment.id, row["edited"], again, draws.random())
        comments.append(comment)
    return comments


def _what_happened(
    session: Session, comment: Comment, row: Mapping[str, Any], team: Mapping[str, Moderator]
) -> None:
    decided = row.get("decided")
    if decided and (comment.status == "pending" or decided["action"] == "reject"):
        decision = review.decide(
            session,
            team[decided["by"]],
            comment.id,
            decided["action"],
            Shown(comment.revision, comment.status, score=True, open_ms=9_000),
            decided.get("reason"),
            decided.get("note"),
        )
        decision.created_at = comment.received_at + timedelta(minutes=decided["minutes"])
    for flag in row.get("flags", ()):
        flags.add(session, comment, flag["reason"], flag.get("details"))
    if "appeal" in row and comment.status == "rejected":
        appeals.lodge(session, comment, row["appeal"])


def _held(
    session: Session,
    comments: Sequence[Comment],
    told: Mapping[str, Any],
    team: Mapping[str, Moderator],
) -> None:
    aside, escalated = told["aside"], told["escalated"]
    comment = comments[aside["comment"]]
    seen = Seen(comment.revision, comment.status)
    holds.set_aside(session, team[aside["by"]], comment.id, seen, aside["note"])
    comment = comments[escalated["comment"]]
    seen = Seen(comment.revision, comment.status)
    by, to = team[escalated["by"]], escalated["to_role"]
    holds.escalate(session, by, comment.id, seen, to, escalated["note"])


def _about_authors(
    session: Session, site: Site, told: Mapping[str, Any], team: Mapping[str, Moderator]
) -> None:
    sanction, note = told["sanction"], told["author_note"]
    sanctions.impose(
        session,
        team[sanction["by"]],
        _author(session, site, sanction["author"]).id,
        sanction["kind"],
        sanction["reason"],
        now() + timedelta(days=sanction["days"]),
        sanction["note"],
    )
    author = _author(session, site, note["author"])
    authors.note(session, team[note["by"]], author.id, note["text"])


def _author(session: Session, site: Site, name: str) -> Author:
    return session.scalars(
        select(Author).where(Author.site_id == site.id, Author.identity == f"id:{name}")
    ).one()
