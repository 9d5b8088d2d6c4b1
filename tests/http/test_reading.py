"""Reading comments back: lists, pages and threads."""

from uuid import UUID

from factories import comment
from flask.testing import FlaskClient


def test_pages_follow_one_another_without_gap_or_repeat(client: FlaskClient) -> None:
    sent = [comment(f"Commentaire numéro {number}.") for number in range(7)]
    client.post("/v1/comments/batch", json={"comments": sent})

    seen, cursor = [], None
    while True:
        page = client.get("/v1/comments", query_string={"limit": 3, "cursor": cursor or None}).json
        seen += [row["external_id"] for row in page["comments"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [row["external_id"] for row in sent]


def test_a_list_can_be_narrowed(client: FlaskClient) -> None:
    calm, risky = comment("Calme."), comment("Voleur !")
    client.post("/v1/comments/batch", json={"comments": [calm, risky]})

    def ids(**query: str) -> list[str]:
        page = client.get("/v1/comments", query_string=query).json
        return [row["external_id"] for row in page["comments"]]

    assert ids(status="pending") == [risky["external_id"]]
    assert ids(status="approved", article="a1") == [calm["external_id"]]
    assert ids(external_id=risky["external_id"]) == [risky["external_id"]]
    assert ids(article="inconnu") == []
    assert client.get("/v1/comments?status=perdu").status_code == 422


def test_readers_see_approved_comments_in_threads(client: FlaskClient) -> None:
    first, second = comment("Premier fil."), comment("Second fil.")
    answer = comment("Réponse.", parent_external_id=first["external_id"])
    nested = comment("Réponse à la réponse.", parent_external_id=answer["external_id"])
    hidden = comment("Voleur !", parent_external_id=second["external_id"])
    batch = [first, second, answer, nested, hidden]
    client.post("/v1/comments/batch", json={"comments": batch})

    page = client.get("/v1/articles/a1/comments").json

    assert [(row["text"], row["depth"]) for row in page["comments"]] == [
        ("Premier fil.", 0),
        ("Réponse.", 1),
        ("Réponse à la réponse.", 2),
        ("Second fil.", 0),
    ]


def test_a_hidden_comment_keeps_its_place_but_not_its_text(client: FlaskClient) -> None:
    hidden = comment("Voleur !")
    answer = comment("Restons polis.", parent_external_id=hidden["external_id"])
    client.post("/v1/comments/batch", json={"comments": [hidden, answer]})

    rows = client.get("/v1/articles/a1/comments").json["comments"]

    assert [(row["hidden"], row["text"], row["author_name"]) for row in rows] == [
        (True, None, None),
        (False, "Restons polis.", "Lucie"),
    ]


def test_an_answer_may_arrive_before_what_it_answers(client: FlaskClient) -> None:
    parent = comment("Parent.")
    answer = comment("Réponse.", parent_external_id=parent["external_id"])
    nested = comment("Encore.", parent_external_id=answer["external_id"])
    client.post("/v1/comments/batch", json={"comments": [nested, answer, parent]})

    rows = client.get("/v1/articles/a1/comments").json["comments"]
    assert [(row["text"], row["depth"]) for row in rows] == [
        ("Parent.", 0),
        ("Réponse.", 1),
        ("Encore.", 2),
    ]


def test_comments_that_answer_each_other_do_not_hang(client: FlaskClient) -> None:
    one = comment("Un.", external_id="un", parent_external_id="deux")
    two = comment("Deux.", external_id="deux", parent_external_id="un")
    own = comment("Moi.", external_id="moi", parent_external_id="moi")
    client.post("/v1/comments/batch", json={"comments": [one, two, own]})
    rows = client.get("/v1/articles/a1/comments").json["comments"]
    assert {row["text"] for row in rows} == {"Un.", "Deux.", "Moi."}


def test_a_chain_of_answers_has_no_limit_but_its_indent_has(client: FlaskClient) -> None:
    chain = [comment(f"Maillon {n} de la chaîne.", external_id=f"m{n}") for n in range(100)]
    for number, link in enumerate(chain[1:]):
        link["parent_external_id"] = f"m{number}"
    client.post("/v1/comments/batch", json={"comments": chain})
    rows = client.get("/v1/articles/a1/comments").json["comments"]
    assert len(rows) == 100
    assert max(row["depth"] for row in rows) == 6


def test_threads_come_in_pages(client: FlaskClient) -> None:
    sent = [comment(f"Fil numéro {number}.") for number in range(5)]
    client.post("/v1/comments/batch", json={"comments": sent})
    first = client.get("/v1/articles/a1/comments?limit=3").json
    rest = client.get(f"/v1/articles/a1/comments?limit=3&cursor={first['next_cursor']}").json
    texts = [row["text"] for row in first["comments"] + rest["comments"]]
    assert texts == [row["text"] for row in sent]
    assert rest["next_cursor"] is None


def test_a_closed_article_sends_comments_to_review(client: FlaskClient) -> None:
    client.post("/v1/comments", json=comment())
    closed = {"url": "https://gazette.example/rocade", "title": "La rocade", "closed": True}
    assert client.put("/v1/articles/a1", json=closed).status_code == 204

    answer = client.post("/v1/comments", json=comment("Trop tard ?"))

    assert answer.json["status"] == "pending"
    assert [found["rule"] for found in answer.json["verdict"]["findings"]] == ["closed_article"]


def test_an_unknown_article_or_comment_is_not_found(client: FlaskClient) -> None:
    for path in ("/v1/articles/nulle-part/comments", f"/v1/comments/{UUID(int=0)}"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
