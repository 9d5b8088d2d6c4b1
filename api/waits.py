"""Why a comment is in other queues than the common one: holds, flags, appeals, readers who left."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from api import login
from api.context import service
from moderation import accounts, adjudication, appeals, claims, decisions, flags, holds
from moderation.tables import Appeal, Claim, Comment, Flag, Hold, Moderator


@dataclass(frozen=True, slots=True)
class Waits:
    """What a comment waits for; `left` is the lease of somebody who went away.

    A `disputed` one had two readers who differ: a lead settles it.
    """

    hold: Hold | None
    flags: Sequence[Flag]
    appeal: Appeal | None
    left: Claim | None
    decisions: int
    disputed: bool

    @property
    def contested(self) -> bool:
        """Whether the appeal is against the reader's own act, and a colleague's to judge."""
        mine = self.appeal and appeals.contested_by(self.appeal) == login.current().id
        return bool(mine and colleagues())


def gather(session: Session, comments: Sequence[Comment]) -> dict[UUID, Waits]:
    """Gather what each comment waits for, by its id."""
    ids = [comment.id for comment in comments]
    held, flagged = holds.on(session, ids), flags.unresolved(session, ids)
    appealed, taken = appeals.unsettled(session, ids), decisions.taken(session, ids)
    waiting = [row.id for row in comments if row.status == "pending"]
    left, disputed = claims.left(session, waiting), adjudication.disputed(session, waiting)
    return {
        each: Waits(
            held.get(each),
            flagged.get(each, ()),
            appealed.get(each),
            left.get(each),
            taken[each],
            each in disputed,
        )
        for each in ids
    }


def colleagues() -> Sequence[Moderator]:
    """List whom a comment can be passed to by name; asked for once a page."""
    if "colleagues" not in g:
        with service().database.read() as session:
            g.colleagues = session.scalars(accounts.colleagues(login.current())).all()
    found: Sequence[Moderator] = g.colleagues
    return found
