"""What stands around the comments of a page: their authors' sanctions, the same words elsewhere."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from moderation import duplicates, standing
from moderation.duplicates import Count
from moderation.tables import Comment, Sanction


@dataclass(frozen=True, slots=True)
class Around:
    """The sanctions that hold against a comment's author, and how many comments resemble it."""

    sanctions: Sequence[Sanction]
    similar: Count | None


def gather(session: Session, comments: Sequence[Comment]) -> dict[UUID, Around]:
    """Gather what stands around each comment, by its id."""
    held: dict[UUID, list[Sanction]] = defaultdict(list)
    for sanction in standing.sanctions(session, [comment.author_id for comment in comments]):
        held[sanction.author_id].append(sanction)
    similar = duplicates.counts(session, [comment.id for comment in comments])
    return {
        comment.id: Around(held[comment.author_id], similar.get(comment.id)) for comment in comments
    }
