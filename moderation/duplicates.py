"""Comments that say nearly the same, wherever they were posted.

A new text is compared with the leaders of groups only, and one that resembles none leads its own:
however many copies come, each costs the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from moderation import likeness
from moderation.comments import judged
from moderation.tables import (
    Article,
    Comment,
    Duplicate,
    DuplicateKey,
    Revision,
)

# Leaders that share a key with a text and are compared with it, the likeliest first.
COMPARED_MAX = 10
# Beyond this, a card says « more than », and a page shows no more.
COUNTED_MAX = 200

_NEWEST = and_(Revision.comment_id == Comment.id, Revision.number == Comment.revision)


def _shown(comment: type[Comment]) -> ColumnElement[bool]:
    """Leave blind cards out: they are in no band of scores."""
    return or_(comment.status != "pending", comment.bands.is_not(None))


SHOWN = _shown(Comment)


@dataclass(frozen=True, slots=True)
class Count:
    """How many other comments resemble one, and how many of them are pending."""

    total: int
    pending: int

    @property
    def full(self) -> bool:
        """Whether there may be more of them."""
        return self.total >= COUNTED_MAX


def place(session: Session, comment: Comment, text: str) -> None:
    """Put a comment beside those that its text resembles, or at the head of a group of its own.

    Two copies that arrive at the same instant may each lead a group; later ones join the first.
    """
    if comment.revision > 1:
        forget(session, [comment.id])
    words = likeness.bare(text)
    if not words:
        return
    keys = likeness.keys(words)
    leader = next(_leaders(session, words, keys), comment.id)
    session.execute(insert(Duplicate).values(comment_id=comment.id, leader_id=leader))
    if leader == comment.id:
        _lead(session, comment.id, keys)


def forget(session: Session, comments: Sequence[UUID]) -> None:
    """Take comments out of their groups; where one led, the earliest that remains leads."""
    session.execute(delete(DuplicateKey).where(DuplicateKey.leader_id.in_(comments)))
    session.execute(delete(Duplicate).where(Duplicate.comment_id.in_(comments)))
    led = select(Duplicate.leader_id).where(Duplicate.leader_id.in_(comments)).distinct()
    for leader in session.scalars(led).all():
        group = Duplicate.leader_id == leader
        earliest = select(Duplicate.comment_id).where(group).order_by(Duplicate.comment_id)
        heir = session.scalars(earliest.limit(1)).one()
        session.execute(update(Duplicate).where(group).values(leader_id=heir))
        _lead(session, heir, likeness.keys(_words_of(session, heir)))


def counts(session: Session, comments: Sequence[UUID]) -> dict[UUID, Count]:
    """Count the comments that resemble each of these; one that resembles none is left out.

    Counting stops at `COUNTED_MAX`. Blind cards are left out, on both sides: that a text has been
    seen before is what a rule may have found in them.
    """
    query = (
        select(Duplicate.comment_id, Duplicate.leader_id)
        .join(Comment, Comment.id == Duplicate.comment_id)
        .where(Duplicate.comment_id.in_(comments), SHOWN)
    )
    leaders: dict[UUID, UUID] = dict(session.execute(query).all())
    several = (
        select(Duplicate.leader_id)
        .where(Duplicate.leader_id.in_(set(leaders.values())))
        .group_by(Duplicate.leader_id)
        .having(func.count() > 1)
    )
    groups = {leader: _statuses(session, leader) for leader in session.scalars(several).all()}
    found = {}
    for comment, leader in leaders.items():
        others = [status for other, status in groups.get(leader, ()) if other != comment]
        others = others[:COUNTED_MAX]
        if others:
            found[comment] = Count(len(others), others.count("pending"))
    return found


def like(comment_id: UUID) -> list[ColumnElement[bool]]:
    """Say in SQL, about `Comment`: resembles one, or is that one; blind cards never are."""
    own = aliased(Comment)
    leader = (
        select(Duplicate.leader_id)
        .join(own, own.id == Duplicate.comment_id)
        .where(own.id == comment_id, _shown(own))
    )
    group = select(Duplicate.comment_id).where(Duplicate.leader_id == leader.scalar_subquery())
    return [Comment.id.in_(group), SHOWN]


def resembling(session: Session, comment: Comment) -> Sequence[Comment]:
    """List the comments that resemble one, those that wait first, with what a card tells of each.

    At most `COUNTED_MAX`, never a blind card, and none for a blind card.
    """
    query = (
        select(Comment)
        .where(Comment.id != comment.id, *like(comment.id))
        .order_by(Comment.status != "pending", Comment.id.desc())
        .limit(COUNTED_MAX)
        .options(
            selectinload(Comment.article).joinedload(Article.site),
            selectinload(Comment.author),
            judged(),
        )
    )
    return session.scalars(query).all()


def _leaders(session: Session, words: str, keys: Sequence[int]) -> Iterator[UUID]:
    """Find the leaders that a bare text resembles, by the number of keys that they share."""
    query = (
        select(DuplicateKey.leader_id)
        .where(DuplicateKey.key.in_(keys))
        .group_by(DuplicateKey.leader_id)
        .order_by(func.count().desc(), DuplicateKey.leader_id)
        .limit(COMPARED_MAX)
    )
    for leader in session.scalars(query).all():
        if likeness.alike(_words_of(session, leader), words):
            yield leader


def _lead(session: Session, leader: UUID, keys: Sequence[int]) -> None:
    rows = [{"key": key, "leader_id": leader} for key in keys]
    session.execute(insert(DuplicateKey), rows)


def _words_of(session: Session, comment_id: UUID) -> str:
    query = select(Revision.text).join(Comment, _NEWEST).where(Comment.id == comment_id)
    return likeness.bare(session.scalars(query).one())


def _statuses(session: Session, leader: UUID) -> Sequence[tuple[UUID, str]]:
    """Tell the status of the comments of a group that may be shown, up to one more than counted."""
    query = (
        select(Comment.id, Comment.status)
        .join(Duplicate, Duplicate.comment_id == Comment.id)
        .where(Duplicate.leader_id == leader, SHOWN)
        .limit(COUNTED_MAX + 1)
    )
    return [(row.id, row.status) for row in session.execute(query)]
