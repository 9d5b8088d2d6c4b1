"""What stands around the comments of a page: how their authors stand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from moderation import standing
from moderation.tables import Comment, Sanction


@dataclass(frozen=True, slots=True)
class Around:
    """The sanctions that hold against a comment's author."""

    sanctions: Sequence[Sanction]


def gather(session: Session, comments: Sequence[Comment]) -> dict[UUID, Around]:
    """Gather what stands around each comment, by its id."""
    held: dict[UUID, list[Sanction]] = defaultdict(list)
    for sanction in standing.sanctions(session, [comment.author_id for comment in comments]):
        held[sanction.author_id].append(sanction)
    return {comment.id: Around(held[comment.author_id]) for comment in comments}
