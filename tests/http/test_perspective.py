"""The Perspective facade, rule by rule."""

import json
import logging
from typing import Any

import pytest
from factories import BrokenClassifier, StubClassifier
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.perspective.messages import TextEntry
from api.perspective.translate import MAX_SPANS, passages, utf16_offsets
from moderation.champion import Champion, Serving
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Base, Comment, Decision, DecisionOrigin, Site
from moderation.text import sentences

SMALL = hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
PIECES = st.sampled_from(
    [
        "Quel idiot",
        " ",
        ". ",
        "!",
        "\n",
        "😀",
        "👨‍👩‍👧",
        "é",
        "e\u0301",
        "\U0001f1eb\U0001f1f7",
        "\ud83d",
        "«",
        "»",
    ]
)


def analyze(client: FlaskClient, key: str, **body: Any) -> TestResponse:
    document = {
        "comment": {"text": "Quel idiot !"},
        "requestedAttributes": {"TOXICITY": {}},
        "languages": ["fr"],
        **body,
    }
    return client.post(f"/v1alpha1/comments:analyze?key={key}", json=document)


def suggest(client: FlaskClient, key: str, value: float, **body: Any) -> TestResponse:
    told = {"url": "https://j.example/a?commentID=c1", "Coral_comment_id": "c1"}
    document = {
        "comment": {"text": "Quel idiot !"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}},
        "clientToken": "comment:c1",
        "communityId": "Coral:https://coral.example",
        "context": {"entries": [{"text": json.dumps(told)}]},
        **body,
    }
    return client.post(f"/v1alpha1/comments:suggestscore?key={key}", json=document)


def set_policy(database: Database, site: Site, **options: Any) -> None:
    with database.write() as session:
        row = session.get_one(Site, site.id)
        row.policy = Policy(**{**row.policy, **options}).model_dump(mode="json")


def everything(database: Database) -> str:
    """All that is stored, as text."""
    with database.read() as session:
        return repr([session.execute(select(table)).all() for table in Base.metadata.sorted_tables])


def test_what_coral_sends(visitor: FlaskClient, key: str) -> None:
    body = {
        "comment": {"text": "Quel idiot !"},
        "doNotStore": True,
        "requestedAttributes": {"LIKELY_TO_REJECT": {}},
        "languages": ["en"],
    }
    answer = visitor.post(f"/v1alpha1/comments:analyze?key={key}", json=body)
    assert answer.status_code == 200
    assert answer.json["attributeScores"]["LIKELY_TO_REJECT"]["summaryScore"]["value"] == 0.9
    assert answer.json["languages"] == ["en"]


def test_without_spans_one_covers_the_whole_text(visitor: FlaskClient, key: str) -> None:
    answer = analyze(visitor, key, comment={"text": "😀 idiot"})
    [span] = answer.json["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 8)


def test_below_its_threshold_an_attribute_is_left_out(visitor: FlaskClient, key: str) -> None:
    attributes = {"TOXICITY": {"scoreThreshold": 0.9}, "INSULT": {"scoreThreshold": 0.91}}
    found = analyze(visitor, key, requestedAttributes=attributes).json
    assert list(found["attributeScores"]) == ["TOXICITY"]
    del attributes["TOXICITY"]
    found = analyze(visitor, key, requestedAttributes=attributes).json
    assert "attributeScores" not in found
    assert found["detectedLanguages"]


@pytest.mark.parametrize("prefix", ["", "/v1alpha1", "/proxy/perspective/v1alpha1"])
def test_any_prefix_will_do(visitor: FlaskClient, key: str, prefix: str) -> None:
    body = {"comment": {"text": "Bon"}, "requested_attributes": {"TOXICITY": {}}}
    answer = visitor.post(f"{prefix}/comments:analyze?key={key}&alt=json&prettyPrint=1", json=body)
    assert answer.status_code == 200


def test_the_discovery_document_leads_back_here(visitor: FlaskClient) -> None:
    found = visitor.get("/p/$discovery/rest?version=v1alpha1").json
    assert found["rootUrl"] == "http://localhost/p/"
    method = found["resources"]["comments"]["methods"]["analyze"]
    assert found["rootUrl"] + method["path"] == "http://localhost/p/v1alpha1/comments:analyze"


BOTH_CONTEXTS = (
    "Context can have either entries or article_and_parent_comment, but both fields were populated."
)
ERRORS = [
    ({"comment": {"text": ""}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
    ({"comment": {"text": " \u200b\n"}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
    ({"comment": {"text": "é" * 10_241}}, "Comment text too long.", "COMMENT_TOO_LONG"),
    ({"requestedAttributes": {}}, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
    (
        {"requestedAttributes": {"CHARM": {}}},
        "Unknown requested attribute: CHARM",
        "INVALID_REQUEST",
    ),
    (
        {"requestedAttributes": {"TOXICITY@9": {}}},
        "Unknown requested attribute: TOXICITY@9",
        "INVALID_REQUEST",
    ),
    (
        {"requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}},
        "Requested score type RAW is not supported by attribute TOXICITY",
        "INVALID_REQUEST",
    ),
    (
        {
            "context": {
                "entries": [{"text": "a"}],
                "articleAndParentComment": {"article": {"text": "b"}},
            }
        },
        BOTH_CONTEXTS,
        "INVALID_REQUEST",
    ),
    (
        {"comment": {"text": "😀 123"}, "languages": []},
        "Unable to detect language",
        "LANGUAGE_DETECTION_FAILED",
    ),
]


@pytest.mark.parametrize(("change", "message", "kind"), ERRORS)
def test_errors_are_word_for_word(
    visitor: FlaskClient, key: str, change: dict[str, Any], message: str, kind: str
) -> None:
    answer = analyze(visitor, key, **change)
    assert answer.status_code == 400
    error = answer.json["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == message
    assert error["details"] == [
        {
            "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
            "errorType": kind,
        }
    ]


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"[" * 100_000, b'{"comment": 3}'])
def test_any_wrong_body_is_a_json_error_with_details(
    visitor: FlaskClient, key: str, body: bytes
) -> None:
    answer = visitor.post(f"/v1alpha1/comments:analyze?key={key}", data=body)
    assert answer.status_code == 400
    assert answer.json["error"]["details"]
    assert "reason" not in answer.json["error"]["details"][0]


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%ED%A0%BD"])
def test_a_bad_key(visitor: FlaskClient, query: str) -> None:
    answer = visitor.post(f"/v1alpha1/comments:analyze{query}", json={})
    assert answer.status_code == 400
    error = answer.json["error"]
    assert error["message"] == "API key not valid. Please pass a valid API key."
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_a_language_that_the_site_refuses(
    visitor: FlaskClient, key: str, database: Database, site: Site
) -> None:
    set_policy(database, site, languages=["fr"])
    refused = analyze(visitor, key, languages=["en", "fr-FR"]).json["error"]
    assert refused["message"] == "Attribute TOXICITY does not support request languages: en"
    [detail] = refused["details"]
    assert detail["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert detail["languageNotSupportedByAttributeError"] == {
        "attribute": "TOXICITY",
        "requestedLanguages": ["en"],
    }
    english = {"text": "This is a very nice article, thank you for writing it."}
    detected = analyze(visitor, key, comment=english, languages=[]).json["error"]["details"][0]
    told = detected["languageNotSupportedByAttributeError"]
    assert told == {"attribute": "TOXICITY", "detectedLanguages": ["en"]}
    assert analyze(visitor, key).status_code == 200


def test_a_quota_is_told_in_google_s_words(app: Flask, visitor: FlaskClient, key: str) -> None:
    app.extensions["vigie"].settings.__dict__["key_quota"] = "2 per hour"
    answers = [analyze(visitor, key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    error = answers[2].json["error"]
    assert error["status"] == "RESOURCE_EXHAUSTED"
    assert error["message"].startswith("Quota exceeded for quota metric")
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"


def test_without_a_score_it_says_so(visitor: FlaskClient, key: str, champion: Champion) -> None:
    champion.put(Serving(BrokenClassifier(), "broken-1", 0.5))
    answer = analyze(visitor, key)
    assert answer.status_code == 503
    assert answer.json["error"]["status"] == "UNAVAILABLE"


def test_a_version_can_be_named(visitor: FlaskClient, key: str, classifier: StubClassifier) -> None:
    name = f"TOXICITY@{classifier.version}"
    found = analyze(visitor, key, requestedAttributes={name: {}, "INSULT": {}}).json
    assert set(found["attributeScores"]) == {name, "INSULT"}


@pytest.mark.parametrize("text", ["Quel\0 idiot", "Quel idiot \ud83d", "<p>Quel idiot</p>"])
def test_odd_texts_are_scored_rather_than_refused(
    visitor: FlaskClient, key: str, text: str
) -> None:
    answer = analyze(visitor, key, comment={"text": text, "type": "HTML"}, spanAnnotations=True)
    assert answer.status_code == 200
    assert answer.json["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.9


def test_analysed_texts_are_neither_stored_nor_logged(
    visitor: FlaskClient,
    key: str,
    database: Database,
    site: Site,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        analyze(visitor, key, comment={"text": "Secret d’idiot"})
        set_policy(database, site, store_analysed=True)
        analyze(visitor, key, comment={"text": "Secret d’idiot"}, doNotStore=True)
        suggest(visitor, key, 1, comment={"text": "Secret d’idiot"}, doNotStore=True)
    assert "Secret" not in everything(database)
    assert "Secret" not in caplog.text


def test_a_site_can_have_them_stored(
    visitor: FlaskClient, key: str, database: Database, site: Site
) -> None:
    set_policy(database, site, store_analysed=True)
    for text in ("Quel idiot !", "Quel idiot !", "Un autre texte"):
        assert analyze(visitor, key, comment={"text": text}, clientToken="t").status_code == 200
    with database.read() as session:
        [stored] = session.query(Comment).all()
        assert (stored.status, stored.latest.text) == ("pending", "Quel idiot !")


def test_a_suggested_score_is_a_decision_with_its_origin(
    visitor: FlaskClient, key: str, database: Database
) -> None:
    assert suggest(visitor, key, 1).json == {"clientToken": "comment:c1"}
    with database.read() as session:
        [decision] = session.query(Decision).all()
        origin = session.get_one(DecisionOrigin, decision.id)
        comment = decision.comment
        assert (comment.external_id, comment.status) == ("c1", "rejected")
        assert comment.article.url == "https://j.example/a"
        assert comment.latest.text == "Quel idiot !"
    assert (decision.action, decision.reason, decision.score_shown) == ("reject", "other", False)
    assert origin.source == "coral"
    assert origin.details == {
        "clientToken": "comment:c1",
        "communityId": "Coral:https://coral.example",
        "attributes": ["TOXICITY"],
        "url": "https://j.example/a?commentID=c1",
        "Coral_comment_id": "c1",
    }


def test_repeats_change_nothing_and_contradictions_reverse(
    visitor: FlaskClient, key: str, database: Database
) -> None:
    for value in (1, 1, 0, 0, 1):
        suggest(visitor, key, value)
    with database.read() as session:
        decisions = session.query(Decision).order_by(Decision.id).all()
        assert [decision.action for decision in decisions] == ["reject", "approve", "reject"]
        assert session.query(Comment).one().status == "rejected"


def test_a_decision_on_an_edited_text_bears_on_the_edit(
    visitor: FlaskClient, key: str, database: Database
) -> None:
    suggest(visitor, key, 1)
    suggest(visitor, key, 0, comment={"text": "Quel homme !"})
    with database.read() as session:
        comment = session.query(Comment).one()
        assert (comment.status, comment.revision) == ("approved", 2)
        assert [each.revision.number for each in comment.decisions] == [1, 2]


@pytest.mark.parametrize("entry", ["", "not JSON", "[]", "[" * 5000, '{"Coral_comment_id": {}}'])
def test_context_that_is_not_coral_s_is_no_error(
    visitor: FlaskClient, key: str, entry: str
) -> None:
    answer = suggest(visitor, key, 1, context={"entries": [{"text": entry}]}, clientToken=None)
    assert (answer.status_code, answer.json) == (200, {})


def test_ids_that_no_database_keeps(visitor: FlaskClient, key: str, database: Database) -> None:
    told = {"url": "https://j.example/\0\ud83d", "Coral_comment_id": "c\0\ud83d" + "x" * 300}
    context = {"entries": [{"text": json.dumps(told)}]}
    for _ in range(2):
        answer = suggest(visitor, key, 1, context=context, clientToken="\0\ud83d")
        assert answer.status_code == 200
    with database.read() as session:
        assert session.query(Decision).count() == 1


@given(st.lists(PIECES, max_size=30).map("".join))
@SMALL
def test_utf16_spans_slice_back_to_the_sentences(text: str) -> None:
    units = utf16_offsets(text)
    encoded = text.encode("utf-16-le", "surrogatepass")
    spans = passages(TextEntry(text=text), text, by_sentence=True)[1:]
    for span in spans:
        sliced = encoded[2 * units[span.start] : 2 * units[span.end]]
        assert sliced.decode("utf-16-le", "surrogatepass") == text[span.start : span.end]
    assert {(span.start, span.end) for span in spans} <= set(sentences(text))
    assert len(encoded) == 2 * units[-1]


def test_very_many_sentences_share_spans() -> None:
    text = "Oui. " * 4_000
    spans = passages(TextEntry(text=text), text, by_sentence=True)[1:]
    assert len(spans) <= MAX_SPANS
    assert (spans[0].start, spans[-1].end) == (0, len(text) - 1)
