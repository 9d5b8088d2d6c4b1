"""One decision on many comments: what it takes, what it leaves, and its one undo."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select

from moderation import (
    accounts,
    bulk,
    bulk_choice,
    claims,
    flags,
    intake,
    outbox,
    privacy,
    review,
    scores,
)
from moderation.bulk import Order, Progress
from moderation.champion import Assessment
from moderation.classifier import ATTRIBUTES, Score
from moderation.database import Database
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.policy import Policy
from moderation.review import Shown
from moderation.tables import (
    Bulk,
    Claim,
    Comment,
    Decision,
    Delivery,
    Hold,
    LogEntry,
    Moderator,
    Site,
)

BLIND, SEEN = 0.01, 0.99
REJECT = Order("reject", "insult", "Vague du soir.")
Team = dict[str, Moderator]


@pytest.fixture
def team(database: Database) -> Team:
    with database.write() as session:
        return {
            name: accounts.create(session, name, name.title(), "un mot de passe long", role)
            for name, role in (("camille", "moderator"), ("sacha", "moderator"), ("chef", "lead"))
        }


@pytest.fixture
def say(database: Database, site: Site) -> Callable[..., list[UUID]]:
    """Store comments that wait, each scored alike."""
    numbers = iter(range(10_000))

    def say(count: int, reject: float = 0.85, draw: float = SEEN) -> list[UUID]:
        score = Score(reject, dict.fromkeys(ATTRIBUTES, reject))
        with database.write() as session:
            own = session.get_one(Site, site.id)
            own.policy = Policy(blind_share=0.05, first_comments=0).model_dump()
            return [
                intake.submit(
                    session,
                    own,
                    Submission(
                        external_id=f"c{next(numbers)}",
                        article=ArticleRef("a1", "https://gazette.example/a1", "Titre"),
                        author=AuthorRef("Lucie", "id:u1"),
                        text="Un avis.",
                    ),
                    Assessment(score, None, 0.5),
                    draw,
                )[0].id
                for _ in range(count)
            ]

    return say


@pytest.fixture
def ask(database: Database) -> Callable[..., Bulk]:
    def ask(moderator: Moderator, order: Order = REJECT, expected: int = bulk_choice.MAX) -> Bulk:
        with database.write() as session:
            chosen = scores.within("reject", 80, 90)
            return bulk.ask(session, moderator, chosen, order, "scores", expected)

    return ask


@pytest.fixture
def work(database: Database) -> Callable[..., Progress]:
    """Take every step of a bulk, or of its undoing."""

    def steps(moderator: Moderator, asked: Bulk) -> Iterator[None]:
        ended = False
        while not ended:
            with database.write() as session:
                found = bulk.go_on(session, moderator, asked.id)
                ended = bool(found.undone_at if found.undo_asked_at else found.finished_at)
            yield

    def work(moderator: Moderator, asked: Bulk) -> Progress:
        for _ in steps(moderator, asked):
            pass
        with database.read() as session:
            return bulk.progress(session, [asked.id])[asked.id]

    return work


def statuses(database: Database) -> dict[str, int]:
    with database.read() as session:
        query = select(Comment.status, func.count()).group_by(Comment.status)
        return dict(session.execute(query).all())


def test_a_bulk_takes_the_band_and_leaves_what_is_not_free(
    database: Database, team: Team, say: Callable, ask: Callable, work: Callable
) -> None:
    camille, sacha = team["camille"], team["sacha"]
    aside, read, *_rest = say(5)
    say(2, draw=BLIND)
    say(1, reject=0.95)
    with database.write() as session:
        session.add(Hold(comment_id=aside, kind="aside", moderator_id=sacha.id))
        claims.take(session, sacha, read)
        outbox.subscribe(session, session.query(Site).one(), "https://gazette.example/hook")
    with database.read() as session:
        chosen = [Comment.status == "pending"]
        found = bulk_choice.survey(session, camille, chosen, "reject")
        assert (found.takes, found.held, found.claimed, found.blind) == (4, 1, 1, 2)

    asked = ask(camille)
    assert work(camille, asked) == Progress(done=3)
    assert statuses(database) == {"pending": 5, "rejected": 3}
    with database.read() as session:
        assert session.query(Delivery).count() == 3
        actions = session.scalars(select(LogEntry.action)).all()
        decided = [action for action in actions if action.startswith(("bulk.", "decision."))]
        assert decided == ["bulk.reject"]


def test_what_changed_meanwhile_is_left(
    database: Database, site: Site, team: Team, say: Callable, ask: Callable, work: Callable
) -> None:
    camille, sacha = team["camille"], team["sacha"]
    edited, decided, claimed, *_rest = say(5)
    asked = ask(camille)
    with database.write() as session:
        intake.revise(session, site, edited, "Autre chose.", Assessment(None, None, None), SEEN)
        review.decide(session, sacha, decided, "approve", Shown(1, "pending", score=True))
        claims.take(session, sacha, claimed)
    assert work(camille, asked) == Progress(done=2, left=3)
    assert statuses(database) == {"pending": 2, "approved": 1, "rejected": 2}


def test_a_bulk_ends_what_hangs_on_its_comments(
    database: Database, team: Team, say: Callable, ask: Callable, work: Callable
) -> None:
    camille = team["camille"]
    flagged, held, mine, _alone = say(4)
    with database.write() as session:
        flags.add(session, session.get_one(Comment, flagged), "insult")
        claims.take(session, camille, mine)
    asked = ask(camille)
    with database.write() as session:
        session.add(Hold(comment_id=held, kind="aside", moderator_id=camille.id))
    assert work(camille, asked) == Progress(done=4)
    with database.read() as session:
        assert flags.unresolved(session, [flagged]) == {}
        assert session.query(Hold).count() == session.query(Claim).count() == 0
        told = session.scalars(
            select(Decision.comment_id).where(Decision.statement.contains("signal"))
        )
        assert told.all() == [flagged]


def test_one_undo_takes_back_what_still_stands(
    database: Database, team: Team, say: Callable, ask: Callable, work: Callable
) -> None:
    camille, sacha = team["camille"], team["sacha"]
    comments = say(bulk.STEP + 3)
    asked = ask(camille)
    work(camille, asked)
    with database.write() as session:
        assert bulk.latest(session, camille).id == asked.id
        review.decide(session, sacha, comments[0], "approve", Shown(1, "rejected", score=True))
        bulk.undo(session, camille, asked.id)
    assert work(camille, asked) == Progress(undone=bulk.STEP + 2, kept=1)
    assert statuses(database) == {"pending": bulk.STEP + 2, "approved": 1}
    with database.read() as session:
        assert bulk.latest(session, camille) is None


def test_an_undo_in_the_middle_decides_nothing_more(
    database: Database, team: Team, say: Callable, ask: Callable, work: Callable
) -> None:
    camille = team["camille"]
    say(bulk.STEP + 3)
    asked = ask(camille)
    with database.write() as session:
        bulk.go_on(session, camille, asked.id)
        bulk.undo(session, camille, asked.id)
    assert work(camille, asked) == Progress(undone=bulk.STEP, left=3)
    assert statuses(database) == {"pending": bulk.STEP + 3}


def test_what_cannot_be_asked_for_freezes_nothing(
    database: Database, team: Team, say: Callable, ask: Callable
) -> None:
    camille = team["camille"]
    with pytest.raises(Conflict):
        ask(camille)
    say(3)
    with pytest.raises(InvalidText):
        ask(camille, Order("reject"))
    with pytest.raises(Conflict):
        ask(camille, expected=2)
    say(bulk.LEAD_ABOVE)
    with pytest.raises(NotAllowed):
        ask(camille)
    with database.read() as session:
        assert session.query(Bulk).count() == 0
    asked = ask(team["chef"])
    with database.write() as session, pytest.raises(NotFound):
        bulk.go_on(session, camille, asked.id)


def test_an_erased_author_is_named_by_no_bulk(
    database: Database, site: Site, team: Team, say: Callable
) -> None:
    camille = team["camille"]
    say(2)
    with database.write() as session:
        chosen = [Comment.status == "pending"]
        asked = bulk.ask(session, camille, chosen, REJECT, "of=search&q=lucie", 2)
        privacy.erase_author(session, session.get_one(Site, site.id), "u1")
    with database.read() as session:
        found = session.get_one(Bulk, asked.id)
        assert (found.described, found.note) == ("", None)
