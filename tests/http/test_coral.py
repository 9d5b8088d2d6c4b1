"""Coral's external moderation phase."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from factories import BrokenClassifier, StubClassifier
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.coral import answer
from moderation import signatures
from moderation.champion import Assessment, Champion, Serving
from moderation.classifier import ATTRIBUTES, Score
from moderation.database import Database
from moderation.policy import Policy, Verdict
from moderation.tables import Comment, Site

SECRET = "empsec_3f1b2c4d5e6f708192a3b4c5d6e7f80912233445566778899aabbccddeeff001"
VECTOR = "sha256=e0d63ba6afce7ee9c8acea410ba1bc6830fa2f59715d27232f533036201fc9e4"


def body(text: str = "Espèce d’imbécile & co", role: str = "COMMENTER") -> bytes:
    document = {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": "u1", "role": role},
        "story": {"id": "s1", "url": "https://journal.example/a"},
        "site": {"id": "site1"},
        "tenantID": "t1",
        "tenantDomain": "coral.example",
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def post(client: FlaskClient, raw: bytes, signature: str | None = None) -> TestResponse:
    headers = {"X-Coral-Signature": signature or signatures.sign(SECRET, raw)}
    return client.post("/coral/gazette/phase", data=raw, headers=headers)


@pytest.fixture(autouse=True)
def secret(database: Database, site: Site) -> str:
    with database.write() as session:
        signatures.add(session, site, SECRET)
    return SECRET


def test_the_vector(visitor: FlaskClient) -> None:
    assert len(body()) == 326
    assert signatures.sign(SECRET, body()) == VECTOR
    assert post(visitor, body(), VECTOR).status_code == 200
    assert post(visitor, body(), f"sha256={'0' * 64},{VECTOR}").status_code == 200


@pytest.mark.parametrize("signature", ["x", "sha256=", VECTOR.upper(), VECTOR[:-1], "é,,"])
def test_a_wrong_signature(visitor: FlaskClient, signature: str) -> None:
    assert post(visitor, body(), signature).status_code == 401
    assert post(visitor, body() + b" ", VECTOR).status_code == 401


def test_two_secrets_while_one_replaces_the_other(
    visitor: FlaskClient, database: Database, site: Site
) -> None:
    for secret in ("empsec_2", "empsec_2", "empsec_3"):
        with database.write() as session:
            signatures.add(session, site, secret)
    raw = body()
    statuses = [
        post(visitor, raw, signatures.sign(each, raw)).status_code
        for each in (SECRET, "empsec_2", "empsec_3")
    ]
    assert statuses == [401, 200, 200]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merci pour cet article.", {"status": "APPROVED"}),
        ("<p>Merci &amp; bravo</p>", {"status": "APPROVED"}),
        ("Quel connard", {"status": "PREMOD"}),
        (
            "Quel idiot !",
            {
                "status": "SYSTEM_WITHHELD",
                "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"}],
            },
        ),
    ],
)
def test_certain_and_doubtful(visitor: FlaskClient, text: str, expected: Any) -> None:
    found = post(visitor, body(text))
    assert (found.status_code, found.json) == (200, expected)


@pytest.mark.parametrize(
    ("spam", "outcome", "reason"),
    [(0.9, "review", "SPAM"), (0.1, "review", "TOXIC"), (0.9, "audit", None)],
)
def test_flags(spam: float, outcome: Any, reason: str | None) -> None:
    assessment = Assessment(Score(0.9, {**dict.fromkeys(ATTRIBUTES, 0.9), "spam": spam}))
    verdict = Verdict(outcome, (), 0.5, 1.0, blind=outcome == "audit", rank=0.5)
    told = answer(verdict, assessment, Policy())
    if reason is None:
        assert told == {"status": "PREMOD"}
    else:
        assert told["actions"][0]["reason"] == f"COMMENT_DETECTED_{reason}"


def test_what_looks_like_a_crime_is_held_whatever_its_risk(
    visitor: FlaskClient, champion: Champion
) -> None:
    class Threatened(StubClassifier):
        def score(self, texts: Sequence[str]) -> list[Score]:
            return [Score(0.1, {**dict.fromkeys(ATTRIBUTES, 0.1), "threat": 0.99}) for _ in texts]

    champion.put(Serving(Threatened(), "threatened-1", 0.5))
    assert post(visitor, body("Je vais te tuer.")).json == {"status": "PREMOD"}


@pytest.mark.parametrize(("text", "role"), [("Quel idiot !", "STAFF"), ("", "COMMENTER")])
def test_no_opinion(visitor: FlaskClient, text: str, role: str) -> None:
    found = post(visitor, body(text, role))
    assert (found.status_code, found.data) == (204, b"")


def test_without_a_model_a_person_looks(visitor: FlaskClient, champion: Champion) -> None:
    champion.put(Serving(BrokenClassifier(), "broken-1", 0.5))
    assert post(visitor, body()).json == {"status": "PREMOD"}


def test_a_language_that_the_site_does_not_take_is_left_to_coral(
    visitor: FlaskClient, database: Database, site: Site, classifier: StubClassifier
) -> None:
    with database.write() as session:
        session.get_one(Site, site.id).policy = Policy(languages=("fr",)).model_dump(mode="json")
    english = "This is a very nice article, thank you for writing it, idiot."
    assert post(visitor, body(english)).status_code == 204


@pytest.mark.parametrize("raw", [b"", b"[]", b"not JSON", b'{"comment": 3}'])
def test_a_body_that_is_not_coral_s(visitor: FlaskClient, raw: bytes) -> None:
    assert post(visitor, raw).status_code == 400


def test_nothing_is_stored(visitor: FlaskClient, database: Database) -> None:
    post(visitor, body())
    with database.read() as session:
        assert session.query(Comment).count() == 0


def test_an_unknown_site(visitor: FlaskClient) -> None:
    assert visitor.post("/coral/nowhere/phase", data=body()).status_code == 404
