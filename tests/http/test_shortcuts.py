"""Shortcuts as their owner wants them."""

from html import unescape

import pytest
from flask.testing import FlaskClient
from people import LogIn

from api.shortcuts import PRESETS


@pytest.fixture
def moderator(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


def words(page: str) -> str:
    return unescape(page).replace("\u00a0", " ")


def test_a_key_changed_shows_wherever_it_is_offered(moderator: FlaskClient) -> None:
    asked = {**PRESETS["vigie"], "approve": "Y", "on": "on"}
    assert moderator.post("/account/shortcuts", data=asked).status_code == 303
    page = moderator.get("/queue").text
    assert '"approve": "y"' in unescape(page)
    assert "<kbd>y</kbd>" in page


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("r", "« r » sert déjà à : rejeter"),
        ("3", "« 3 » choisit déjà un motif ou une file."),
        ("", "Une seule touche"),
        ("Ctrl", "Une seule touche"),
        ("\x7f", "Une seule touche"),
    ],
)
def test_a_key_that_cannot_be_had_changes_nothing(
    moderator: FlaskClient, key: str, said: str
) -> None:
    asked = {**PRESETS["vigie"], "approve": key, "zen": "w", "on": "on"}
    answer = moderator.post("/account/shortcuts", data=asked)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert 'name="zen" value="w"' in answer.text
    assert '"zen": "z"' in unescape(moderator.get("/queue").text)


def test_single_keys_can_be_switched_off(moderator: FlaskClient) -> None:
    moderator.post("/account/shortcuts", data=PRESETS["vigie"])
    page = words(moderator.get("/queue").text)
    assert 'data-keys="{}"' in page
    assert "Les raccourcis d’une seule touche sont désactivés." in page


def test_coral_s_keys_are_one_press_away(moderator: FlaskClient) -> None:
    moderator.post("/account/shortcuts/coral")
    page = unescape(moderator.get("/queue").text)
    assert '"approve": "f"' in page
    assert '"reject": "d"' in page
