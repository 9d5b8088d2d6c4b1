"""The thread around a comment, over HTTP."""

from html import unescape
from itertools import pairwise

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient

from api.login import limiter
from moderation import accounts
from moderation.database import Database

PASSWORD = "un mot de passe long"


@pytest.fixture
def moderator(app: Flask, database: Database) -> FlaskClient:
    limiter.reset()
    with database.write() as session:
        accounts.create(session, "camille", "Camille", PASSWORD)
    browser = app.test_client()
    browser.post("/login", data={"login": "camille", "password": PASSWORD})
    return browser


def chain(client: FlaskClient, length: int) -> list[str]:
    """Comments that each answer the one before; answers their ids."""
    sent = [comment(f"Avis numéro {number}.") for number in range(length)]
    for parent, child in pairwise(sent):
        child["parent_external_id"] = parent["external_id"]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    return [result["comment"]["id"] for result in results]


def shown(moderator: FlaskClient, path: str) -> str:
    return unescape(moderator.get(path).text).replace("\u00a0", " ")


def test_what_a_comment_answers_and_what_answers_it(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    ids = chain(client, 9)
    client.delete(f"/v1/comments/{ids[6]}")
    page = shown(moderator, f"/comments/{ids[7]}/around")
    told = [number for number in range(9) if f"Avis numéro {number}." in page]
    assert told == [2, 3, 4, 5, 7, 8]
    assert "Le fil commence plus haut." in page
    assert page.count('aria-current="true"') == 1
    assert "8 approuvés" in page
    assert "1 retiré." in page


def test_many_answers_are_counted(client: FlaskClient, moderator: FlaskClient) -> None:
    [parent] = chain(client, 1)
    external = client.get(f"/v1/comments/{parent}").json["external_id"]
    answers = [comment(f"Réponse {n}.", parent_external_id=external) for n in range(7)]
    client.post("/v1/comments/batch", json={"comments": answers})
    page = shown(moderator, f"/comments/{parent}/around")
    assert "Réponse 4." in page
    assert "Réponse 5." not in page
    assert "2 autres réponses." in page


def test_the_whole_thread_shows_whatever_became_of_each(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    ids = chain(client, 3)
    client.put(f"/v1/comments/{ids[1]}", json={"text": "Voleur !"})
    page = shown(moderator, f"/comments/{ids[2]}/thread")
    places = [page.index(text) for text in ("Avis numéro 0.", "Voleur !", "Avis numéro 2.")]
    assert places == sorted(places)
    assert '<li class="d2 here">' in page
    assert "à traiter" in page


def test_a_long_thread_has_pages(client: FlaskClient, moderator: FlaskClient) -> None:
    ids = chain(client, 5)
    page = shown(moderator, f"/comments/{ids[0]}/thread?after={ids[2]}")
    assert [n for n in range(5) if f"Avis numéro {n}." in page] == [3, 4]
    assert moderator.get(f"/comments/{ids[0]}/thread?after=x").status_code == 400


def test_hostile_names_and_texts_are_shown_not_run(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    sent = comment("Voleur &lt;b&gt;", author={"name": "<i>Lucie</i>"})
    stored = client.post("/v1/comments", json=sent).json
    page = moderator.get(f"/comments/{stored['id']}/around").text
    assert "&lt;i&gt;Lucie" in page
    assert "<i>" not in page
