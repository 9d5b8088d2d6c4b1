"""Claims: one reader a comment, for two minutes at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient

from moderation import accounts, claims, queues, review
from moderation.database import Database
from moderation.errors import Conflict, NotFound
from moderation.review import Shown
from moderation.tables import Claim, Moderator, now

SEEN = Shown(revision=1, status="pending", score=True)


@pytest.fixture
def team(database: Database) -> list[Moderator]:
    with database.write() as session:
        return [
            accounts.create(session, name, name, "un mot de passe long")
            for name in ("camille", "sacha")
        ]


@pytest.fixture
def waiting(client: FlaskClient) -> UUID:
    return UUID(client.post("/v1/comments", json=comment("Voleur !")).json["id"])


def test_a_claimed_comment_is_left_to_its_reader(
    database: Database, team: list[Moderator], waiting: UUID
) -> None:
    camille, sacha = team
    with database.write() as session:
        claims.take(session, camille, waiting)
    with database.read() as session:
        assert queues.counts(session, sacha, now().date())["pending"] == 0
        assert queues.counts(session, camille, now().date())["pending"] == 1
        assert claims.holders(session, sacha, [waiting])[waiting].name == "camille"
        assert claims.holders(session, camille, [waiting]) == {}
    with pytest.raises(Conflict, match="camille is reading"), database.write() as session:
        claims.take(session, sacha, waiting)
    with pytest.raises(Conflict, match="camille is reading"), database.write() as session:
        review.decide(session, sacha, waiting, "approve", SEEN)


def test_a_claim_runs_out_and_is_renewed_by_its_reader(
    database: Database, team: list[Moderator], waiting: UUID
) -> None:
    camille, sacha = team
    with database.write() as session:
        claims.take(session, camille, waiting)
        first = session.get_one(Claim, waiting).expires_at
    with database.write() as session:
        assert claims.take(session, camille, waiting).expires_at > first
    with database.write() as session:
        session.get_one(Claim, waiting).expires_at = now() - timedelta(seconds=1)
    with database.write() as session:
        assert claims.take(session, sacha, waiting).moderator_id == sacha.id


def test_a_claim_ends_with_its_release_or_decision(
    database: Database, team: list[Moderator], waiting: UUID
) -> None:
    camille, sacha = team
    with database.write() as session:
        claims.take(session, camille, waiting)
        claims.release(session, sacha, waiting)
        assert session.query(Claim).count() == 1
        claims.release(session, camille, waiting)
        assert session.query(Claim).count() == 0
        claims.take(session, sacha, waiting)
        review.decide(session, sacha, waiting, "approve", SEEN)
        assert session.query(Claim).count() == 0


def test_of_many_who_claim_at_once_one_has_it(
    database: Database, team: list[Moderator], waiting: UUID
) -> None:
    def claim(moderator: Moderator) -> bool:
        try:
            with database.write() as session:
                claims.take(session, moderator, waiting)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(claim, team))
    assert sorted(taken) == [False, True]


def test_an_unknown_comment_cannot_be_claimed(database: Database, team: list[Moderator]) -> None:
    with pytest.raises(NotFound), database.write() as session:
        claims.take(session, team[0], UUID(int=0))
