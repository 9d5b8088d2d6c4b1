"""The journal: every action in the console, in the transaction that does it."""

from uuid import UUID

from sqlalchemy.orm import Session

from moderation.tables import LogEntry, Moderator


def record(
    session: Session,
    moderator: Moderator | None,
    action: str,
    subject: UUID | str | None = None,
    **details: str | int | float | bool | None,
) -> None:
    """Write down who did what to what; None is nobody who is logged in.

    `action` is `thing.verb` (`decision.approve`, `sanction.lift`, `session.open`), `subject` the
    id of what it was done to. `details` name things by ids and codes: no text, no author's name.
    """
    session.add(
        LogEntry(
            moderator_id=moderator.id if moderator else None,
            action=action,
            subject=str(subject) if subject is not None else None,
            details=details,
        )
    )
