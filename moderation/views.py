"""What a moderator keeps at hand: filters that they named, and articles that they watch."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from moderation import accounts, journal
from moderation.database import insert_missing
from moderation.errors import InvalidText, NotAllowed, NotFound
from moderation.filters import Filters
from moderation.queues import Name
from moderation.tables import WAITING, Article, Comment, Moderator, SavedView, Watch, now
from moderation.text import clean

NAME_MAX_LENGTH = 60


def save(
    session: Session, moderator: Moderator, name: str, queue: Name, filters: Filters
) -> SavedView:
    """Keep a queue and its filters under a name; InvalidText if it is blank, long or in use."""
    view = SavedView(
        moderator_id=moderator.id,
        name=_free_name(session, moderator, name),
        query=urlencode({"queue": queue, **filters.query()}),
    )
    session.add(view)
    session.flush()
    journal.record(session, moderator, "view.save", view.id)
    return view


def rename(session: Session, moderator: Moderator, view_id: UUID, name: str) -> None:
    """Give a view of one's own another name."""
    view = _own(session, moderator, view_id)
    if name.strip() != view.name:
        view.name = _free_name(session, moderator, name)
    journal.record(session, moderator, "view.rename", view.id)


def share(session: Session, moderator: Moderator, view_id: UUID, *, shared: bool) -> None:
    """Show a view to everybody, or to its owner alone; a lead's right."""
    if not accounts.may(moderator, "lead"):
        raise NotAllowed("Only a lead shares a view.")
    _own(session, moderator, view_id).shared = shared
    journal.record(session, moderator, "view.share", view_id, shared=shared)


def remove(session: Session, moderator: Moderator, view_id: UUID) -> None:
    """Forget a view."""
    session.delete(_own(session, moderator, view_id))
    journal.record(session, moderator, "view.remove", view_id)


def visible(session: Session, moderator: Moderator) -> Sequence[SavedView]:
    """List a moderator's views and those that are shared, by name."""
    mine = or_(SavedView.moderator_id == moderator.id, SavedView.shared)
    return session.scalars(select(SavedView).where(mine).order_by(SavedView.name)).all()


def watch(session: Session, moderator: Moderator, article_id: UUID) -> None:
    """Keep an eye on an article."""
    if session.get(Article, article_id) is None:
        raise NotFound(f"There is no article {article_id}.")
    row = {"moderator_id": moderator.id, "article_id": article_id, "created_at": now()}
    insert_missing(session, Watch, ("moderator_id", "article_id"), **row)
    journal.record(session, moderator, "watch.add", article_id)


def unwatch(session: Session, moderator: Moderator, article_id: UUID) -> None:
    """Take one's eye off an article."""
    session.execute(
        delete(Watch).where(Watch.moderator_id == moderator.id, Watch.article_id == article_id)
    )
    journal.record(session, moderator, "watch.remove", article_id)


def watched(session: Session, moderator: Moderator) -> Mapping[Article, int]:
    """Tell how many comments wait under each article that a moderator watches."""
    waiting = (
        select(func.count()).where(Comment.article_id == Article.id, WAITING).scalar_subquery()
    )
    query = (
        select(Article, waiting)
        .join(Watch, Watch.article_id == Article.id)
        .where(Watch.moderator_id == moderator.id)
        .order_by(Watch.created_at, Article.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _own(session: Session, moderator: Moderator, view_id: UUID) -> SavedView:
    """Find a view that a moderator may change: their own, or for a lead a shared one."""
    view = session.get(SavedView, view_id)
    others = view is not None and view.moderator_id != moderator.id
    if view is None or (others and not view.shared):
        raise NotFound(f"There is no view {view_id}.")
    if others and not accounts.may(moderator, "lead"):
        raise NotAllowed("Only a lead changes a colleague's shared view.")
    return view


def _free_name(session: Session, moderator: Moderator, name: str) -> str:
    said = " ".join(clean(name).split())
    if not said or len(said) > NAME_MAX_LENGTH:
        raise InvalidText(f"A view has a name of {NAME_MAX_LENGTH} characters at most.")
    taken = select(SavedView.id).where(
        SavedView.moderator_id == moderator.id, SavedView.name == said
    )
    if session.scalar(taken) is not None:
        raise InvalidText(f"You have a view named {said} already.")
    return said
