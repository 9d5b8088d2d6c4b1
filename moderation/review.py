"""The moderators' decisions: taking one, taking it back, and reading them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from moderation import appeals, claims, flags, holds, journal, outbox, statements
from moderation.comments import whole
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.policy import Policy
from moderation.reasons import REASONS
from moderation.statements import TOLD_MAX_LENGTH, Statement
from moderation.tables import Comment, Decision, Moderator, Refusal, Revision, now
from moderation.text import clean

Action = Literal["approve", "reject"]
STATUS_AFTER: dict[Action, str] = {"approve": "approved", "reject": "rejected"}
NOTE_MAX_LENGTH = 2_000
# Without naming a decision, one of yesterday is not taken back by a slip of the finger.
UNDONE_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a moderator had before them when they decided.

    With the number of `decisions` taken on the comment until then, one that left its status as it
    was counts as a change too.
    """

    revision: int
    status: str
    score: bool
    open_ms: int | None = None
    decisions: int | None = None


def decide(
    session: Session,
    moderator: Moderator,
    comment_id: UUID,
    action: Action,
    shown: Shown,
    reason: str | None = None,
    note: str | None = None,
    told: str | None = None,
    *,
    stated: bool = True,
    bulk_id: UUID | None = None,
    alone: bool = False,
) -> Decision:
    """Record a decision on exactly what the moderator saw, or raise Conflict.

    A colleague's decision and an author's edit both count as a change since, and what a colleague
    is reading now is theirs to decide. `note` is for the team, `told` for the author: it becomes
    part of the statement that is kept with a rejection, unless another tool tells the author
    (`stated` is false). `bulk_id` marks one of many taken at once. See `check` for what a decision
    must have. It ends a hold, resolves flags and settles an appeal, which nobody judges against
    themselves (NotAllowed); where the caller locked the comment and found none of these, nor a
    claim, it stands `alone`, and nothing is looked for. One that was taken already answers again:
    see `repeated`.
    """
    if stated:
        check(action, reason, note, told)
    comment = session.get(Comment, comment_id)
    if comment is None or "removed" in (comment.status, shown.status):
        raise NotFound(f"There is no comment {comment_id}.")
    if bulk_id is None:
        again = repeated(session, moderator, comment, action, shown, reason, note, told)
        if again is not None:
            return again
    if not alone:
        claims.check(session, moderator, comment_id)
        appeals.guard(session, moderator, comment_id)
    after = STATUS_AFTER[action]
    _move(session, comment, shown.status, after, shown.revision)
    if shown.decisions is not None and shown.decisions != taken(session, [comment_id])[comment_id]:
        raise Conflict("A colleague has decided on this comment since you opened it.")
    revision = session.scalars(
        select(Revision)
        .where(Revision.comment_id == comment_id, Revision.number == shown.revision)
        .options(joinedload(Revision.verdict))
    ).one()
    flagged = not alone and bool(flags.unresolved(session, [comment_id]))
    said = _statement(comment, revision, reason, told, flagged) if stated and reason else None
    decision = Decision(
        comment_id=comment_id,
        revision_id=revision.id,
        moderator_id=moderator.id,
        action=action,
        from_status=shown.status,
        to_status=after,
        reason=reason,
        note=clean(note or "") or None,
        charter=said and said.charter,
        legal=said and said.legal,
        statement=said and said.text,
        score_shown=shown.score,
        open_ms=shown.open_ms,
        bulk_id=bulk_id,
    )
    session.add(decision)
    session.flush()
    appealed = not alone and _close(session, moderator, decision)
    if appealed or after != shown.status:
        outbox.enqueue(session, comment, reason=reason, statement=decision.statement)
    if bulk_id is None:
        journal.record(session, moderator, f"decision.{action}", comment_id, reason=reason)
    return decision


def repeated(
    session: Session,
    moderator: Moderator,
    comment: Comment,
    action: Action,
    shown: Shown,
    reason: str | None,
    note: str | None,
    told: str | None,
) -> Decision | None:
    """Find the decision that a moderator takes for the second time, its answer lost on the way.

    It still stands, was taken on what is shown now, and says the same to the last word.
    """
    if (comment.status, comment.revision) != (STATUS_AFTER[action], shown.revision):
        return None
    number = taken(session, [comment.id])[comment.id]
    # Where the status stays as it was, only the number of decisions tells a repeat from a new one.
    told_apart = shown.decisions is not None or shown.status != comment.status
    if not told_apart or shown.decisions not in (None, number - 1):
        return None
    latest = session.scalar(_latest(comment.id))
    if latest is None or latest.bulk_id or not statements.tells(latest.statement, told):
        return None
    said = (latest.moderator_id, latest.action, latest.from_status, latest.reason, latest.note)
    asked = (moderator.id, action, shown.status, reason, clean(note or "") or None)
    return latest if said == asked else None


def check(action: Action, reason: str | None, note: str | None, told: str | None) -> None:
    """Refuse what no decision may be: an InvalidText, whose sentence says why.

    A rejection needs a reason of `REASONS`, and an approval has none. The reason `other` says
    nothing by itself: it needs words for the author.
    """
    if action == "reject" and reason not in REASONS:
        raise InvalidText("A rejection needs a reason from the list.")
    if action == "approve" and reason is not None:
        raise InvalidText("An approval has no reason.")
    if reason == "other" and not clean(told or ""):
        raise InvalidText("The reason « other » needs an explanation for the author.")
    if len(note or "") > NOTE_MAX_LENGTH:
        raise InvalidText(f"A note has at most {NOTE_MAX_LENGTH} characters.")
    if len(told or "") > TOLD_MAX_LENGTH:
        raise InvalidText(f"The author is told at most {TOLD_MAX_LENGTH} characters.")


def undo(
    session: Session, moderator: Moderator, decision_id: UUID, *, bulk_id: UUID | None = None
) -> Decision:
    """Take one's own last decision on a comment back, by a new decision that says so.

    Raises Conflict when the comment was decided or edited again since, NotAllowed for a colleague's
    decision.
    """
    undone = session.get(Decision, decision_id)
    if undone is None or undone.action == "undo":
        raise NotFound(f"There is no decision {decision_id} to undo.")
    if undone.moderator_id != moderator.id:
        raise NotAllowed("Only the moderator who took a decision can undo it.")
    comment = session.get_one(Comment, undone.comment_id)
    latest = session.scalar(_latest(comment.id))
    if latest is not undone:
        raise Conflict("This comment was decided again since.")
    revision = session.get_one(Revision, undone.revision_id)
    _move(session, comment, undone.to_status, undone.from_status, revision.number)
    decision = Decision(
        comment_id=comment.id,
        revision_id=undone.revision_id,
        moderator_id=moderator.id,
        action="undo",
        from_status=undone.to_status,
        to_status=undone.from_status,
        score_shown=undone.score_shown,
        undoes_id=undone.id,
        bulk_id=bulk_id,
    )
    session.add(decision)
    session.flush()
    flags.reopen(session, undone)
    appeals.reopen(session, undone)
    outbox.enqueue(session, comment)
    if bulk_id is None:
        journal.record(session, moderator, "decision.undo", comment.id)
    return decision


def taken(session: Session, comments: Sequence[UUID]) -> dict[UUID, int]:
    """Count the decisions taken on each of these comments, those taken back included."""
    query = (
        select(Decision.comment_id, func.count())
        .where(Decision.comment_id.in_(comments))
        .group_by(Decision.comment_id)
    )
    return dict.fromkeys(comments, 0) | {row[0]: row[1] for row in session.execute(query)}


def in_force(session: Session, comment: Comment) -> Decision | None:
    """Answer the decision that made a comment what it is; None where none of a moderator did.

    An undone one does not stand, nor does one on a text that its author has changed since.
    """
    undone = select(Decision.undoes_id).where(
        Decision.comment_id == comment.id, Decision.undoes_id.is_not(None)
    )
    query = (
        select(Decision)
        .where(
            Decision.comment_id == comment.id,
            Decision.revision_id == comment.latest.id,
            Decision.to_status == comment.status,
            Decision.action != "undo",
            Decision.id.not_in(undone),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def refused(comment: Comment) -> Refusal | None:
    """Answer a sanction's refusal of a comment as it is now, with what it told."""
    return comment.latest.refusal if comment.status == "rejected" else None


def last(session: Session, moderator: Moderator) -> Decision | None:
    """Find a moderator's latest decision of this working day that was not taken back."""
    taken_back = aliased(Decision)
    return session.scalar(
        select(Decision)
        .where(
            Decision.moderator_id == moderator.id,
            Decision.action != "undo",
            Decision.created_at > now() - UNDONE_WITHIN,
            ~exists().where(taken_back.undoes_id == Decision.id),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def history(session: Session, moderator: Moderator, limit: int = 50) -> Sequence[Decision]:
    """List a moderator's decisions, the latest first, with the comments they bore on."""
    query = (
        select(Decision)
        .where(Decision.moderator_id == moderator.id)
        .order_by(Decision.id.desc())
        .limit(limit)
        .options(
            selectinload(Decision.revision),
            selectinload(Decision.comment).options(*whole()),
        )
    )
    return session.scalars(query).all()


def _latest(comment_id: UUID) -> Select[Decision]:
    query = select(Decision).where(Decision.comment_id == comment_id)
    return query.order_by(Decision.id.desc()).limit(1)


def _close(session: Session, moderator: Moderator, decision: Decision) -> bool:
    """End all that hung on a comment until it was decided; tell whether an appeal was settled."""
    claims.release(session, moderator, decision.comment_id)
    holds.clear(session, decision.comment_id)
    flags.resolve(session, decision)
    return appeals.settle(session, decision)


def _statement(
    comment: Comment, revision: Revision, reason: str, told: str | None, flagged: bool
) -> Statement:
    return statements.compose(
        Policy.model_validate(comment.site.policy),
        comment,
        reason,
        clean(told or "") or None,
        automated=statements.detected(revision.verdict),
        flagged=flagged,
    )


def _move(session: Session, comment: Comment, before: str, after: str, revision: int) -> None:
    moved = session.execute(
        update(Comment)
        .where(Comment.id == comment.id, Comment.status == before, Comment.revision == revision)
        .values(status=after)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(moved, CursorResult) or moved.rowcount != 1:
        session.refresh(comment)
        if comment.revision != revision:
            raise Conflict("The author has edited this comment since you opened it.")
        raise Conflict("A colleague has decided on this comment since you opened it.")
    # Said here: looking for it in all that a long session holds takes longer than the rest.
    set_committed_value(comment, "status", after)
