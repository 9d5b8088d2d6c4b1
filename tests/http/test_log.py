"""The journal: every action has its words, and is found again."""

import ast
import csv
import io
import re
from datetime import timedelta
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SECRET
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from api import acts
from api.cli import cli
from moderation import accounts, journal
from moderation.database import Database
from moderation.tables import LogEntry, first_id, now

ROOT = Path(__file__).parents[2]


def words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def recorded() -> dict[str, str]:
    """The actions that the code records, by pattern, with the file that does."""
    found = {}
    for path in [*ROOT.glob("moderation/*.py"), *ROOT.glob("api/*.py")]:
        module = f"{path.parent.name}.{path.stem}"
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.record":
                found |= dict.fromkeys(patterns(node.args[2], module), module)
    return found


def patterns(node: ast.expr, module: str) -> list[str]:
    match node:
        case ast.Constant(str(code)):
            return [re.escape(code)]
        case ast.JoinedStr(parts):
            written = (
                re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+"
                for part in parts
            )
            return ["".join(written)]
        case ast.IfExp(body=one, orelse=other):
            return patterns(one, module) + patterns(other, module)
        case ast.Subscript(value=ast.Name(name)):
            return [re.escape(code) for code in getattr(import_module(module), name).values()]
    raise AssertionError(f"{module} records {ast.unparse(node)}: write its code there, in clear")


def test_every_recorded_action_has_its_words() -> None:
    codes = recorded()
    assert len(codes) > 15
    unsaid = {
        pattern: module
        for pattern, module in codes.items()
        if not any(re.fullmatch(pattern, code) for code in acts.ACTS)
    }
    assert unsaid == {}
    assert {code.partition(".")[0] for code in acts.ACTS} == acts.THINGS.keys()


@pytest.fixture
def lead(log_in: LogIn, client: FlaskClient) -> FlaskClient:
    """A lead's browser, after a colleague rejected a comment."""
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    shown = {"revision": "1", "status": "pending", "score_shown": "1"}
    data = {**shown, "action": "reject", "reason": "insult"}
    log_in("sacha").post(f"/comments/{stored['id']}/decision", data=data)
    browser = log_in("camille", "lead")
    browser.comment_id = stored["id"]
    return browser


def test_what_was_done_is_told_the_latest_first(lead: FlaskClient) -> None:
    page = words(lead.get("/journal"))
    assert page.index("Connexion</strong> · Camille") < page.index("Commentaire rejeté</strong>")
    assert "(Injure)" in page
    assert f'href="/comments/{lead.comment_id}"' in page
    assert "Site créé</strong> · gazette" in page


def test_the_journal_is_narrowed(lead: FlaskClient, database: Database) -> None:
    with database.read() as session:
        sacha = accounts.by_login(session, "sacha").id

    def told(**asked: object) -> list[str]:
        page = lead.get("/journal", query_string=asked).text
        return re.findall(r"<strong>([^<]*)</strong>", page)

    assert told(kind="decision") == ["Commentaire rejeté"]
    assert told(kind="decision.approve") == []
    assert told(who=sacha) == ["Commentaire rejeté", "Connexion"]
    assert told(who=sacha, kind="session") == ["Connexion"]
    assert set(told(who="nobody")) == {"Compte créé", "Site créé", "Clé d’un site créée"}
    assert told(subject=lead.comment_id) == ["Commentaire rejeté"]
    today = now().astimezone().date()
    assert len(told(since=today - timedelta(days=1), until=today + timedelta(days=1))) == 7
    assert told(since=today + timedelta(days=2)) == []
    assert told(until=today - timedelta(days=2)) == []


@pytest.mark.parametrize("asked", ["since=hier", "until=9999-12-31", "who=sacha", "after=x"])
def test_a_filter_that_cannot_be_is_refused(lead: FlaskClient, asked: str) -> None:
    assert lead.get(f"/journal?{asked}").status_code == 400


def test_the_next_page_goes_on_across_kinds(lead: FlaskClient, database: Database) -> None:
    with database.write() as session:
        for number in range(60):
            action = "account.enable" if number % 2 else "account.disable"
            journal.record(session, None, action, f"n{number:02}")
            session.flush()
    first = lead.get("/journal?kind=account").text
    [more] = re.findall(r'href="([^"]*after=[^"]*)"', first)
    both = first + lead.get(unescape(more)).text
    numbers = re.findall(r"· n(\d\d)", both)
    assert numbers == [f"{number:02}" for number in reversed(range(60))]


def test_the_journal_does_not_tell_a_second_reader_what_the_first_one_chose(
    lead: FlaskClient, database: Database
) -> None:
    with database.write() as session:
        journal.record(session, None, "reading.approve", "c1")
        journal.record(session, None, "reading.reject", "c2", reason="insult")
    for path in ("/journal?kind=reading", "/journal?kind=reading.reject", "/journal/export.csv"):
        page = lead.get(path).text
        assert "c1" in page
        assert "c2" in page
        listed = page.partition("<ol")[2].partition("</ol>")[0] or page.replace(
            "decision.reject", ""
        )
        assert "reject" not in listed
        assert "approve" not in listed


def test_the_export_has_the_same_rows_and_runs_no_formula(
    lead: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.post("/account/name", data={"name": "=1+1"})
    answer = lead.get("/journal/export.csv?kind=decision")
    [_, row] = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row[1:] == ["Sacha", "decision.reject", lead.comment_id, '{"reason": "insult"}']
    everything = lead.get("/journal/export.csv").text
    assert "'=1+1" in everything
    monkeypatch.setattr("api.log.CHUNK", 2)
    assert lead.get("/journal/export.csv").text.count("\n") == everything.count("\n") + 1


def test_old_entries_are_purged(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    with database.write() as session:
        for months in (11, 13):
            row = LogEntry(action="account.enable", details={})
            row.id = first_id(now() - timedelta(days=30 * months))
            session.add(row)
    done = CliRunner().invoke(cli, ["purge-journal", "--months", "12"])
    assert "1 entries deleted" in done.output
    with database.read() as session:
        kept = [entry.action for entry in session.query(LogEntry)]
    assert sorted(kept) == ["account.enable", "journal.purge"]
