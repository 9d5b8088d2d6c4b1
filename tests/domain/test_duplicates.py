"""Texts that are nearly the same, and the groups they are kept in."""

from typing import Any
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient

from moderation import duplicates, likeness
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Comment, Duplicate, DuplicateKey, Site

SPAM = "Ce voleur gagne 3 000 euros par semaine depuis son canapé, demandez à Sandrine"


def meet(one: str, other: str) -> bool:
    """Whether two texts share a key and pass the check."""
    words, others = likeness.bare(one), likeness.bare(other)
    shared = set(likeness.keys(words)) & set(likeness.keys(others))
    return bool(shared) and likeness.alike(words, others)


@pytest.mark.parametrize(
    "variant",
    [
        SPAM.upper(),
        SPAM.replace("Sandrine", "Martine"),
        SPAM.replace("e", "é").replace(",", " !!"),
        SPAM + " aujourd’hui",
        SPAM.replace("a", "\u0430").replace("voleur", "v\u200bo\u200bleur"),
    ],
)
def test_variants_meet(variant: str) -> None:
    assert meet(SPAM, variant)


@pytest.mark.parametrize(
    "other",
    [
        "Ce maire gagne du temps : le guichet ouvre le samedi pour les passeports",
        "Sandrine, demandez à la mairie depuis votre canapé, trois semaines par an",
    ],
)
def test_other_texts_do_not(other: str) -> None:
    assert not meet(SPAM, other)


def test_short_texts_are_the_same_or_are_not() -> None:
    assert meet("Merci beaucoup !", "merci BEAUCOUP")
    assert not meet("Bravo le maire", "Bravo la maire")


@pytest.fixture
def post(client: FlaskClient) -> Any:
    """Submit texts; answers the comments' ids."""

    def submit(*texts: str) -> list[UUID]:
        sent = [comment(text, author={"external_id": text[:9], "name": "L"}) for text in texts]
        results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
        return [UUID(result["comment"]["id"]) for result in results]

    return submit


def counts(database: Database, *comments: UUID) -> list[tuple[int, int] | None]:
    with database.read() as session:
        found = duplicates.counts(session, comments)
    counted = [found.get(comment) for comment in comments]
    return [count and (count.total, count.pending) for count in counted]


def test_what_is_alike_is_counted(database: Database, post: Any) -> None:
    first, second, third, other = post(SPAM, SPAM + " !", SPAM.upper(), "Un avis mesuré.")
    assert counts(database, first, second, third, other) == [(2, 2), (2, 2), (2, 2), None]
    with database.read() as session:
        listed = duplicates.resembling(session, session.get_one(Comment, first))
        assert [row.id for row in listed] == [third, second]


def test_an_edit_moves_a_comment_and_the_group_has_an_heir(
    client: FlaskClient, database: Database, post: Any
) -> None:
    first, second, third = post(SPAM, SPAM + " !", SPAM + " ?")
    client.put(f"/v1/comments/{first}", json={"text": "Un avis mesuré sur la rocade."})
    assert counts(database, first, second, third)[0] is None
    [late] = post(SPAM.lower())
    assert counts(database, second, third, late) == [(2, 2), (2, 2), (2, 2)]


@pytest.mark.parametrize("path", ["/v1/comments/{}", "/v1/comments/{}?erase=true"])
def test_what_is_removed_is_forgotten(
    client: FlaskClient, database: Database, post: Any, path: str
) -> None:
    first, second = post(SPAM, SPAM + " !")
    for one in (first, second):
        client.delete(path.format(one))
        assert counts(database, first, second) == [None, None]
    with database.read() as session:
        assert session.query(Duplicate).count() == session.query(DuplicateKey).count() == 0


def test_an_erased_author_is_forgotten(client: FlaskClient, database: Database, post: Any) -> None:
    post(SPAM)
    client.delete(f"/v1/authors/{SPAM[:9]}")
    with database.read() as session:
        assert session.query(Duplicate).count() == 0


def test_a_blind_card_neither_tells_nor_is_told(
    client: FlaskClient, database: Database, post: Any, site: Site
) -> None:
    first, second = post(SPAM, SPAM + " !")
    with database.write() as session:
        blind = Policy(blind_share=1, first_comments=0)
        session.get_one(Site, site.id).policy = blind.model_dump(mode="json")
    [third] = post(SPAM + " ?")
    assert counts(database, first, second, third) == [(1, 1), (1, 1), None]


def test_an_upgrade_places_what_was_there(database: Database, post: Any) -> None:
    ids = post(SPAM, SPAM + " !", "Un avis mesuré.", "Encore " + SPAM)
    before = counts(database, *ids)
    with database.read() as session:
        keys = {(row.key, row.leader_id) for row in session.query(DuplicateKey)}
    database.downgrade("0005")
    database.upgrade()
    assert counts(database, *ids) == before
    with database.read() as session:
        assert {(row.key, row.leader_id) for row in session.query(DuplicateKey)} == keys
