"""Submitting comments over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import BrokenClassifier, comment
from flask import Flask
from flask.testing import FlaskClient

from moderation.champion import Champion, Serving
from moderation.database import Database
from moderation.tables import Comment, Site


def test_a_calm_comment_is_approved_with_its_verdict(client: FlaskClient) -> None:
    answer = client.post("/v1/comments", json=comment())

    assert answer.status_code == 201
    assert answer.json["status"] == "approved"
    verdict = answer.json["verdict"]
    assert verdict["outcome"] == "approve"
    assert verdict["reject"] == pytest.approx(0.1)
    assert verdict["threshold"] == pytest.approx(0.5)
    assert verdict["model_version"] == "stub-1"
    assert set(verdict["attributes"]) == {
        "toxicity",
        "severe_toxicity",
        "identity_attack",
        "insult",
        "profanity",
        "threat",
        "sexually_explicit",
        "spam",
    }


def test_a_risky_comment_waits_for_a_person(client: FlaskClient) -> None:
    answer = client.post("/v1/comments", json=comment("Le maire est un voleur."))

    assert answer.status_code == 201
    assert (answer.json["status"], answer.json["verdict"]["outcome"]) == ("pending", "review")


def test_a_finding_sends_a_low_score_to_review_in_words(client: FlaskClient) -> None:
    answer = client.post("/v1/comments", json=comment("Quel C0nn@rd, ce giratoire"))

    [finding] = answer.json["verdict"]["findings"]
    assert answer.json["status"] == "pending"
    assert finding["rule"] == "word_list"
    assert finding["detail"] == "Contient un terme de la liste du site : « connard »."
    assert finding["spans"] == [[5, 12]]


def test_a_repeat_answers_the_stored_result(client: FlaskClient) -> None:
    sent = comment()
    first = client.post("/v1/comments", json=sent)
    second = client.post("/v1/comments", json=sent)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json == first.json


def test_the_same_id_with_another_text_is_refused(client: FlaskClient) -> None:
    sent = comment()
    client.post("/v1/comments", json=sent)
    answer = client.post("/v1/comments", json={**sent, "text": "Tout autre chose."})

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert "PUT" in answer.json["detail"]


def test_the_first_text_still_answers_its_result_after_an_edit(client: FlaskClient) -> None:
    sent = comment()
    stored = client.post("/v1/comments", json=sent).json
    client.put(f"/v1/comments/{stored['id']}", json={"text": "Un texte corrigé."})

    answer = client.post("/v1/comments", json=sent)

    assert answer.status_code == 200
    assert answer.json["text"] == "Un texte corrigé."


def test_two_sites_may_use_the_same_ids(
    client: FlaskClient, database: Database, app: Flask
) -> None:
    from moderation import sites

    with database.write() as session:
        other = sites.create(session, "echo", "L’Écho")
        key = sites.new_key(session, other, "tests")
    sent = comment()

    assert client.post("/v1/comments", json=sent).status_code == 201
    answer = app.test_client().post(
        "/v1/comments", json=sent, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 201


def test_simultaneous_repeats_store_one_comment(
    app: Flask, key: str, database: Database, site: Site
) -> None:
    sent = comment()

    def post(_: int) -> int:
        return (
            app.test_client()
            .post("/v1/comments", json=sent, headers={"Authorization": f"Bearer {key}"})
            .status_code
        )

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(post, range(16)))

    assert sorted(statuses) == [200] * 15 + [201]
    with database.read() as session:
        assert session.query(Comment).count() == 1


def test_without_a_model_everything_goes_to_review(client: FlaskClient, champion: Champion) -> None:
    champion.put(Serving(BrokenClassifier(), "broken-1", 0.5))

    answer = client.post("/v1/comments", json=comment())

    assert answer.status_code == 201
    assert answer.json["status"] == "pending"
    assert answer.json["verdict"]["reject"] is None
    assert answer.json["verdict"]["model_version"] is None


def test_a_batch_gives_each_comment_its_own_outcome(client: FlaskClient) -> None:
    known = comment()
    client.post("/v1/comments", json=known)
    batch = [
        comment("Très bien."),
        known,
        {**known, "text": "Autre chose."},
        comment("nul\0"),
        {"external_id": "sans texte"},
        "pas un objet",
        comment("Bande de voleurs !"),
    ]

    answer = client.post("/v1/comments/batch", json={"comments": batch})

    assert answer.status_code == 200
    results = answer.json["results"]
    assert [result["status"] for result in results] == [201, 200, 409, 422, 422, 422, 201]
    assert [result["comment"] and result["comment"]["status"] for result in results] == [
        "approved",
        "approved",
        None,
        None,
        None,
        None,
        "pending",
    ]
    assert {error["pointer"] for error in results[4]["problem"]["errors"]} == {
        "/article",
        "/author",
        "/text",
    }


def test_a_batch_has_a_hundred_comments_at_most(client: FlaskClient) -> None:
    batch = [comment() for _ in range(101)]
    assert client.post("/v1/comments/batch", json={"comments": batch}).status_code == 422
    assert client.post("/v1/comments/batch", json={"comments": batch[:100]}).status_code == 200


def test_one_comment_twice_in_a_batch_is_stored_once(client: FlaskClient) -> None:
    sent = comment()
    answer = client.post("/v1/comments/batch", json={"comments": [sent, sent]})
    assert [result["status"] for result in answer.json["results"]] == [201, 200]


def test_an_edit_is_scored_and_routed_again(client: FlaskClient) -> None:
    stored = client.post("/v1/comments", json=comment()).json

    answer = client.put(f"/v1/comments/{stored['id']}", json={"text": "Vous êtes idiot."})

    assert answer.status_code == 200
    assert (answer.json["revision"], answer.json["status"]) == (2, "pending")
    assert answer.json["verdict"]["reject"] == pytest.approx(0.9)


def test_an_edit_to_the_same_text_is_no_revision(client: FlaskClient) -> None:
    sent = comment()
    stored = client.post("/v1/comments", json=sent).json
    answer = client.put(f"/v1/comments/{stored['id']}", json={"text": sent["text"]})
    assert answer.json["revision"] == 1


def test_a_removed_comment_stays_removed(client: FlaskClient) -> None:
    sent = comment()
    stored = client.post("/v1/comments", json=sent).json

    assert client.delete(f"/v1/comments/{stored['id']}").status_code == 204
    assert client.post("/v1/comments", json=sent).json["status"] == "removed"
    answer = client.put(f"/v1/comments/{stored['id']}", json={"text": "Je reviens."})
    assert answer.status_code == 409


def test_erasing_blanks_every_text(client: FlaskClient) -> None:
    stored = client.post("/v1/comments", json=comment("Un secret.")).json
    client.put(f"/v1/comments/{stored['id']}", json={"text": "Un autre secret."})

    client.delete(f"/v1/comments/{stored['id']}?erase=true")

    assert client.get(f"/v1/comments/{stored['id']}").json["text"] == "[effacé]"


def test_erasing_an_author_blanks_what_they_were_and_wrote(
    client: FlaskClient, database: Database
) -> None:
    sent = comment(author={"external_id": "u9", "name": "Ana", "email": "ana@poste.example"})
    stored = client.post("/v1/comments", json=sent).json

    assert client.delete("/v1/authors/u9").json == {"comments_erased": 1}
    shown = client.get(f"/v1/comments/{stored['id']}").json
    assert (shown["author_name"], shown["text"], shown["status"]) == (
        "Auteur effacé",
        "[effacé]",
        "removed",
    )
    assert client.delete("/v1/authors/u9").status_code == 404


def test_neither_email_nor_ip_is_stored(client: FlaskClient, database: Database) -> None:
    author = {"name": "Ana", "email": "Ana@poste.example", "ip": "203.0.113.9"}
    client.post("/v1/comments", json=comment(author=author))

    dump = []
    with database.engine.connect() as connection:
        from moderation.tables import Base

        for table in Base.metadata.sorted_tables:
            dump += [str(row).lower() for row in connection.execute(table.select())]
    assert not any("poste.example" in row or "203.0.113" in row for row in dump)


def test_an_author_is_known_again_by_email(client: FlaskClient) -> None:
    for address in ("ana@poste.example", " ANA@Poste.example".strip()):
        author = {"name": "Ana", "email": address}
        assert client.post("/v1/comments", json=comment(author=author)).status_code == 201
    from moderation.tables import Author

    with client.application.extensions["vigie"].database.read() as session:
        assert session.query(Author).count() == 1


def test_many_sites_pages_and_authors_at_once_lose_nothing(
    app: Flask, key: str, database: Database
) -> None:
    def batch(client: int, number: int) -> list[dict]:
        # Every batch renames the same articles and authors, in an order of its own.
        return [
            comment(
                f"Avis {client}, {number}, {place}.",
                external_id=f"{client}-{number}-{place}",
                author={"external_id": f"u{(client + place) % 3}", "name": f"Nom {client}"},
                article={
                    "external_id": f"a{(number + client * place) % 3}",
                    "url": "https://gazette.example/x",
                    "title": f"Titre {client}",
                },
            )
            for place in range(4)
        ]

    def post(client: int) -> list[int]:
        browser = app.test_client()
        headers = {"Authorization": f"Bearer {key}"}
        answers = [
            browser.post(
                "/v1/comments/batch", json={"comments": batch(client, number)}, headers=headers
            )
            for number in range(4)
        ]
        return [result["status"] for answer in answers for result in answer.json["results"]]

    with ThreadPoolExecutor(6) as pool:
        statuses = [status for found in pool.map(post, range(6)) for status in found]

    assert statuses == [201] * 96
    with database.read() as session:
        assert session.query(Comment).count() == 96
