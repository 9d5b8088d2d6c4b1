"""Archives scored in bulk, and OpenAI's moderations."""

import json

import pytest
from factories import BrokenClassifier
from flask import Flask
from flask.testing import FlaskClient

from moderation.champion import Champion, Serving
from moderation.database import Database
from moderation.tables import Comment

NDJSON = "application/x-ndjson"


def lines(answer: str) -> list[dict]:
    return [json.loads(line) for line in answer.splitlines()]


def test_scores_come_in_the_order_of_the_texts(client: FlaskClient, database: Database) -> None:
    texts = ["Quel idiot !", "Merci.", "\u200b"] * 100
    scores = client.post("/v1/score", json={"texts": texts}).json["scores"]
    assert [score["reject"] for score in scores] == [0.9, 0.1, None] * 100
    assert scores[2]["error"] == "The text is empty."
    with database.read() as session:
        assert session.query(Comment).count() == 0


@pytest.mark.parametrize("body", [{"texts": []}, {"texts": ["a"] * 1001}, {"texts": [3]}, {}, []])
def test_a_bad_request_is_a_problem(client: FlaskClient, body: object) -> None:
    answer = client.post("/v1/score", json=body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_a_body_that_is_neither(client: FlaskClient) -> None:
    assert client.post("/v1/score", data="a", content_type="text/csv").status_code == 415
    assert client.post("/v1/score", data="{", content_type="application/json").status_code == 400


def test_lines_are_answered_one_by_one(client: FlaskClient) -> None:
    sent = ['"Quel idiot !"', '{"id": 7, "text": "Merci."}', "", "[1]", "{", '{"text": 3, "id": 8}']
    answer = client.post("/v1/score", data="\n".join(sent), content_type=NDJSON)
    assert (answer.status_code, answer.mimetype) == (200, NDJSON)
    first, second, *wrong = lines(answer.text)
    assert (first["reject"], "id" in first) == (0.9, False)
    assert (second["reject"], second["id"]) == (0.1, 7)
    assert [each["error"] for each in wrong] == ["Not a text."] * 3
    assert wrong[-1]["id"] == 8


def test_lines_come_out_while_others_go_in(client: FlaskClient) -> None:
    body = '"Merci."\n' * 1_001
    answer = client.post("/v1/score", data=body, content_type=NDJSON, buffered=False)
    chunks = list(answer.iter_encoded())
    assert len(chunks) > 16
    found = lines(b"".join(chunks).decode())
    assert len([each for each in found if "reject" in each]) == 1_000
    assert found[-1]["error"].startswith("More than 1000 texts")


def test_without_a_model_each_text_says_so(client: FlaskClient, champion: Champion) -> None:
    champion.put(Serving(BrokenClassifier(), "broken-1", 0.5))
    [score] = client.post("/v1/score", json={"texts": ["Merci."]}).json["scores"]
    assert score["error"] == "No model could score this text."
    openai = client.post("/v1/moderations", json={"input": "Merci."})
    assert (openai.status_code, openai.json["error"]["type"]) == (503, "server_error")


def test_a_key_is_needed_and_its_quota_kept(
    app: Flask, client: FlaskClient, visitor: FlaskClient
) -> None:
    assert visitor.post("/v1/score", json={"texts": ["a"]}).status_code == 401
    app.extensions["vigie"].settings.__dict__["key_quota"] = "1 per hour"
    assert client.post("/v1/score", json={"texts": ["a"]}).status_code == 200
    assert client.post("/v1/score", json={"texts": ["a"]}).status_code == 429
    refused = client.post("/v1/moderations", json={"input": "a"})
    assert (refused.status_code, refused.json["error"]["code"]) == (429, "rate_limit_exceeded")


def test_openai_s_categories(client: FlaskClient) -> None:
    found = client.post("/v1/moderations", json={"input": ["Quel idiot !", "Merci."]}).json
    toxic, calm = found["results"]
    assert len(toxic["categories"]) == len(toxic["category_scores"]) == 13
    assert (toxic["flagged"], calm["flagged"]) == (True, False)
    assert toxic["categories"]["harassment"]
    assert toxic["category_scores"]["self-harm"] == 0.0
    assert not toxic["categories"]["illicit"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"input": []}', b'{"input": [3]}', b'{"input": {}}', b"\xff"]
)
def test_openai_s_errors(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/v1/moderations", data=body)
    assert answer.status_code == 400
    assert set(answer.json["error"]) == {"message", "type", "param", "code"}
