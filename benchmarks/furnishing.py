"""A newsroom's database at full size: what waits, what was decided, and all that hangs on it.

Rows are inserted in bulk, not made by the service: texts are real, scores are drawn.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from moderation import accounts, flags, rules, scores, sites
from moderation.accounts import Role
from moderation.classifier import ATTRIBUTES
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import (
    Appeal,
    Article,
    Author,
    Base,
    Claim,
    Comment,
    Decision,
    Duplicate,
    FindingRow,
    Flag,
    Hold,
    ModelVersion,
    Moderator,
    Reading,
    Revision,
    Searched,
    Site,
    Verdict,
    now,
)
from moderation.terms import indexed

CORPORA = ("authored-news", "authored-forum", "authored-forum2", "authored-spam")
SECTIONS = "politique société monde sport culture économie sciences régions météo opinions".split()
LOGIN, PASSWORD = "bench", "un mot de passe long"
ROLES: tuple[Role, ...] = ("lead", *["moderator"] * 11)
BATCH = 5_000
DAYS = 60
# What the rules found, in how many comments of a thousand; the last one is rare.
FINDINGS = {"first_comments": 200, "links": 80, "capitals": 30, "threat": 10, "closed_article": 1}
RARE = "closed_article"


@dataclass(frozen=True)
class Size:
    """How many comments there are, and of a thousand of which how many are more than that.

    Of those that wait, `flagged`, `held`, `read` once and `blind`; of those decided, `by_hand`,
    decided `twice`, `read_twice` before, `flagged` and `appealed`.
    """

    pending: int = 50_000
    decided: int = 200_000
    articles: int = 2_000
    authors: int = 20_000
    flagged: int = 15
    held: int = 10
    read: int = 5
    blind: int = 50
    by_hand: int = 600
    twice: int = 60
    read_twice: int = 30
    appealed: int = 4
    searchable: bool = True


@dataclass
class _Newsroom:
    """What rows refer to, and the chance that draws them."""

    size: Size
    site: UUID
    version: str | None
    people: list[UUID]
    articles: list[UUID]
    authors: list[UUID]
    texts: list[tuple[str, list[str]]]
    chance: Random = field(default_factory=lambda: Random(1))

    def one_in_a_thousand(self, times: int) -> bool:
        return self.chance.randrange(1000) < times


Rows = dict[type[Base], list[dict[str, Any]]]
# In an order in which each finds what it refers to.
TABLES: tuple[type[Base], ...] = (
    Comment,
    Revision,
    Verdict,
    FindingRow,
    Decision,
    Reading,
    Flag,
    Appeal,
    Hold,
    Claim,
    Searched,
    Duplicate,
)


def texts() -> list[str]:
    """Read comments of every length from the corpora written for this project."""
    lines: list[str] = []
    for name in CORPORA:
        lines += Path(f"data/seed/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def furnish(database: Database, size: Size) -> None:
    """Fill a database at the latest revision, beside the site that it may have."""
    with database.write() as session:
        room = _prepare(session, size)
    whole = size.pending + size.decided
    for start in range(0, whole, BATCH):
        rows: Rows = {table: [] for table in TABLES}
        for number in range(start, min(start + BATCH, whole)):
            _comment(room, rows, number)
        with database.write() as session:
            for table, made in rows.items():
                if made:
                    session.execute(insert(table), made)
    analyze(database)


def analyze(database: Database) -> None:
    """Let the database know how much there is of what, as it does by itself in the long run."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _analyze(connection)


def _analyze(connection: Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    connection.execute(text("VACUUM ANALYZE" if postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"))


def _prepare(session: Session, size: Size) -> _Newsroom:
    site = session.scalar(select(Site)) or sites.create(session, "bench", "Bench", Policy())
    accounts.create(session, LOGIN, "Bench", PASSWORD, "lead")
    for number, role in enumerate(ROLES):
        accounts.create(session, f"m{number}", f"Modérateur {number}", None, role)
    room = _Newsroom(
        size,
        site.id,
        session.scalar(select(ModelVersion.version).where(ModelVersion.state == "champion")),
        list(session.scalars(select(Moderator.id))),
        [uuid7() for _ in range(size.articles)],
        [uuid7() for _ in range(size.authors)],
        [(each, indexed(each) if size.searchable else []) for each in texts()],
    )
    articles = [
        {
            "id": each,
            "site_id": site.id,
            "external_id": f"x{number}",
            "url": f"https://bench.example/{number}",
            "title": f"Article {number}",
            "section": SECTIONS[number % len(SECTIONS)],
        }
        for number, each in enumerate(room.articles)
    ]
    authors = [
        {"id": each, "site_id": site.id, "identity": f"id:{number}", "name": f"Lecteur {number}"}
        for number, each in enumerate(room.authors)
    ]
    session.execute(insert(Article), articles)
    session.execute(insert(Author), authors)
    return room


def _comment(room: _Newsroom, rows: Rows, number: int) -> None:
    """Make one comment; those that wait are spread over the last tenth of the time."""
    size, chance = room.size, room.chance
    whole = size.pending + size.decided
    share = number / whole
    recent = 1 - min(2 * size.pending / whole, 1)
    waits = share >= recent and chance.random() < size.pending / whole / (1 - recent)
    arrived = now() - timedelta(days=DAYS) * (1 - share)
    comment, revision = _id(arrived), uuid7()
    said, words = chance.choice(room.texts)
    score = chance.betavariate(1, 3)
    attributes = {name: round(score * chance.random(), 4) for name in ATTRIBUTES}
    found = [rule for rule, times in FINDINGS.items() if room.one_in_a_thousand(times)]
    by_hand = not waits and room.one_in_a_thousand(size.by_hand)
    blind = (waits or by_hand) and room.one_in_a_thousand(size.blind)
    rejected = chance.random() < score
    status = "pending" if waits else "rejected" if by_hand and rejected else "approved"
    article = chance.randrange(max(int(share * size.articles) - 60, 0), size.articles)
    rows[Comment].append(
        {
            "id": comment,
            "site_id": room.site,
            "article_id": room.articles[min(article, int(share * size.articles))],
            "author_id": room.authors[int(size.authors * chance.random() ** 3)],
            "external_id": f"w{number}",
            "root_id": comment,
            "status": status,
            "rules": "".join(f" {rule} " for rule in found),
            "rank": chance.random() if blind else score,
            "severe": not blind and any(rule in rules.SEVERE for rule in found),
            "bands": scores.bands(score, attributes, blind=blind),
            "posted_at": arrived,
            "received_at": arrived,
            "changed_at": arrived,
        }
    )
    rows[Revision].append(
        {
            "id": revision,
            "comment_id": comment,
            "number": 1,
            "text": said,
            "fingerprint": f"{number}",
            "created_at": arrived,
        }
    )
    rows[Verdict].append(
        {
            "revision_id": revision,
            "outcome": "review" if waits or by_hand else "approve",
            "blind": blind,
            "reject": score,
            "attributes": attributes,
            "threshold": 0.3,
            "inclusion": 1.0 if waits or by_hand else 0.02,
            "model_version": room.version,
            "created_at": arrived,
        }
    )
    for position, rule in enumerate(found):
        detail = f"Trouvé : {rule}."
        kept = {"rule": rule, "detail": detail, "values": {}, "spans": []}
        rows[FindingRow].append({"revision_id": revision, "position": position, **kept})
    if size.searchable:
        named = {"author": ["lecteur"], "title": ["article", str(article)]}
        rows[Searched].append({"comment_id": comment, "text": words, **named})
        rows[Duplicate].append({"comment_id": comment, "leader_id": comment})
    if waits:
        _waiting(room, rows, comment, revision)
    elif by_hand:
        _decided(room, rows, comment, revision, arrived, status)


def _waiting(room: _Newsroom, rows: Rows, comment: UUID, revision: UUID) -> None:
    chance, size = room.chance, room.size
    _flags(room, rows, comment, None, None)
    if room.one_in_a_thousand(size.held):
        kind = chance.choice(("aside", "escalated"))
        to = "lead" if kind == "escalated" else None
        by = chance.choice(room.people)
        rows[Hold].append({"comment_id": comment, "kind": kind, "moderator_id": by, "to_role": to})
    elif room.one_in_a_thousand(size.read):
        rows[Reading].append(_reading(room, comment, revision, "approve", now(), None))
    elif room.one_in_a_thousand(1):
        expires = now() + timedelta(minutes=chance.choice((-60, 2)))
        by = chance.choice(room.people)
        rows[Claim].append({"comment_id": comment, "moderator_id": by, "expires_at": expires})


def _decided(
    room: _Newsroom, rows: Rows, comment: UUID, revision: UUID, arrived: datetime, status: str
) -> None:
    size, chance = room.size, room.chance
    action = "approve" if status == "approved" else "reject"
    moments = [min(arrived + timedelta(hours=chance.expovariate(0.5)), now())]
    if room.one_in_a_thousand(size.twice):
        moments.append(min(moments[0] + timedelta(hours=5), now()))
    made = [_id(moment) for moment in moments]
    for decision, moment in zip(made, moments, strict=True):
        rows[Decision].append(
            {
                "id": decision,
                "comment_id": comment,
                "revision_id": revision,
                "moderator_id": chance.choice(room.people),
                "action": action,
                "from_status": "pending" if decision == made[0] else status,
                "to_status": status,
                "reason": "insult" if action == "reject" else None,
                "score_shown": True,
                "open_ms": chance.randrange(500, 30_000),
                "created_at": moment,
            }
        )
    if room.one_in_a_thousand(size.read_twice):
        actions = (chance.choice(("approve", "reject")), action)
        for said in actions:
            rows[Reading].append(_reading(room, comment, revision, said, moments[0], made[0]))
    _flags(room, rows, comment, made[-1], moments[-1])
    if status == "rejected" and room.one_in_a_thousand(10 * size.appealed):
        settled = chance.random() < 0.8
        rows[Appeal].append(
            {
                "comment_id": comment,
                "decision_id": made[0],
                "message": "Je ne comprends pas ce refus.",
                "created_at": moments[0],
                "settled_at": moments[-1] if settled else None,
                "answer_id": made[-1] if settled else None,
            }
        )


def _flags(
    room: _Newsroom, rows: Rows, comment: UUID, decision: UUID | None, resolved: datetime | None
) -> None:
    if room.one_in_a_thousand(room.size.flagged):
        for reader in range(room.chance.choice((1, 1, 1, 2, 5))):
            rows[Flag].append(
                {
                    "comment_id": comment,
                    "reason": room.chance.choice(flags.REASONS),
                    "reporter": f"{reader}",
                    "resolved_at": resolved,
                    "decision_id": decision,
                }
            )


def _reading(
    room: _Newsroom,
    comment: UUID,
    revision: UUID,
    action: str,
    moment: datetime,
    decision: UUID | None,
) -> dict[str, Any]:
    return {
        "comment_id": comment,
        "revision_id": revision,
        "moderator_id": room.chance.choice(room.people),
        "action": action,
        "score_shown": True,
        "created_at": moment,
        "decision_id": decision,
    }


def _id(moment: datetime) -> UUID:
    """Make an id of a moment: their order is the order of arrival."""
    return uuid7(nanoseconds=int(moment.timestamp() * 1e9))
