"""A card says why: what carried the score, what the text hides, whom it names."""

import re
from html import unescape
from uuid import UUID

import pytest
import spacy
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from people import LogIn
from spacy.language import Language
from sqlalchemy import event
from werkzeug.test import TestResponse

from moderation.database import Database
from moderation.persons import Persons
from moderation.policy import Policy
from moderation.tables import Site


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a card shows does not depend on the database: SQLite alone."""
    return sqlite_url


@pytest.fixture
def moderator(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


def words(answer: TestResponse) -> str:
    """A page's text without its tags, its non-breaking spaces made plain."""
    bare = re.sub(r"<[^>]+>", "", answer.text)
    return " ".join(unescape(bare).replace("\u00a0", " ").split())


def told(client: FlaskClient, moderator: FlaskClient, text: str, query: str = "") -> TestResponse:
    stored = client.post("/v1/comments", json=comment(text)).json
    return moderator.get(f"/comments/{stored['id']}/text{query}")


def blind(database: Database, site: Site) -> None:
    policy = Policy(audit_share=1, blind_share=1, first_comments=0, words=("connard",))
    with database.write() as session:
        session.get_one(Site, site.id).policy = policy.model_dump(mode="json")


def named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the installation know one person."""

    def load() -> Language:
        pipeline = spacy.blank("fr")
        ruler = pipeline.add_pipe("entity_ruler")
        ruler.add_patterns([{"label": "PER", "pattern": "Dupont"}])  # type: ignore[attr-defined]
        return pipeline

    persons = Persons(load)
    persons.start().join()
    object.__setattr__(app.extensions["vigie"], "persons", persons)


def test_strength_is_told_in_words_too(client: FlaskClient, moderator: FlaskClient) -> None:
    answer = told(client, moderator, "Ce voleur est parti.")
    assert '<mark class="w3">voleur</mark>' in answer.text
    assert "Ce qui pèse le plus, du plus fort au moins fort : voleur." in words(answer)


def test_the_moderator_chooses_the_score_that_is_explained(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    answer = told(client, moderator, "Ce voleur est parti.", "?attribute=insult")
    assert re.search(r'<option value="insult" selected>injure · 90', answer.text)
    assert told(client, moderator, "Un voleur !", "?attribute=humour").status_code == 400


def test_a_sentence_that_carries_a_long_text_is_marked(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    calm = "Je ne suis pas de cet avis, et je le dis posément à tout le monde. "
    answer = told(client, moderator, calm * 2 + "Ce maire est un voleur. " + calm * 2)
    [carried] = re.findall(r'<span class="carried">(.*?)</span> ', answer.text.split("key")[0])
    assert "Ce maire est un <mark" in carried
    assert "posément" not in carried


def test_disguises_are_decoded(client: FlaskClient, moderator: FlaskClient) -> None:
    answer = told(client, moderator, "Ce v0leur de c0nn@rd !")
    assert "Lu comme : v0leur → voleur , c0nn@rd → connard" in words(answer).replace(",", " ,")
    assert 'title="lu comme «\u00a0connard\u00a0»"' in answer.text


def test_hidden_characters_are_shown_and_named(client: FlaskClient, moderator: FlaskClient) -> None:
    answer = told(client, moderator, "vo\u200bleur \u200fici p\u0430ypal")
    assert "\u200b" not in answer.text
    assert "\u200f" not in answer.text
    page = words(answer)
    assert "vo▯leur ⇄ici" in page
    assert "1 suite de caractères invisibles" in page
    assert "1 signe qui change le sens de lecture" in page
    assert "1 lettre d’un autre alphabet" in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("voleur https://\u0430pple.com/", "Lien vers \u0430pple.com = xn--pple-43d.com"),
        ("voleur https://lemonde.fr@evil.example/", "n’est pas le site : lemonde.fr."),
        ("voleur bit.ly/abc", "Lien raccourci : la vraie destination est cachée."),
        ("voleur http://a..b/", "Adresse mal formée : elle ne peut pas être ouverte."),
    ],
)
def test_links_tell_where_they_lead(
    client: FlaskClient, moderator: FlaskClient, text: str, sentence: str
) -> None:
    assert sentence in words(told(client, moderator, text))


def test_a_link_opens_only_by_its_own_button(client: FlaskClient, moderator: FlaskClient) -> None:
    answer = told(
        client, moderator, "voleur https://user@evil.example/x?a=1 et javascript:alert(1)"
    )
    [link] = re.findall(r"<a [^>]*>[^<]*</a>", answer.text)
    assert 'href="https://evil.example/x?a=1"' in link
    assert 'rel="noopener noreferrer nofollow"' in link
    assert "Ouvrir evil.example dans un nouvel onglet" in link


def test_a_named_person_is_marked_and_an_accusation_recalled(
    app: Flask, client: FlaskClient, moderator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(app, monkeypatch)
    accused = told(client, moderator, "Dupont est un voleur.")
    praised = told(client, moderator, "Dupont est un élu.")
    assert '<span class="person" title="personne nommée">Dupont</span>' in accused.text
    assert "loi du 29 juillet 1881, art. 29" in words(accused)
    assert "Dupont</span>" in praised.text
    assert "1881" not in words(praised)


def test_a_blind_card_tells_only_what_the_text_itself_holds(
    app: Flask,
    client: FlaskClient,
    moderator: FlaskClient,
    database: Database,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named(app, monkeypatch)
    blind(database, site)
    calm = told(client, moderator, "Dupont et ce c0nnard de jardin.")
    severe = told(client, moderator, "Dupont, ce c0nnard, je vais l’égorger.", "?attribute=threat")
    for answer in (calm, severe):
        assert "<mark" not in answer.text
        assert "Pourquoi" not in answer.text
        assert "1881" not in answer.text
        assert "flouté" not in answer.text
        assert "Lu comme : c0nnard → connard" in words(answer)
        assert 'class="person"' in answer.text


def test_the_text_alone_asks_nothing_about_its_author(
    client: FlaskClient, moderator: FlaskClient, database: Database, app: Flask
) -> None:
    stored = client.post("/v1/comments", json=comment("Ce voleur est parti.")).json
    asked: list[str] = []
    engine = app.extensions["vigie"].database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def hear(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    moderator.get(f"/comments/{stored['id']}/text")
    assert not [sql for sql in asked if "author" in sql.partition("FROM")[2]]
    assert len(asked) < 8


def test_what_an_edit_changed_stands_side_by_side(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    stored = client.post("/v1/comments", json=comment("Le maire est un voleur notoire.")).json
    client.put(f"/v1/comments/{stored['id']}", json={"text": "Le maire est un élu, dit ce voleur."})
    card = moderator.get("/queue")
    page = moderator.get(f"/comments/{stored['id']}")
    part = moderator.get(f"/comments/{stored['id']}/changes")
    assert "Modifié : voir ce qui a changé" in words(card)
    for answer in (page, part):
        assert re.search(r"<del>.*notoire.*</del>", answer.text)
        assert re.search(r"<ins>.*élu.*</ins>", answer.text)


def test_an_unknown_comment_has_no_text(moderator: FlaskClient) -> None:
    for part in ("text", "changes"):
        assert moderator.get(f"/comments/{UUID(int=1)}/{part}").status_code == 404


def test_a_wall_of_text_is_explained_in_time(client: FlaskClient, moderator: FlaskClient) -> None:
    wall = "voleur c0nnard https://a.example/ \u200b" * 140
    answer = told(client, moderator, wall[:4_900])
    assert answer.status_code == 200
    assert answer.text.count('class="open"') == 20
