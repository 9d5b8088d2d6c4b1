"""The queues, what takes comments out of them, and the filters, over HTTP."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Claim, Comment, Flag, Hold, LogEntry, Site, now


@pytest.fixture
def camille(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


@pytest.fixture
def sacha(log_in: LogIn) -> FlaskClient:
    return log_in("sacha")


def send(client: FlaskClient, text: str = "Voleur !", **fields: object) -> str:
    return client.post("/v1/comments", json=comment(text, **fields)).json["id"]


def words(answer: TestResponse) -> str:
    """A page's text, its non-breaking spaces made plain."""
    return unescape(answer.text).replace("\u00a0", " ")


def listed(browser: FlaskClient, queue: str = "pending", **filters: object) -> list[str]:
    """The comments that a queue shows, in its order."""
    page = browser.get(f"/queue/{queue}", query_string=filters, follow_redirects=True)
    assert page.status_code == 200
    return re.findall(r'id="card-([\w-]+)"', page.text)


def act(browser: FlaskClient, comment_id: str, verb: str, **fields: str) -> TestResponse:
    """Send one of a card's forms, as the card was shown."""
    page = browser.get(f"/comments/{comment_id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return browser.post(f"/comments/{comment_id}/{verb}", data={**hidden, **fields})


def decide(browser: FlaskClient, comment_id: str, action: str, **fields: str) -> TestResponse:
    return act(browser, comment_id, "decision", action=action, **fields)


def reject(browser: FlaskClient, comment_id: str) -> TestResponse:
    return decide(browser, comment_id, "reject", reason="insult")


def undo_last(browser: FlaskClient) -> None:
    undo, *_ = re.findall(r'action="(/decisions/[\w-]+/undo)"', browser.get("/decisions").text)
    assert browser.post(undo).status_code == 303


def counts(browser: FlaskClient) -> dict[str, int]:
    page = browser.get("/queue/counts").text
    found = re.findall(r'data-queue="(\w+)".*?(?:<span class="count">(\d+)</span>)?</a>', page)
    return {name: int(number) for name, number in found if number}


# Holds


def test_what_is_set_aside_leaves_the_queue_until_it_is_put_back(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient, database: Database
) -> None:
    held, other = send(client), send(client, "Encore un voleur !")

    assert act(camille, held, "aside", hold_note="voir le procès").status_code == 303

    assert listed(sacha) == [other]
    assert listed(sacha, "aside") == [held]
    page = words(sacha.get("/queue/aside"))
    assert "Mis de côté par Camille" in page
    assert "voir le procès" in page
    assert counts(sacha) == {
        "pending": 1,
        "flagged": 0,
        "reexamine": 0,
        "aside": 1,
        "escalated": 0,
    }
    assert act(sacha, held, "return").status_code == 303
    assert set(listed(camille)) == {held, other}
    with database.read() as session:
        actions = [row.action for row in session.query(LogEntry) if row.subject == held]
        assert actions == ["hold.aside", "hold.return"]


def test_a_decision_ends_a_hold_and_its_undo_does_not_hold_again(
    client: FlaskClient, camille: FlaskClient, database: Database
) -> None:
    held = send(client)
    act(camille, held, "aside")
    assert decide(camille, held, "approve").status_code == 303
    assert listed(camille, "aside") == []
    undo_last(camille)
    assert listed(camille) == [held]
    assert listed(camille, "aside") == []


def test_an_escalation_reaches_whom_it_names_and_leads(
    client: FlaskClient, log_in: LogIn, camille: FlaskClient, sacha: FlaskClient
) -> None:
    lead, other = log_in("dominique", "lead"), log_in("alex")
    named, to_role = send(client, "Voleur nommé."), send(client, "Voleur notoire.")
    page = camille.get(f"/comments/{named}").text
    [sacha_id] = re.findall(r'<option value="([\w-]+)">Sacha</option>', page)

    assert act(camille, named, "escalate", to=sacha_id, hold_note="à toi").status_code == 303
    assert act(camille, to_role, "escalate", to="lead").status_code == 303

    assert listed(sacha, "escalated") == [named]
    assert listed(lead, "escalated") == [named, to_role]
    assert listed(other, "escalated") == listed(other) == []
    assert "Transmis par Camille à Sacha" in words(sacha.get("/queue/escalated"))
    assert "Transmis par Camille (responsable)" in words(lead.get("/queue/escalated"))


@pytest.mark.parametrize("to", ["", "moderator", str(UUID(int=7)), "data"])
def test_an_escalation_to_nobody_keeps_the_note(
    client: FlaskClient, camille: FlaskClient, to: str
) -> None:
    held = send(client)
    refused = act(camille, held, "escalate", to=to, hold_note="voir l’avocate")
    assert refused.status_code == 422
    assert "vérifiez le destinataire" in words(refused)
    assert 'value="voir l’avocate"' in unescape(refused.text)
    assert listed(camille) == [held]


def test_what_a_colleague_reads_or_decided_is_not_held(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient, database: Database
) -> None:
    read, decided = send(client), send(client, "Un autre voleur.")
    sacha.post(f"/comments/{read}/claim")
    page = camille.get(f"/comments/{decided}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    decide(sacha, decided, "approve")

    busy = act(camille, read, "aside", hold_note="ma note")
    late = camille.post(f"/comments/{decided}/aside", data={**hidden, "hold_note": "ma note"})

    for refused in (busy, late):
        assert refused.status_code == 409
        assert "Rien n’a été enregistré" in words(refused)
        assert "ma note" in refused.text
    with database.read() as session:
        assert session.query(Hold).count() == 0


# Flags


def flag(client: FlaskClient, comment_id: str, **fields: object) -> TestResponse:
    return client.post(f"/v1/comments/{comment_id}/flags", json={"reason": "insult", **fields})


def test_flags_queue_a_comment_and_a_decision_answers_them(
    client: FlaskClient, camille: FlaskClient, database: Database
) -> None:
    once, twice = send(client, "Un avis posé."), send(client, "Un autre avis posé.")
    assert flag(client, once, details="<b>il</b> ment").status_code == 201
    assert flag(client, twice, reporter_external_id="u7").status_code == 201
    assert flag(client, twice, reporter_external_id="u8", reason="spam").status_code == 201
    again = flag(client, twice, reporter_external_id="u8", reason="hate")
    assert (again.status_code, again.json["reason"]) == (200, "spam")

    assert listed(camille, "flagged") == [twice, once]
    page = words(camille.get("/queue/flagged"))
    assert "2 signalements" in page
    assert "<q><b>il</b> ment</q>" in page
    assert "<b>il" not in camille.get("/queue/flagged").text
    assert client.get(f"/v1/comments/{twice}").json["status"] == "approved"
    assert "Maintenir" in page

    assert decide(camille, twice, "approve").status_code == 303
    assert listed(camille, "flagged") == [once]
    assert reject(camille, once).status_code == 303
    assert listed(camille, "flagged") == []
    assert client.get(f"/v1/comments/{once}").json["status"] == "rejected"
    with database.read() as session:
        assert "u7" not in str([row.reporter for row in session.query(Flag)])


def test_an_undone_decision_leaves_the_flags_to_answer(
    client: FlaskClient, camille: FlaskClient
) -> None:
    flagged = send(client, "Un avis posé.")
    flag(client, flagged)
    decide(camille, flagged, "approve")
    undo_last(camille)
    assert listed(camille, "flagged") == [flagged]


def test_two_moderators_on_one_flagged_comment(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient
) -> None:
    flagged = send(client, "Un avis posé.")
    flag(client, flagged)
    page = sacha.get(f"/comments/{flagged}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    decide(camille, flagged, "approve")
    late = {**hidden, "action": "reject", "reason": "insult"}
    assert sacha.post(f"/comments/{flagged}/decision", data=late).status_code == 409
    assert client.get(f"/v1/comments/{flagged}").json["status"] == "approved"


@pytest.mark.parametrize(
    "fields", [{"reason": "moche"}, {"details": "x" * 1001}, {"details": " "}, {"who": "moi"}]
)
def test_a_flag_that_is_not_valid(client: FlaskClient, fields: dict[str, str]) -> None:
    assert flag(client, send(client), **fields).status_code == 422


# Appeals


def appeal(client: FlaskClient, comment_id: str, message: str = "Je maintiens.") -> TestResponse:
    return client.post(f"/v1/comments/{comment_id}/appeal", json={"message": message})


def state(client: FlaskClient, comment_id: str) -> str | None:
    found = client.get(f"/v1/comments/{comment_id}").json["appeal"]
    return found and found["state"]


def test_an_appeal_is_judged_by_a_colleague(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient
) -> None:
    contested = send(client)
    assert appeal(client, contested).status_code == 409
    reject(camille, contested)
    assert state(client, contested) is None
    assert appeal(client, contested, "C’est <i>faux</i>.").status_code == 201
    assert appeal(client, contested).status_code == 409
    assert state(client, contested) == "open"

    assert listed(camille, "reexamine") == []
    own = words(camille.get(f"/comments/{contested}"))
    assert "Votre propre décision : laissez un collègue la réexaminer." in own
    hidden = {"revision": "1", "status": "rejected", "action": "approve"}
    refused = camille.post(f"/comments/{contested}/decision", data=hidden)
    assert refused.status_code == 409

    assert listed(sacha, "reexamine") == [contested]
    page = words(sacha.get("/queue/reexamine"))
    assert "C’est <i>faux</i>." in page
    assert "Décision contestée : injure" in page
    assert reject(sacha, contested).status_code == 303
    assert state(client, contested) == "dismissed"
    assert listed(sacha, "reexamine") == []

    assert appeal(client, contested).status_code == 201
    assert decide(camille, contested, "approve").status_code == 303
    assert state(client, contested) == "granted"


def test_whoever_is_alone_judges_their_own_decision(
    client: FlaskClient, camille: FlaskClient
) -> None:
    contested = send(client)
    reject(camille, contested)
    appeal(client, contested)
    assert listed(camille, "reexamine") == [contested]
    assert decide(camille, contested, "approve").status_code == 303
    assert state(client, contested) == "granted"


def test_an_appeal_is_told_to_the_site(
    client: FlaskClient, camille: FlaskClient, database: Database, site: Site
) -> None:
    from moderation import outbox
    from moderation.tables import Delivery

    with database.write() as session:
        outbox.subscribe(session, session.get_one(Site, site.id), "https://gazette.example/h")
    contested = send(client)
    reject(camille, contested)
    appeal(client, contested)
    with database.read() as session:
        events = [row.event for row in session.query(Delivery).order_by(Delivery.created_at)]
        assert events[-1] == "comment.appealed"


def test_who_left_a_comment_undecided_is_told(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient, database: Database
) -> None:
    left = send(client)
    sacha.post(f"/comments/{left}/claim")
    assert listed(camille) == listed(camille, "reexamine") == []
    with database.write() as session:
        session.query(Claim).one().expires_at = now() - timedelta(hours=3)
    assert listed(camille) == listed(camille, "reexamine") == [left]
    assert "Ouvert par Sacha, puis laissé sans décision" in words(camille.get("/queue/reexamine"))


def test_erasing_a_comment_erases_what_was_said_of_it(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient, database: Database
) -> None:
    erased = send(client)
    act(camille, erased, "aside", hold_note="SECRET")
    flag(client, erased, details="SECRET")
    reject(camille, erased)
    appeal(client, erased, "SECRET")
    act(sacha, erased, "aside", hold_note="SECRET")
    assert client.delete(f"/v1/comments/{erased}?erase=true").status_code == 204
    with database.read() as session:
        rows = [
            [str(row) for row in session.connection().execute(table.select())]
            for table in Hold.metadata.sorted_tables
            if table.name in {"hold", "flag", "appeal"}
        ]
        assert [len(found) for found in rows] == [1, 1, 1]
        assert "SECRET" not in str(rows)


# Filters


def test_filters_narrow_each_queue(client: FlaskClient, camille: FlaskClient) -> None:
    article = {**comment()["article"], "external_id": "a2", "section": "Sports"}
    sport = send(client, "Voleur de but !", article=article, author={"name": "Zoé"})
    listed_word = send(client, "Quel connard.")
    both = [listed_word, sport]

    with_rule = listed(camille, rule="word_list")
    assert with_rule == [listed_word]
    assert listed(camille, section="Sports") == [sport]
    assert listed(camille, min="0.5") == [sport]
    assert listed(camille, max="0.5") == [listed_word]
    assert listed(camille, within="1", order="newest") == both
    assert listed(camille, longer="1") == []
    assert listed(camille, section="Sports", rule="word_list") == []
    page = words(camille.get("/queue?section=Sports&min=0.5"))
    assert "2 filtres" in page
    assert "Tout effacer" in page


def test_a_blind_card_is_not_found_by_its_score_or_findings(
    client: FlaskClient, camille: FlaskClient, database: Database, site: Site
) -> None:
    with database.write() as session:
        session.get_one(Site, site.id).policy = Policy(
            audit_share=1, blind_share=1, first_comments=0, words=("connard",)
        ).model_dump(mode="json")
    blind = send(client, "Quel connard.")
    assert listed(camille) == [blind]
    assert listed(camille, min="0") == listed(camille, max="1") == []
    assert listed(camille, rule="word_list") == []


@pytest.mark.parametrize(
    "query",
    """min=haut max=2 min=nan min=0.9&max=0.1 site=x longer=-1 within=99999999999 order=hasard
    after=x after=0~x rule=%00 status=removed""".split(),
)
def test_a_filter_that_makes_no_sense_is_named(camille: FlaskClient, query: str) -> None:
    answer = camille.get(f"/queue?{query}")
    assert answer.status_code == 400
    assert "n’est pas valable" in words(answer)


def test_addresses_from_before_the_queues_lead_to_them(camille: FlaskClient) -> None:
    answer = camille.get("/queue?status=approved&order=oldest")
    assert answer.headers["Location"] == "/queue/approved?order=oldest"
    assert camille.get("/queue/nulle-part").status_code == 404


# Views and watched articles


def test_a_view_is_kept_renamed_shared_and_forgotten(
    client: FlaskClient, log_in: LogIn, camille: FlaskClient
) -> None:
    lead = log_in("dominique", "lead")
    kept = {"queue": "flagged", "min": "0.5"}
    answer = lead.post("/views", query_string=kept, data={"name": "Chauds"})
    assert answer.headers["Location"] == "/queue/flagged?min=0.5"
    refused = lead.post("/views", query_string=kept, data={"name": " Chauds "})
    assert refused.status_code == 422
    assert "que vous n’avez pas déjà pris" in words(refused)

    page = lead.get("/queue").text
    assert 'href="/queue/flagged?min=0.5"' in page
    [view] = set(re.findall(r"/views/([\w-]+)/rename", page))
    assert "Chauds" not in camille.get("/queue").text
    assert camille.post(f"/views/{view}/rename", data={"name": "x"}).status_code == 404

    lead.post(f"/views/{view}/rename", data={"name": "Brûlants"})
    lead.post(f"/views/{view}/share", data={"shared": "1"})
    assert "Brûlants" in camille.get("/queue").text
    assert camille.post(f"/views/{view}/remove").status_code == 403
    lead.post(f"/views/{view}/remove")
    assert "Brûlants" not in camille.get("/queue").text


def test_watched_articles_stand_beside_the_queue(
    client: FlaskClient, camille: FlaskClient, sacha: FlaskClient, database: Database
) -> None:
    send(client)
    with database.read() as session:
        article = str(session.query(Comment).one().article_id)
    camille.post(f"/articles/{article}/watch", data={"watched": "1"})
    camille.post(f"/articles/{article}/watch", data={"watched": "1"})
    assert f'id="watched-{article}"' in camille.get("/queue/approved").text
    assert "watched-" not in sacha.get("/queue").text
    camille.post(f"/articles/{article}/watch", data={"watched": "0"})
    assert "watched-" not in camille.get("/queue").text
    assert camille.post(f"/articles/{UUID(int=1)}/watch", data={"watched": "1"}).status_code == 404
