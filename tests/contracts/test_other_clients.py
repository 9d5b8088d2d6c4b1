"""The Akismet and OpenAI facades, with the clients that speak to the real ones."""

from collections.abc import Callable
from typing import Any

import environments

from moderation.database import Database
from moderation.tables import Decision, DecisionOrigin, now

Run = Callable[[list[str]], Any]
THANKS = "Thanks for making the web a better place."


def test_akismet(run: Run, database: Database) -> None:
    found = run(environments.python("akismet==25.10.1", "akismet_25.py"))

    assert (found["valid"], found["invalid"]) == (True, False)
    assert (found["spam"], found["ham"]) == ("SPAM", "HAM")
    assert (found["test_spam"], found["test_ham"]) == ("SPAM", "HAM")
    assert found["submit_spam"]
    assert found["submit_ham"]
    assert found["bad_key"] == "APIKeyError"
    assert found["usage"] == {"limit": "none", "usage": 6, "percentage": 0, "throttled": False}
    [row] = found["sites"][now().strftime("%Y-%m")]
    assert (row["spam"], row["ham"], row["missed_spam"], row["false_positives"]) == (2, 2, 1, 1)
    assert found["csv"].splitlines()[1].startswith("https://blog.example,6,")
    with database.read() as session:
        decisions = session.query(Decision).order_by(Decision.id).all()
        origins = [session.get_one(DecisionOrigin, decision.id) for decision in decisions]
    assert [decision.action for decision in decisions] == ["reject", "approve"]
    assert all(origin.source == "akismet" for origin in origins)


def test_npm_akismet_api(run: Run) -> None:
    found = run(environments.node("akismet_api.cjs"))
    assert found == {
        "valid": True,
        "invalid": False,
        "spam": True,
        "ham": False,
        "submitted": [THANKS, THANKS],
        "bad_key": "Invalid API key",
        "key_in_path": True,
    }


def test_npm_akismet(run: Run) -> None:
    found = run(environments.node("akismet_207.cjs"))
    assert found == {
        "valid": True,
        "invalid": False,
        "spam": True,
        "ham": False,
        "submitted": "done",
    }


def test_openai(run: Run) -> None:
    found = run(environments.python("openai==3.57.0", "openai_client.py"))

    assert found["flagged"] == [True, False]
    assert found["harassment"] == 0.9
    assert found["self_harm"] == [False, 0.0]
    assert found["applied"] == ["text"]
    assert found["model"] == "vigie-stub-1"
    assert found["bad_key"] == [401, "invalid_api_key"]
    assert found["image"] == [400, None]
