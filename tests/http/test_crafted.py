"""Addresses and forms that no page of ours makes: they neither break a page nor pass a guard."""

from html import unescape

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from sqlalchemy import select

from moderation import external
from moderation.database import Database
from moderation.tables import Article, Author, Comment, Moderator, Site

ID = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def moderator(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


@pytest.fixture
def waiting(client: FlaskClient) -> str:
    """The id of a comment that waits."""
    answer = client.post("/v1/comments", json=comment("Quel idiot."))
    comment_id: str = answer.json["id"]
    return comment_id


def status(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Comment.status)).one()


def test_a_comment_that_was_withdrawn_is_not_brought_back(
    client: FlaskClient, moderator: FlaskClient, database: Database, waiting: str
) -> None:
    client.delete(f"/v1/comments/{waiting}")
    form = {"action": "approve", "revision": "1", "status": "removed"}

    assert moderator.post(f"/comments/{waiting}/decision", data=form).status_code in (400, 404)
    assert status(database) == "removed"


def test_a_withdrawn_text_is_no_more_in_the_list_of_decisions(
    client: FlaskClient, moderator: FlaskClient, waiting: str
) -> None:
    form = {"action": "approve", "revision": "1", "status": "pending"}
    moderator.post(f"/comments/{waiting}/decision", data=form)
    assert "Quel idiot." in moderator.get("/decisions").text

    client.delete(f"/v1/comments/{waiting}")
    assert "Quel idiot." not in moderator.get("/decisions").text


@pytest.mark.parametrize(
    "asked",
    ["_scheme=javascript&_external=1", f"endpoint=x&comment_id={ID}&view_id={ID}", "_method=PUT"],
)
@pytest.mark.parametrize("page", ["/queue", "/search"])
def test_an_address_bends_no_link_of_its_page(
    client: FlaskClient, moderator: FlaskClient, page: str, asked: str
) -> None:
    for _ in range(21):
        client.post("/v1/comments", json=comment("Quel idiot."))

    answer = moderator.get(f"{page}?q=idiot&min=0.5&{asked}")

    assert answer.status_code == 200
    assert "after=" in answer.text
    assert "javascript:" not in unescape(answer.text)


def test_an_article_whose_address_is_a_script_gets_no_link(
    moderator: FlaskClient, database: Database, waiting: str
) -> None:
    with database.write() as session:
        session.scalars(select(Article)).one().url = "javascript:alert(1)"
    for page in ("/queue", f"/comments/{waiting}/thread"):
        assert "javascript:" not in moderator.get(page).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/comments/{id}/decision", {"action": "approve", "revision": "9" * 30}),
        ("/comments/{id}/decision", {"action": "approve", "status": "approved\0"}),
        ("/authors/{author}/notes", {"note": "nul\0"}),
        ("/authors/{author}/sanctions", {"kind": "warning", "sanction_note": "nul\0"}),
        (
            "/authors/{author}/sanctions",
            {"kind": "suspension", "lasting": "date", "until": "9999-12-31"},
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(
    moderator: FlaskClient, database: Database, waiting: str, path: str, form: dict[str, str]
) -> None:
    with database.read() as session:
        author = session.scalars(select(Author.id)).one()
    fields = {"revision": "1", "status": "pending", "reason": "insult", **form}
    answer = moderator.post(path.format(id=waiting, author=author), data=fields)
    assert answer.status_code in (400, 422)
    assert status(database) == "pending"


@pytest.mark.parametrize(
    "address", ["/live/changes?since=0001-01-01T00:00:00", "/queue?after=nan~" + ID]
)
def test_a_senseless_address_is_no_error_of_ours(moderator: FlaskClient, address: str) -> None:
    assert moderator.get(address).status_code < 500


def test_a_null_byte_in_an_address_is_no_error_of_ours(log_in: LogIn, site: Site) -> None:
    assert log_in("alex", "lead").get("/reasons?site=%00").status_code in (400, 404)


def test_the_account_of_a_tool_is_nobody_s(log_in: LogIn, database: Database, site: Site) -> None:
    with database.write() as session:
        tool = external._tool(session, session.merge(site), "akismet").id
    administrator = log_in("alex", "administrator")

    assert "akismet@" not in administrator.get("/team").text
    assert administrator.post(f"/team/{tool}/enable").status_code == 403
    with database.read() as session:
        assert session.get_one(Moderator, tool).disabled_at
