"""The moderators' decisions: taking one, and taking it back."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from moderation import appeals, claims, decisions, flags, holds, journal, outbox, statements
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.policy import Policy
from moderation.reasons import REASONS
from moderation.statements import TOLD_MAX_LENGTH
from moderation.tables import Comment, Decision, Moderator, Revision
from moderation.text import clean

Action = Literal["approve", "reject"]
STATUS_AFTER: dict[Action, str] = {"approve": "approved", "reject": "rejected"}
NOTE_MAX_LENGTH = 2_000


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
    comment = _open(session, comment_id, shown)
    if bulk_id is None:
        again = repeated(session, moderator, comment, action, shown, reason, note, told)
        if again is not None:
            return again
    if not alone:
        claims.check(session, moderator, comment_id)
        appeals.guard(session, moderator, comment_id)
    revision = _change(session, comment, action, shown)
    decision = Decision(
        comment_id=comment_id,
        revision_id=revision.id,
        moderator_id=moderator.id,
        action=action,
        from_status=shown.status,
        to_status=STATUS_AFTER[action],
        reason=reason,
        note=clean(note or "") or None,
        score_shown=shown.score,
        open_ms=shown.open_ms,
        bulk_id=bulk_id,
    )
    if stated and reason:
        flagged = not alone and bool(flags.unresolved(session, [comment_id]))
        _state(decision, comment, revision, reason, told, flagged)
    _keep(session, moderator, comment, decision, alone)
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
    number = decisions.taken(session, [comment.id])[comment.id]
    # Where the status stays as it was, only the number of decisions tells a repeat from a new one.
    told_apart = shown.decisions is not None or shown.status != comment.status
    if not told_apart or shown.decisions not in (None, number - 1):
        return None
    latest = decisions.latest(session, comment)
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
    undone = _own(session, moderator, decision_id)
    comment = session.get_one(Comment, undone.comment_id)
    if decisions.latest(session, comment) is not undone:
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


def _open(session: Session, comment_id: UUID, shown: Shown) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None or "removed" in (comment.status, shown.status):
        raise NotFound(f"There is no comment {comment_id}.")
    return comment


def _own(session: Session, moderator: Moderator, decision_id: UUID) -> Decision:
    decision = session.get(Decision, decision_id)
    if decision is None or decision.action == "undo":
        raise NotFound(f"There is no decision {decision_id} to undo.")
    if decision.moderator_id != moderator.id:
        raise NotAllowed("Only the moderator who took a decision can undo it.")
    return decision


def _change(session: Session, comment: Comment, action: Action, shown: Shown) -> Revision:
    """Move a comment from what was shown to its new status; answer the text decided on."""
    _move(session, comment, shown.status, STATUS_AFTER[action], shown.revision)
    if shown.decisions is not None:
        number = decisions.taken(session, [comment.id])[comment.id]
        if shown.decisions != number:
            raise Conflict("A colleague has decided on this comment since you opened it.")
    return session.scalars(
        select(Revision)
        .where(Revision.comment_id == comment.id, Revision.number == shown.revision)
        .options(joinedload(Revision.verdict))
    ).one()


def _state(
    decision: Decision,
    comment: Comment,
    revision: Revision,
    reason: str,
    told: str | None,
    flagged: bool,
) -> None:
    """Write into a rejection the statement that its author is owed."""
    said = statements.compose(
        Policy.model_validate(comment.site.policy),
        comment,
        reason,
        clean(told or "") or None,
        automated=statements.detected(revision.verdict),
        flagged=flagged,
    )
    decision.charter, decision.legal, decision.statement = said.charter, said.legal, said.text


def _keep(
    session: Session, moderator: Moderator, comment: Comment, decision: Decision, alone: bool
) -> None:
    """Store a decision with all that follows from it; other systems are told of a change."""
    session.add(decision)
    session.flush()
    appealed = not alone and _close(session, moderator, decision)
    if appealed or decision.to_status != decision.from_status:
        outbox.enqueue(session, comment, reason=decision.reason, statement=decision.statement)


def _close(session: Session, moderator: Moderator, decision: Decision) -> bool:
    """End all that hung on a comment until it was decided; tell whether an appeal was settled."""
    claims.release(session, moderator, decision.comment_id)
    holds.clear(session, decision.comment_id)
    flags.resolve(session, decision)
    return appeals.settle(session, decision)


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
