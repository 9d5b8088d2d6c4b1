"""The moderators' console over HTTP, without JavaScript."""

import re
from html import unescape
from uuid import UUID

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.login import limiter
from moderation import accounts
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Comment, Decision, Site

PASSWORD = "un mot de passe long"


@pytest.fixture
def moderator(app: Flask, database: Database) -> FlaskClient:
    """A browser in which a moderator has logged in."""
    limiter.reset()
    with database.write() as session:
        accounts.create(session, "camille", "Camille", PASSWORD)
    browser = app.test_client()
    answer = browser.post("/login", data={"login": "Camille", "password": PASSWORD})
    assert answer.headers["Location"] == "/queue"
    return browser


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a card's form."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {**dict(fields), "action": action}


def words(answer: TestResponse) -> str:
    """A page's text, its non-breaking spaces made plain."""
    return unescape(answer.text).replace("\u00a0", " ")


def decide(browser: FlaskClient, comment_id: str, action: str, **fields: str):
    page = browser.get(f"/comments/{comment_id}").text
    return browser.post(
        f"/comments/{comment_id}/decision", data={**form_of(page, action), **fields}
    )


@pytest.mark.parametrize("path", ["/queue", "/decisions", f"/comments/{UUID(int=1)}"])
def test_a_stranger_is_sent_to_the_login_page(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")


def test_every_console_route_is_guarded(visitor: FlaskClient) -> None:
    rules = [
        rule
        for rule in visitor.application.url_map.iter_rules()
        if rule.endpoint.startswith("console.")
    ]
    assert len(rules) > 5
    for rule in rules:
        path = re.sub(r"<uuid:\w+>", str(UUID(int=1)), rule.rule)
        path = re.sub(r"<any\(\w+, (\w+)[^>]*>", r"\1", path)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert visitor.open(path, method=method).status_code == 302, path


@pytest.mark.parametrize("page", ["https://mal.example/", "//mal.example", "/\\mal.example"])
def test_login_leads_nowhere_else(app: Flask, moderator: FlaskClient, page: str) -> None:
    fields = {"login": "camille", "password": PASSWORD, "next": page}
    assert app.test_client().post("/login", data=fields).headers["Location"] == "/queue"


def test_login_is_throttled_for_an_account(app: Flask, moderator: FlaskClient) -> None:
    browser = app.test_client()
    wrong = {"login": "camille", "password": "faux"}
    statuses = [browser.post("/login", data=wrong).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_a_disabled_account_is_out_at_once(moderator: FlaskClient, database: Database) -> None:
    from moderation.tables import Moderator, now

    with database.write() as session:
        session.query(Moderator).one().disabled_at = now()
    assert moderator.get("/queue").status_code == 302


def test_a_card_says_why_the_comment_is_here(client: FlaskClient, moderator: FlaskClient) -> None:
    parent = comment("Premier fil, sans histoire.")
    sent = comment("Quel connard, ce voleur !", parent_external_id=parent["external_id"])
    client.post("/v1/comments/batch", json={"comments": [parent, sent]})

    page = words(moderator.get("/queue"))

    assert "1 commentaire" in page
    assert "La rocade sera élargie" in page
    assert "Risque de rejet : 90 %" in page
    assert "Contient un terme de la liste du site : « connard »." in page
    assert "En réponse à Lucie" in page
    assert "Premier fil, sans histoire." in page
    assert "1 approuvé" in page


def test_the_words_that_carried_the_score_are_marked(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    stored = client.post("/v1/comments", json=comment("Ce voleur est parti.")).json
    page = moderator.get(f"/comments/{stored['id']}/text").text
    assert '<mark class="w3">voleur</mark>' in page


def test_hostile_text_is_shown_not_run(client: FlaskClient, moderator: FlaskClient) -> None:
    sent = comment(
        "Voleur ! &lt;script&gt;alert(1)&lt;/script&gt; <b>x</b>",
        author={"name": "<img src=x onerror=alert(1)>"},
    )
    client.post("/v1/comments", json=sent)
    page = moderator.get("/queue")
    assert "<img src=x" not in page.text
    assert "<script>alert" not in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_form_sent_twice_decides_once(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    fields = form_of(moderator.get(f"/comments/{stored['id']}").text, "reject")
    fields |= {"reason": "insult", "note": "voir charte"}
    htmx = {"HX-Request": "true"}
    pages = [
        moderator.post(f"/comments/{stored['id']}/decision", data=fields, headers=htmx)
        for _ in range(2)
    ]
    assert [page.status_code for page in pages] == [200, 200]
    first, second = (re.findall(r"/decisions/[^/]+/undo", page.text) for page in pages)
    assert first == second
    changed = {**fields, "note": "autre chose"}
    refused = moderator.post(f"/comments/{stored['id']}/decision", data=changed)
    assert refused.status_code == 409
    assert "autre chose" in words(refused)
    assert moderator.post(f"/comments/{stored['id']}/claim", data=fields).status_code == 204
    with database.read() as session:
        assert session.query(Decision).count() == 1


def test_approving_and_undoing(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    stored = client.post("/v1/comments", json=comment("Voleur !")).json

    answer = decide(moderator, stored["id"], "approve")
    assert answer.status_code == 303
    assert client.get(f"/v1/comments/{stored['id']}").json["status"] == "approved"

    page = moderator.get("/queue").text
    assert "Commentaire approuvé." in page
    [undo] = re.findall(r'action="(/decisions/[\w-]+/undo)"', page)
    assert moderator.post(undo).status_code == 303
    assert client.get(f"/v1/comments/{stored['id']}").json["status"] == "pending"


def test_rejecting_asks_for_a_reason_and_keeps_the_note(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    stored = client.post("/v1/comments", json=comment("Voleur !")).json

    refused = decide(moderator, stored["id"], "reject", note="déjà averti")
    assert refused.status_code == 422
    assert "un rejet demande un motif" in words(refused)
    assert "déjà averti" in refused.text

    assert (
        decide(moderator, stored["id"], "reject", reason="insult", note="déjà averti").status_code
        == 303
    )
    with database.read() as session:
        kept = session.query(Decision).one()
        assert (kept.reason, kept.note, kept.score_shown) == ("insult", "déjà averti", True)


def test_two_moderators_on_one_comment(
    app: Flask, client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    with database.write() as session:
        accounts.create(session, "sacha", "Sacha", PASSWORD)
    colleague = app.test_client()
    colleague.post("/login", data={"login": "sacha", "password": PASSWORD})
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    page = colleague.get(f"/comments/{stored['id']}").text

    decide(moderator, stored["id"], "approve")
    late = colleague.post(
        f"/comments/{stored['id']}/decision",
        data={**form_of(page, "reject"), "reason": "insult", "note": "ma note"},
    )

    assert late.status_code == 409
    assert "Rien n’a été enregistré" in words(late)
    assert client.get(f"/v1/comments/{stored['id']}").json["status"] == "approved"


def test_a_blind_card_shows_neither_score_nor_reason(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site
) -> None:
    with database.write() as session:
        session.get_one(Site, site.id).policy = Policy(
            audit_share=1, blind_share=1, first_comments=0, words=("connard",)
        ).model_dump(mode="json")
    audited = client.post("/v1/comments", json=comment("Un avis mesuré.")).json
    reviewed = client.post("/v1/comments", json=comment("Quel connard, ce voleur !")).json
    assert audited["verdict"]["outcome"] == "audit"

    for stored in (audited, reviewed):
        page = words(moderator.get(f"/comments/{stored['id']}"))
        assert "Lecture à l’aveugle" in page
        assert "Risque de rejet" not in page
        assert "liste du site" not in page
        assert "<mark" not in page
    assert "Quel connard" not in moderator.get("/queue?rule=word_list").text
    decide(moderator, audited["id"], "approve")
    with database.read() as session:
        assert session.query(Decision).one().score_shown is False


def test_the_next_page_follows(client: FlaskClient, moderator: FlaskClient) -> None:
    sent = [comment(f"Voleur numéro {number} de la liste.") for number in range(25)]
    client.post("/v1/comments/batch", json={"comments": sent})
    first = moderator.get("/queue?order=oldest").text
    [after] = re.findall(r'<a href="(/queue\?[^"]*after=[^"]+)"', first)
    second = moderator.get(after.replace("&amp;", "&")).text
    numbers = re.findall(r"numéro (\d+)", first + second)
    assert [int(number) for number in numbers] == list(range(25))


def test_the_console_speaks_english_on_request(moderator: FlaskClient) -> None:
    assert "File" in moderator.get("/queue").text
    page = moderator.get("/queue?lang=en").text
    assert 'lang="en"' in page
    assert "Riskiest first" in page
    assert "Les plus risqués" not in page


def test_forms_want_a_csrf_token(app: Flask, moderator: FlaskClient, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    page = moderator.get(f"/comments/{stored['id']}").text
    fields = form_of(page, "approve")
    path = f"/comments/{stored['id']}/decision"
    assert moderator.post(path, data={**fields, "csrf_token": ""}).status_code == 400
    assert moderator.post(path, data=fields).status_code == 303


def test_a_page_that_does_not_exist_says_so_in_french(moderator: FlaskClient) -> None:
    answer = moderator.get(f"/comments/{UUID(int=1)}")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text


def test_nobody_decides_on_a_removed_comment(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    page = moderator.get(f"/comments/{stored['id']}").text
    client.delete(f"/v1/comments/{stored['id']}")
    answer = moderator.post(f"/comments/{stored['id']}/decision", data=form_of(page, "approve"))
    assert answer.status_code in {404, 409}
    with database.read() as session:
        assert session.query(Comment).one().status == "removed"
