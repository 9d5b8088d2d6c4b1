"""Moderators' decisions as examples to learn from, without what would tell who wrote them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow
import pyarrow.parquet
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.features import mask_contacts
from moderation.tables import Comment, Decision, Reading, Revision, Site, Verdict
from training.corpora import Example

if TYPE_CHECKING:
    from uuid import UUID

Split = Literal["training", "evaluation"]
# The latest articles, about this share of the comments, are kept to evaluate on.
EVALUATION_SHARE = 0.25
CORPUS = "decisions"
PERSONAL = ("email", "phone", "handle")


@dataclass(frozen=True, slots=True)
class Row:
    """A decided revision with its provenance.

    `weight` is 1 over the probability that a moderator was to see it: averages so weighted hold for
    every comment received. It is 0 where no draw put it before one (a comment that was approved and
    decided later): such a row is learnt from and never measured on.
    A `double` row was read by two moderators, blind to each other; an `adjudicated` one is a lead's
    word where they differed.
    """

    id: str
    site: str
    article: str
    text: str
    reject: int
    reason: str | None
    decided_at: str
    score_shown: bool
    outcome: str
    model_version: str | None
    score: float | None
    inclusion: float
    weight: float
    split: Split
    bulk: bool = False
    double: bool = False
    adjudicated: bool = False


def export(session: Session, site: str | None = None, *, bulk: bool = True) -> list[Row]:
    """Collect what moderators decided and did not take back, one row a revision.

    The last standing decision wins; without `bulk`, one taken with many others at once is none.
    Removed and erased comments are left out; e-mail addresses, phone numbers and account names
    within texts are masked.
    """
    decided = list(_standing(session, site, bulk=bulk))
    late = _late_articles(decided)
    given = _readings(session)
    return [_row(*found, late, given.get(found[0].id, frozenset())) for found in decided]


def write(rows: Sequence[Row], folder: Path) -> None:
    """Write rows as `examples.jsonl` and `examples.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [asdict(row) for row in rows]
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / "examples.jsonl").write_text("".join(lines), "utf-8")
    table = pyarrow.Table.from_pylist(records, schema=_SCHEMA)
    pyarrow.parquet.write_table(table, folder / "examples.parquet")


def read(folder: Path) -> list[Row]:
    """Read rows back."""
    lines = (folder / "examples.jsonl").read_text("utf-8").split("\n")
    return [Row(**json.loads(line)) for line in lines if line]


def examples(rows: Sequence[Row]) -> list[Example]:
    """Turn rows into training examples, of mean weight 1; what no draw chose counts once."""
    weights = [row.weight or 1.0 for row in rows]
    mean = sum(weights) / max(len(weights), 1)
    return [
        Example(row.text, {"reject": row.reject}, CORPUS, f"article:{row.article}", weight / mean)
        for row, weight in zip(rows, weights, strict=True)
    ]


def digest(rows: Iterable[Row]) -> str:
    """Identify a split: the SHA-256 of its rows, whatever their order."""
    lines = sorted(f"{row.id}\t{row.reject}\t{row.weight}\t{row.text}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_SCHEMA = pyarrow.schema(
    [
        *((name, pyarrow.string()) for name in ("id", "site", "article", "text")),
        ("reject", pyarrow.int8()),
        ("reason", pyarrow.string()),
        ("decided_at", pyarrow.string()),
        ("score_shown", pyarrow.bool_()),
        ("outcome", pyarrow.string()),
        ("model_version", pyarrow.string()),
        *((name, pyarrow.float64()) for name in ("score", "inclusion", "weight")),
        ("split", pyarrow.string()),
        ("bulk", pyarrow.bool_()),
        *((name, pyarrow.bool_()) for name in ("double", "adjudicated")),
    ]
)

_Found = tuple[Decision, Revision, Verdict, Comment, Site]


def _standing(session: Session, site: str | None, *, bulk: bool) -> Iterator[_Found]:
    """Find the last decision on each revision that no later one took back."""
    undone = select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    query = (
        select(Decision, Revision, Verdict, Comment, Site)
        .join(Revision, Decision.revision_id == Revision.id)
        .join(Verdict, Verdict.revision_id == Revision.id)
        .join(Comment, Revision.comment_id == Comment.id)
        .join(Site, Comment.site_id == Site.id)
        .where(Decision.action != "undo", Decision.id.not_in(undone), Comment.status != "removed")
        .order_by(Decision.id)
    )
    if site is not None:
        query = query.where(Site.slug == site)
    if not bulk:
        query = query.where(Decision.bulk_id.is_(None))
    last: dict[UUID, _Found] = {}
    for decision, revision, verdict, comment, origin in session.execute(query):
        last[revision.id] = (decision, revision, verdict, comment, origin)
    yield from last.values()


def _readings(session: Session) -> dict["UUID", frozenset[str]]:
    """Find what the two readers gave where a decision settles a double reading."""
    query = select(Reading.decision_id, Reading.action).where(
        Reading.decision_id.is_not(None), Reading.withdrawn_at.is_(None)
    )
    given: dict[UUID, frozenset[str]] = {}
    for decision_id, action in session.execute(query):
        if decision_id is not None:
            given[decision_id] = given.get(decision_id, frozenset()) | {action}
    return given


def _late_articles(decided: Sequence[_Found]) -> set[str]:
    """Choose the articles to evaluate on: the last to be commented, whole."""
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for _, _, _, comment, _ in decided:
        article = str(comment.article_id)
        moment = comment.posted_at.isoformat()
        first[article] = min(first.get(article, moment), moment)
        counts[article] = counts.get(article, 0) + 1
    late: set[str] = set()
    for article in sorted(first, key=lambda name: (first[name], name), reverse=True):
        taken = sum(counts[name] for name in late)
        if taken + counts[article] <= EVALUATION_SHARE * len(decided) or not late:
            late.add(article)
        else:
            break
    return late if len(late) < len(first) else set()


def _row(
    decision: Decision,
    revision: Revision,
    verdict: Verdict,
    comment: Comment,
    site: Site,
    late: set[str],
    given: frozenset[str],
) -> Row:
    drawn = verdict.outcome in ("review", "audit")
    article = str(comment.article_id)
    return Row(
        id=str(decision.id),
        site=site.slug,
        article=article,
        text=mask_contacts(revision.text, PERSONAL),
        reject=int(decision.action == "reject"),
        reason=decision.reason,
        decided_at=decision.created_at.isoformat(),
        score_shown=decision.score_shown,
        outcome=verdict.outcome,
        model_version=verdict.model_version,
        score=verdict.reject,
        inclusion=verdict.inclusion,
        weight=1 / verdict.inclusion if drawn else 0.0,
        split="evaluation" if article in late else "training",
        bulk=decision.bulk_id is not None,
        double=bool(given),
        adjudicated=len(given) > 1,
    )
