"""A comment's text as a card shows it: what carried its score, what it hides, whom it names."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import BadRequest

from api import login
from api.context import service, today
from api.pieces import HEAVY, WEAK, Canvas, Passage
from moderation import addresses, comments, decoding, exposure, hidden, terms
from moderation.addresses import Link
from moderation.classifier import ATTRIBUTES
from moderation.decoding import Decoded
from moderation.explanations import Explanation
from moderation.policy import Policy
from moderation.tables import Comment, Revision, Verdict

EXPLAINED = ("reject", *ATTRIBUTES)
# A text this long scrolls in its card, and must then be reached by keyboard.
SCROLLS = 1_500
# More would not be listened to.
HEAVIEST = 6
DECODED_MAX = 12


@dataclass(frozen=True, slots=True)
class Unseen:
    """The severe texts that a moderator has not asked to see, and how many they read that day."""

    comments: Collection[UUID] = ()
    read: int = 0
    limit: int | None = None

    @property
    def over(self) -> bool:
        """Whether the moderator may read no more today."""
        return self.limit is not None and self.read >= self.limit


@dataclass(frozen=True, slots=True)
class Text:
    """What a card shows of a comment's text; nothing of it while `severe` says why it is withheld.

    `explained` is the score whose words are marked, None while the text waits to be explained.
    """

    comment: Comment
    severe: Sequence[str] = ()
    unseen: Unseen | None = None
    passages: Sequence[Passage] = ()
    explained: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    heaviest: Sequence[str] = ()
    decoded: Sequence[Decoded] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    links: Sequence[Link] = ()
    accused: bool = False
    lazy: bool = False

    @property
    def carries(self) -> bool:
        """Whether whole sentences are told to carry the score."""
        return any(passage.carried for passage in self.passages)

    @property
    def scrolls(self) -> bool:
        """Whether the text is too long to be shown whole."""
        return len(self.comment.latest.text) > SCROLLS


def one(session: Session, comment_id: UUID) -> Text:
    """Show one comment's text, explained, with no other question to the database than it takes."""
    comment = comments.find(session, comment_id, joinedload(Comment.site), comments.judged())
    return explained(comment, withheld(session, [comment]))


def withheld(session: Session, comments: Sequence[Comment]) -> Unseen:
    """Find the comments whose severe text whoever is logged in has not asked to see today."""
    severe = {comment.id for comment in comments if exposure.severe(comment)}
    if not severe:
        return Unseen()
    reader = login.current()
    read = exposure.count(session, reader, today())
    unseen = Unseen(severe, read, reader.severe_limit)
    if not exposure.blurs(reader) and not unseen.over:
        return Unseen()
    return replace(unseen, comments=severe - exposure.seen(session, reader, severe, today()))


def quick(comment: Comment, unseen: Unseen) -> Text:
    """Show a text with what costs nothing; the rest comes when the card is looked at."""
    if comment.id in unseen.comments:
        return _withheld(comment, unseen)
    canvas = Canvas(comment.latest.text)
    _paint_findings(canvas, comment)
    _paint_sought(canvas, comment)
    return Text(comment, passages=canvas.passages(), lazy=True)


def explained(comment: Comment, unseen: Unseen) -> Text:
    """Show a text with all that is told of it; of a blind card, nothing that its score would."""
    if comment.id in unseen.comments:
        return _withheld(comment, unseen)
    revision, verdict = comment.latest, comment.latest.verdict
    text, blind = revision.text, comment.blind
    canvas = Canvas(text)
    _paint_findings(canvas, comment)
    _paint_sought(canvas, comment)
    persons = service().persons.of(revision.id, text)
    canvas.paint("person", persons, True)
    found_links = addresses.find(text)
    decoded = _decoded(comment, found_links)
    for found in decoded:
        canvas.paint("read", [(found.start, found.end)], found.read)
    canvas.paint("link", [(link.start, link.end) for link in found_links], True)
    can = not blind and service().explanations.can(verdict.model_version)
    attribute = _asked()
    why = _explain(revision, attribute) if can else Explanation()
    canvas.paint_words(why.words)
    canvas.paint("carried", [(found.start, found.end) for found in why.sentences], True)
    return Text(
        comment,
        passages=canvas.passages(),
        explained=attribute if can else None,
        scores=_scores(verdict) if can else {},
        heaviest=list(_heaviest(text, why)),
        decoded=_distinct(decoded),
        hidden=Counter(found.kind for found in hidden.find(text)),
        links=found_links,
        accused=bool(persons) and not blind and _accuses(verdict),
    )


def _withheld(comment: Comment, unseen: Unseen) -> Text:
    return Text(comment, severe=exposure.severe(comment), unseen=unseen)


def _paint_findings(canvas: Canvas, comment: Comment) -> None:
    if not comment.blind:
        for finding in comment.latest.verdict.findings:
            canvas.paint("matched", finding.spans, True)


def _paint_sought(canvas: Canvas, comment: Comment) -> None:
    """Mark what a search was for, on a page that answers one."""
    asked = request.args.get("q")
    if asked:
        canvas.paint("sought", terms.spans(comment.latest.text, terms.read(asked)), True)


def _decoded(comment: Comment, links: Sequence[Link]) -> list[Decoded]:
    """Decode the words of a text; an address is told by its host, not letter by letter."""
    words = Policy.model_validate(comment.site.policy).words
    return [
        found
        for found in decoding.decode(comment.latest.text, words)
        if not any(link.start < found.end and found.start < link.end for link in links)
    ]


def _asked() -> str:
    attribute = request.args.get("attribute", "reject")
    if attribute not in EXPLAINED:
        raise BadRequest(f"No model scores {attribute}.")
    return attribute


def _explain(revision: Revision, attribute: str) -> Explanation:
    version = revision.verdict.model_version or ""
    return service().explanations.of(revision.id, revision.text, version, attribute)


def _scores(verdict: Verdict) -> dict[str, float]:
    """Order the scores that can be explained: rejection, then attributes from the highest."""
    attributes = sorted(verdict.attributes.items(), key=lambda item: -item[1])
    return {"reject": verdict.reject or 0.0, **dict(attributes)}


def _heaviest(text: str, why: Explanation) -> Iterator[str]:
    words = sorted((word for word in why.words if word.weight > 0), key=lambda w: -w.weight)
    for word in words[:HEAVIEST]:
        if word.weight >= WEAK * max(words[0].weight, HEAVY):
            yield text[word.start : word.end]


def _distinct(decoded: Sequence[Decoded]) -> list[Decoded]:
    return list({(one.written, one.read): one for one in decoded}.values())[:DECODED_MAX]


def _accuses(verdict: Verdict) -> bool:
    """Tell whether a text that names somebody may also accuse: a sign is enough to look twice."""
    threshold = verdict.threshold
    if verdict.findings or threshold is None:
        return bool(verdict.findings)
    insult: float = verdict.attributes.get("insult", 0.0)
    return max(verdict.reject or 0.0, insult) >= threshold
