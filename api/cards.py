"""What a card of the queue shows, gathered for the templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from api import texts, waits
from api.around import Around, gather
from api.texts import Text, Unseen
from api.waits import Waits
from moderation import pending
from moderation.comments import find, whole
from moderation.pending import Record
from moderation.tables import Comment, Verdict

# From here on an attribute is worth a moderator's glance.
ATTRIBUTE_SHOWN = 0.5
ATTRIBUTES_MAX = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A comment with its context; a blind one has neither score nor reasons."""

    comment: Comment
    parent: Comment | None
    record: Record
    around: Around
    waits: Waits
    verdict: Verdict
    blind: bool
    attributes: Sequence[tuple[str, float]]
    text: Text
    unseen: Unseen


def build(session: Session, comments: Sequence[Comment], *, explain: bool = False) -> list[Card]:
    """Gather what the cards of these comments show."""
    records = pending.records(session, [comment.author_id for comment in comments])
    parents = pending.parents(session, comments)
    arounds = gather(session, comments)
    waiting = waits.gather(session, comments)
    unseen = texts.withheld(session, [*comments, *parents.values()])
    show = texts.explained if explain else texts.quick
    return [
        _card(
            comment,
            parents.get(comment.id),
            records[comment.author_id],
            arounds[comment.id],
            waiting[comment.id],
            show(comment, unseen),
            unseen,
        )
        for comment in comments
    ]


def one(session: Session, comment_id: UUID, *, explain: bool = False) -> Card:
    """Gather one comment's card, or raise NotFound."""
    comment = find(session, comment_id, *whole())
    return build(session, [comment], explain=explain)[0]


def _card(
    comment: Comment,
    parent: Comment | None,
    record: Record,
    around: Around,
    waits: Waits,
    text: Text,
    unseen: Unseen,
) -> Card:
    verdict = comment.latest.verdict
    shown = {} if comment.blind else verdict.attributes
    attributes = sorted(shown.items(), key=lambda item: -item[1])
    return Card(
        comment=comment,
        parent=parent,
        record=record,
        around=around,
        waits=waits,
        verdict=verdict,
        blind=comment.blind,
        attributes=[item for item in attributes if item[1] >= ATTRIBUTE_SHOWN][:ATTRIBUTES_MAX],
        text=text,
        unseen=unseen,
    )
