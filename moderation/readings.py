"""Double reading: a share of comments is read by two moderators, blind to each other."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from moderation import accounts, claims, decisions, journal, review
from moderation.comments import whole
from moderation.decisions import UNDONE_WITHIN
from moderation.errors import Conflict, NotAllowed
from moderation.policy import Policy
from moderation.review import Action, Shown
from moderation.tables import Comment, Decision, Hold, Moderator, Reading, Revision, now
from moderation.text import clean

Opinion = Decision | Reading


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
    draw: float,
) -> Opinion:
    """Decide as `review.decide` does, or keep one of two readings; moderators see no difference.

    A comment that waits is read twice when `draw`, uniform in [0, 1), falls below its site's
    `double_share`. The second reader's decision is the one that counts where both agree; where they
    differ the comment waits for a lead (see `adjudication`).
    """
    words = (reason, note, told)
    comment = session.get(Comment, comment_id, with_for_update=True)
    if comment is None or not _common(session, comment, shown):
        return review.decide(session, moderator, comment_id, action, shown, *words)
    given = live(session, comment)
    mine = next((reading for reading in given if reading.moderator_id == moderator.id), None)
    if mine is not None and _says(mine, action, *words):
        # Its answer was lost on the way: it is answered again.
        return mine
    if mine is not None or len(given) > 1:
        raise Conflict("This comment waits for another opinion.")
    if not given and not _drawn(session, moderator, comment, draw):
        return review.decide(session, moderator, comment_id, action, shown, *words)
    reading = _keep(session, moderator, comment, action, shown, *words)
    if not given or given[0].action != action:
        claims.release(session, moderator, comment_id)
        return reading
    decision = review.decide(session, moderator, comment_id, action, shown, *words)
    given[0].decision_id = reading.decision_id = decision.id
    return decision


def undo(session: Session, moderator: Moderator, opinion_id: UUID) -> Opinion:
    """Take back what `decide` answered, as `review.undo` does.

    A reading can be taken back until another one, an edit or a decision came after it. A decision
    by agreement takes its own reader's reading along, and the comment waits for a second reader
    again; an adjudication that is taken back waits for a lead again.
    """
    reading = session.get(Reading, opinion_id)
    if reading is None:
        undone = review.undo(session, moderator, opinion_id)
        _reopen(session, undone)
        return undone
    if reading.moderator_id != moderator.id:
        raise NotAllowed("Only the moderator who took a decision can undo it.")
    comment = session.get_one(Comment, reading.comment_id, with_for_update=True)
    given = live(session, comment)
    if comment.status != "pending" or not given or given[-1].id != reading.id:
        raise Conflict("This comment was decided again since.")
    reading.withdrawn_at = now()
    journal.record(session, moderator, "reading.withdraw", comment.id)
    return reading


def last(session: Session, moderator: Moderator) -> Opinion | None:
    """Find what a moderator gave last on this working day and did not take back."""
    decision = decisions.last(session, moderator)
    reading = session.scalar(
        select(Reading)
        .where(
            Reading.moderator_id == moderator.id,
            Reading.withdrawn_at.is_(None),
            Reading.decision_id.is_(None),
            Reading.created_at > now() - UNDONE_WITHIN,
        )
        .order_by(Reading.id.desc())
        .limit(1)
    )
    found: list[Opinion] = [opinion for opinion in (decision, reading) if opinion]
    return max(found, key=lambda opinion: opinion.id, default=None)


def history(session: Session, moderator: Moderator, limit: int = 50) -> list[Opinion]:
    """List what a moderator gave, the latest first, with the comments it bore on."""
    settled_by = select(Decision.moderator_id).where(Decision.id == Reading.decision_id)
    query = (
        select(Reading)
        .where(
            Reading.moderator_id == moderator.id,
            # Otherwise the decision is in the list itself.
            or_(Reading.decision_id.is_(None), settled_by.scalar_subquery() != moderator.id),
        )
        .order_by(Reading.id.desc())
        .limit(limit)
        .options(
            selectinload(Reading.revision),
            selectinload(Reading.comment).options(*whole()),
        )
    )
    found: list[Opinion] = [*decisions.history(session, moderator, limit), *session.scalars(query)]
    return sorted(found, key=lambda opinion: opinion.id, reverse=True)[:limit]


def gave(session: Session, moderator: Moderator, comment_id: UUID) -> bool:
    """Tell whether a moderator gave a reading of a comment's present text that waits."""
    comment = session.get(Comment, comment_id)
    given = live(session, comment) if comment else []
    return any(reading.moderator_id == moderator.id for reading in given)


def live(session: Session, comment: Comment) -> list[Reading]:
    """List the readings of a comment's present text that wait for another or for a lead."""
    return [reading for reading in _given(session, comment) if reading.withdrawn_at is None]


def _common(session: Session, comment: Comment, shown: Shown) -> bool:
    """Tell whether a comment waits in the common queue as it was shown."""
    current = (comment.status, comment.revision) == ("pending", shown.revision)
    return current and shown.status == "pending" and session.get(Hold, comment.id) is None


def _given(session: Session, comment: Comment) -> Sequence[Reading]:
    """List the unsettled readings of a comment's present text, taken back or not."""
    query = (
        select(Reading)
        .join(Revision, Revision.id == Reading.revision_id)
        .where(
            Reading.comment_id == comment.id,
            Reading.decision_id.is_(None),
            Revision.number == comment.revision,
        )
        .order_by(Reading.id)
    )
    return session.scalars(query).all()


def _drawn(session: Session, moderator: Moderator, comment: Comment, draw: float) -> bool:
    # Once drawn for good: who takes a decision back and takes another gets no second draw.
    drawn = draw < Policy.model_validate(comment.site.policy).double_share
    if not drawn and not _given(session, comment):
        return False
    return session.scalar(accounts.colleagues(moderator).limit(1)) is not None


def _says(
    reading: Reading, action: Action, reason: str | None, note: str | None, told: str | None
) -> bool:
    words = [clean(text or "") or None for text in (note, told)]
    return [reading.action, reading.reason, reading.note, reading.told] == [action, reason, *words]


def _keep(
    session: Session,
    moderator: Moderator,
    comment: Comment,
    action: Action,
    shown: Shown,
    reason: str | None,
    note: str | None,
    told: str | None,
) -> Reading:
    review.check(action, reason, note, told)
    claims.check(session, moderator, comment.id)
    reading = Reading(
        comment_id=comment.id,
        revision_id=comment.latest.id,
        moderator_id=moderator.id,
        action=action,
        reason=reason,
        note=clean(note or "") or None,
        told=clean(told or "") or None,
        score_shown=shown.score,
        open_ms=shown.open_ms,
    )
    session.add(reading)
    session.flush()
    journal.record(session, moderator, f"reading.{action}", comment.id, reason=reason)
    return reading


def _reopen(session: Session, undone: Decision) -> None:
    query = select(Reading).where(
        Reading.decision_id == undone.undoes_id, Reading.withdrawn_at.is_(None)
    )
    given = session.scalars(query).all()
    agreed = len({reading.action for reading in given}) == 1
    for reading in given:
        if agreed and reading.moderator_id == undone.moderator_id:
            reading.withdrawn_at = now()
        else:
            reading.decision_id = None
