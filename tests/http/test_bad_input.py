"""Hostile and mistaken input: a clear problem, and nothing lost or stored."""

from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from moderation import sites
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Comment, Site


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nul\0", "null byte"),
        ("bip\a", "control character"),
        ("\u202eexe.pouic", "U+202E"),
        ("   \n ", "empty"),
        ("\u200b\u200b", "empty"),
        ("a" * 5001, "5000"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(
    client: FlaskClient, database: Database, text: str, said: str
) -> None:
    answer = client.post("/v1/comments", json=comment(text))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"][0]["pointer"] == "/text"
    assert said in answer.json["errors"][0]["detail"]
    with database.read() as session:
        assert session.query(Comment).count() == 0


def test_a_lone_surrogate_is_refused(client: FlaskClient) -> None:
    body = '{"text": "\\ud83d"}'
    stored = client.post("/v1/comments", json=comment()).json
    answer = client.put(f"/v1/comments/{stored['id']}", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize("field", ["name", "title", "external_id"])
def test_a_null_byte_is_refused_anywhere(client: FlaskClient, field: str) -> None:
    sent = comment()
    holder = {"name": sent["author"], "title": sent["article"]}.get(field, sent)
    holder[field] = "nul\0"
    assert client.post("/v1/comments", json=sent).status_code == 422


def test_text_is_kept_in_nfc(client: FlaskClient) -> None:
    answer = client.post("/v1/comments", json=comment("E\u0301te\u0301\r\nfini"))
    assert answer.json["text"] == "Été\nfini"


def test_html_becomes_the_text_it_shows(client: FlaskClient) -> None:
    markup = (
        "<p>Bonjour&nbsp;!</p><script>alert(1)</script>"
        '<div>voir <a href="https://gazette.example/x" onclick="x()">ici</a></div>'
    )
    answer = client.post("/v1/comments", json=comment(markup))
    assert "<" not in answer.json["text"]
    assert "alert" not in answer.json["text"]
    assert "ici (https://gazette.example/x)" in answer.json["text"]


@pytest.mark.parametrize("text", ["a < b et c > d", "je t’aime <3", "AT&T & co", "x &lt; y"])
def test_what_only_looks_like_html_is_kept(client: FlaskClient, text: str) -> None:
    assert client.post("/v1/comments", json=comment(text)).json["text"] == text


def test_a_site_may_refuse_html_and_set_its_limit(
    client: FlaskClient, database: Database, site: Site
) -> None:
    with database.write() as session:
        row = session.get_one(Site, site.id)
        row.policy = Policy(html="refuse", max_length=20).model_dump(mode="json")

    assert client.post("/v1/comments", json=comment("<b>gras</b>")).status_code == 422
    assert client.post("/v1/comments", json=comment("x" * 21)).status_code == 422
    assert client.post("/v1/comments", json=comment("x" * 20)).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            {"article": {"external_id": "a", "url": "javascript:alert(1)", "title": "t"}},
            "/article/url",
        ),
        ({"created_at": "2026-01-01T10:00:00"}, "/created_at"),
        ({"unexpected": 1}, "/unexpected"),
        ({"text": 12}, "/text"),
        ({"author": {"name": "A", "email": "pas une adresse"}}, "/author/email"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, change: dict, pointer: str) -> None:
    answer = client.post("/v1/comments", json=comment(**change))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1,"])
def test_a_body_that_is_not_json_is_a_bad_request(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/v1/comments", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_a_body_of_another_type_is_refused(client: FlaskClient) -> None:
    assert client.post("/v1/comments", data={"text": "x"}).status_code == 415


def test_a_body_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/comments", json=comment("x" * 9_000_000))
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer faux"}, {"Authorization": "Basic eA=="}]
)
def test_without_a_valid_key_nothing_is_answered(visitor: FlaskClient, header: dict) -> None:
    answer = visitor.post("/v1/comments", json=comment(), headers=header)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_every_v1_route_wants_a_key(visitor: FlaskClient) -> None:
    rules = [
        rule for rule in visitor.application.url_map.iter_rules() if rule.rule.startswith("/v1")
    ]
    assert rules
    for rule in rules:
        path = rule.rule.replace("<uuid:id>", str(UUID(int=0))).replace("<external_id>", "x")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert visitor.open(path, method=method).status_code == 401, (method, path)


def test_a_revoked_key_is_refused(client: FlaskClient, database: Database, key: str) -> None:
    with database.write() as session:
        sites.revoke_key(session, key)
    assert client.post("/v1/comments", json=comment()).status_code == 401


def test_another_site_s_comment_does_not_exist(client: FlaskClient, database: Database) -> None:
    stored = client.post("/v1/comments", json=comment()).json
    with database.write() as session:
        other = sites.new_key(session, sites.create(session, "echo", "L’Écho"), "tests")
    headers = {"Authorization": f"Bearer {other}"}
    assert client.get(f"/v1/comments/{stored['id']}", headers=headers).status_code == 404
    assert client.delete(f"/v1/comments/{stored['id']}", headers=headers).status_code == 404


def test_a_wall_of_twenty_kilobytes_is_taken_where_the_site_allows(
    client: FlaskClient, database: Database, site: Site
) -> None:
    with database.write() as session:
        row = session.get_one(Site, site.id)
        row.policy = {**row.policy, "max_length": 20_000}
    wall = ("a" * 400 + " ") * 49
    assert client.post("/v1/comments", json=comment(wall)).status_code == 201


def test_a_database_away_is_said_and_stores_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr("moderation.intake._adopt_replies", away)
        sent = comment()
        answer = client.post("/v1/comments", json=sent)
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"] == "2"
    assert client.post("/v1/comments", json=sent).status_code == 201
