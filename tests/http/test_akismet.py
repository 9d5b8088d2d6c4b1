"""The Akismet facade."""

from typing import Any

import pytest
from factories import BrokenClassifier, StubClassifier
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.champion import Champion, Serving
from moderation.classifier import ATTRIBUTES, Score
from moderation.database import Database
from moderation.tables import AkismetUsage, Comment, Decision, DecisionOrigin

SPAM = "Gagnez gros, voleur !"
HAM = "Merci pour cet article."


class SureClassifier(StubClassifier):
    """Be certain of everything."""

    def score(self, texts: Any) -> list[Score]:
        return [Score(0.99, dict.fromkeys(ATTRIBUTES, 0.99)) for _ in texts]


def check(client: FlaskClient, key: str, text: str = HAM, **fields: str) -> TestResponse:
    form = {"api_key": key, "blog": "https://b.example", "user_ip": "192.0.2.1", **fields}
    return client.post("/1.1/comment-check", data={"comment_content": text, **form})


def test_answers_are_bare_words(visitor: FlaskClient, key: str) -> None:
    for text, word in ((SPAM, b"true"), (HAM, b"false")):
        answer = check(visitor, key, text)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, word, "text/plain")
        assert answer.headers["X-akismet-guid"]
        assert "X-akismet-pro-tip" not in answer.headers


def test_blatant_spam_may_be_discarded(visitor: FlaskClient, key: str, champion: Champion) -> None:
    champion.put(Serving(SureClassifier(), "sure-1", 0.5))
    answer = check(visitor, key)
    assert (answer.data, answer.headers["X-akismet-pro-tip"]) == (b"true", "discard")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"comment_author": "viagra-test-123"}, b"true"),
        ({"comment_author": "akismet-guaranteed-spam"}, b"true"),
        ({"comment_content": SPAM, "user_role": "administrator"}, b"false"),
        ({"honeypot_field_name": "trap", "trap": "filled"}, b"true"),
        ({"honeypot_field_name": "trap", "trap": ""}, b"false"),
        ({"comment_content": "", "comment_author": "Un voleur"}, b"true"),
        ({"comment_content": "", "comment_author": ""}, b"false"),
        ({"recheck_reason": "edit", "inconnu": "x", "comment_context[]": "rocade"}, b"false"),
    ],
)
def test_triggers_and_odd_fields(
    visitor: FlaskClient, key: str, fields: dict[str, str], word: bytes
) -> None:
    assert check(visitor, key, **fields).data == word


@pytest.mark.parametrize("content_type", ["charset=utf-8", "text/plain", ""])
def test_a_form_under_another_type(visitor: FlaskClient, key: str, content_type: str) -> None:
    body = f"api_key={key}&user_ip=192.0.2.1&comment_content=Quel+voleur+%C3%A9hont%C3%A9"
    answer = visitor.post("/1.1/comment-check", data=body, content_type=content_type)
    assert answer.data == b"true"


def test_json_multipart_and_keys_everywhere(visitor: FlaskClient, key: str) -> None:
    fields = {"user_ip": "192.0.2.1", "comment_content": SPAM}
    host = {"Host": f"{key.upper()}.akismet.example:8000"}
    answers = [
        visitor.post("/1.1/comment-check", json={"api_key": key, **fields}),
        visitor.post("/1.1/comment-check", data=fields, headers=host),
        visitor.post(f"/{key}/1.1/comment-check", data=fields),
        visitor.post(
            "/1.1/comment-check", data={"key": key, **fields}, content_type="multipart/form-data"
        ),
    ]
    assert [answer.data for answer in answers] == [b"true"] * 4


def test_what_is_missing_is_told_in_a_header(visitor: FlaskClient, key: str) -> None:
    wrong = check(visitor, "wrong")
    assert (wrong.status_code, wrong.data) == (200, b"invalid")
    nobody = check(visitor, key, user_ip="")
    assert nobody.data == b"invalid"
    assert nobody.headers["X-akismet-debug-help"] == 'Empty "user_ip" value'
    assert visitor.post("/1.1/verify-key", data={"key": "wrong"}).data == b"invalid"
    assert visitor.post("/1.1/verify-key", data={"api_key": key}).data == b"valid"


def test_without_a_model_a_comment_is_not_called_harmless(
    visitor: FlaskClient, key: str, champion: Champion
) -> None:
    champion.put(Serving(BrokenClassifier(), "broken-1", 0.5))
    assert check(visitor, key).data == b"invalid"


def test_a_quota(app: Flask, visitor: FlaskClient, key: str) -> None:
    app.extensions["vigie"].settings.__dict__["key_quota"] = "1 per hour"
    assert check(visitor, key).status_code == 200
    assert check(visitor, key).status_code == 429


def test_submissions_are_decisions_that_contradict_each_other(
    visitor: FlaskClient, key: str, database: Database
) -> None:
    form = {
        "api_key": key,
        "user_ip": "192.0.2.1",
        "permalink": "https://b.example/1",
        "comment_content": HAM,
        "comment_author": "Léa",
        "comment_author_email": "lea@example.org",
    }
    for call in ("submit-spam", "submit-spam", "submit-ham"):
        assert visitor.post(f"/1.1/{call}", data=form).data == (
            b"Thanks for making the web a better place."
        )
    with database.read() as session:
        decisions = session.query(Decision).order_by(Decision.id).all()
        assert [(each.action, each.reason) for each in decisions] == [
            ("reject", "spam"),
            ("approve", None),
        ]
        comment = session.query(Comment).one()
        assert (comment.status, comment.article.url) == ("approved", "https://b.example/1")
        assert comment.author.identity.startswith("mail:")
        assert "192.0.2.1" not in repr(session.get_one(DecisionOrigin, decisions[0].id).details)


def test_a_test_is_neither_counted_nor_learnt_from(
    visitor: FlaskClient, key: str, database: Database
) -> None:
    check(visitor, key, is_test="1")
    form = {"api_key": key, "comment_content": SPAM, "is_test": "true"}
    visitor.post("/1.1/submit-spam", data=form)
    with database.read() as session:
        assert session.query(AkismetUsage).count() == session.query(Decision).count() == 0


def test_counts_by_blog_and_month(visitor: FlaskClient, key: str) -> None:
    for blog in ("https://a.example", "https://b.example", "https://b.example"):
        check(visitor, key, blog=blog)
    query = f"/1.2/key-sites?api_key={key}"
    [month, *_] = visitor.get(query).json
    rows = visitor.get(query).json[month]
    assert [(row["site"], row["api_calls"]) for row in rows] == [
        ("https://b.example", 2),
        ("https://a.example", 1),
    ]
    assert visitor.get(f"{query}&filter=a.ex&limit=1").json["total"] == 1
    assert visitor.get(f"{query}&month=2001-01").json["2001-01"] == []
    assert visitor.get("/1.2/usage-limit?api_key=wrong").data == b"invalid"
