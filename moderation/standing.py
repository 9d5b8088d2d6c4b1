"""How an author stands: the sanctions that hold now."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from moderation.tables import Sanction, now


def sanctions(session: Session, authors: Sequence[UUID]) -> Sequence[Sanction]:
    """List the sanctions of these authors that are neither over nor lifted, the latest first."""
    query = (
        select(Sanction)
        .where(
            Sanction.author_id.in_(authors),
            Sanction.lifted_at.is_(None),
            or_(Sanction.ends_at.is_(None), Sanction.ends_at > now()),
        )
        .order_by(Sanction.id.desc())
    )
    return session.scalars(query).all()
