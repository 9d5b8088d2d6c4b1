"""The Perspective facade, with the clients that speak to the real one."""

from collections.abc import Callable
from typing import Any

import environments

from moderation.database import Database
from moderation.tables import Comment, Decision, DecisionOrigin

Run = Callable[[list[str]], Any]
TEXT = "Quel idiot 😀 ! Merci à tous."


def sliced(text: str, begin: int, end: int) -> str:
    """Cut a text by UTF-16 code units, as JavaScript and Java do."""
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")


def test_google_api_python_client(run: Run, database: Database) -> None:
    found = run(environments.python("google-api-python-client==2.202.0", "google_api.py"))

    scores = found["all"]["attributeScores"]
    assert len(scores) == 9
    spans = scores["TOXICITY"]["spanScores"]
    assert [sliced(TEXT, span["begin"], span["end"]) for span in spans] == [
        "Quel idiot 😀 !",
        "Merci à tous.",
    ]
    assert [span["score"]["value"] for span in spans] == [0.9, 0.1]
    assert found["all"]["clientToken"] == "t1"
    assert found["all"]["detectedLanguages"] == ["fr"]
    assert found["suggest"] == {"clientToken": "comment:c1"}
    assert found["bad_key"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert found["no_attribute"]["message"] == "Missing requested_attributes"
    assert found["unknown"]["message"] == "Unknown requested attribute: FLIRTATION"
    with database.read() as session:
        decision = session.query(Decision).one()
        origin = session.get_one(DecisionOrigin, decision.id)
        assert session.query(Comment).one().external_id == "c1"
    assert decision.to_status == "rejected"
    assert origin.details["communityId"] == "Coral:https://coral.example"


def test_perspective(run: Run) -> None:
    found = run(environments.python("perspective==1.0.3", "perspective_103.py"))

    assert found["score"] == {"TOXICITY": 0.9, "INSULT": 0.9}
    assert found["calm"] == {
        "languages": ["fr"],
        "detectedLanguages": ["fr"],
        "clientToken": "t2",
    }
    assert found["suggest"] == {"clientToken": "t3"}


def test_pyperspective(run: Run) -> None:
    found = run(environments.python("PyPerspective==1.0.4", "pyperspective.py"))

    probability = [0.9, "PROBABILITY"]
    assert found["scores"] == {"TOXICITY": probability, "INSULT_EXPERIMENTAL": probability}
    assert found["spans"] == ["Quel idiot ! Bon."]
    assert found["languages"][0] == ["fr"]
    assert found["english"] == 0.9
    assert found["bad_key"] == ["InvalidAuthKey", "Invalid Auth Key Provided!"]


def test_perspectiveapi(run: Run) -> None:
    found = run(environments.python("perspectiveapi==1.1.0", "perspectiveapi_110.py"))
    assert found == {"toxicity": 0.9, "sexually_explicit": 0.9}


def test_npm_googleapis(run: Run) -> None:
    found = run(environments.node("googleapis.cjs"))

    spans = found["toxicity"]["spanScores"]
    assert [(span["begin"], span["end"]) for span in spans] == [(0, 15), (16, 20)]
    assert found["suggested"] == {"clientToken": "t1"}
    assert found["bad_key"]["message"] == "API key not valid. Please pass a valid API key."


def test_npm_perspective_api_client(run: Run) -> None:
    found = run(environments.node("perspective_api_client.cjs"))

    assert found["scores"]["TOXICITY"]["summaryScore"] == {"value": 0.9, "type": "PROBABILITY"}
    assert found["languages"] == ["fr"]
    assert found["bad_key"] == "API key not valid. Please pass a valid API key."
    assert found["unknown"] == "Unknown requested attribute: UNSUBSTANTIAL"
