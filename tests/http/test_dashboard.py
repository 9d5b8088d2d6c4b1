"""The dashboard over HTTP: its page, its tables as CSV, who may read them."""

import csv
import io
from html import unescape

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from api.sheets import Sheet, as_csv
from moderation import accounts, readings
from moderation.database import Database
from moderation.review import Shown
from moderation.scope import Share
from moderation.tables import Comment


def words(answer: TestResponse) -> str:
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def rows(answer: TestResponse) -> list[list[str]]:
    assert answer.content_type.startswith("text/csv; charset=utf-8")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True), newline="")))


@pytest.fixture
def busy(client: FlaskClient, database: Database) -> None:
    """Two comments came in, one was approved by the machine, one rejected by « =Ana »."""
    client.post("/v1/comments", json=comment("Un avis."))
    client.post("/v1/comments", json=comment("Voleur !"))
    with database.write() as session:
        ana = accounts.create(session, "ana", "=Ana", "un mot de passe long")
        waiting = session.query(Comment).filter(Comment.status == "pending").one()
        shown = Shown(1, "pending", score=True, open_ms=2_000)
        readings.decide(session, ana, waiting.id, "reject", shown, "insult", draw=0.9)


def test_a_lead_reads_figures_and_takes_them_away(busy: None, log_in: LogIn) -> None:
    lead = log_in("dominique", "lead")
    page = words(lead.get("/dashboard?by=week"))
    for said in ("Commentaires reçus", "=Ana", "Injure", "50 %", "Part automatique"):
        assert said in page
    titles, *found = rows(lead.get("/dashboard/export/moderators.csv"))
    assert titles[:2] == ["Modérateur", "Décisions"]
    # A spreadsheet must not compute a name.
    assert found[0][:3] == ["'=Ana", "1", "0.0000"]
    activity = rows(lead.get("/dashboard/export/activity.csv"))
    assert len(activity) == 31
    assert activity[-1][1:7] == ["2", "1", "0", "1", "0.5000", "0"]
    assert rows(lead.get("/dashboard/export/reasons.csv"))[1] == ["Injure", "1", "1.0000"]
    assert rows(lead.get("/dashboard/export/agreement.csv"))[1][2] == "0"


def test_only_who_studies_reads_it_and_bad_periods_are_refused(busy: None, log_in: LogIn) -> None:
    assert log_in("camille").get("/dashboard").status_code == 403
    data = log_in("alix", "data")
    assert data.get("/dashboard").status_code == 200
    assert data.get("/dashboard/export/secrets.csv").status_code == 404
    for period in (
        "from=hier",
        "from=2026-06-02&to=2026-06-01",
        "from=0001-01-01&to=9999-12-31",
        "to=0001-01-02",
        "to=9999-12-31",
        "site=x",
        "by=day&from=2024-01-01&to=2026-01-01",
    ):
        assert data.get(f"/dashboard?{period}").status_code == 400, period


def test_moderators_see_their_own_day(busy: None, client: FlaskClient, log_in: LogIn) -> None:
    camille = log_in("camille")
    assert "0 avis donné aujourd’hui" in words(camille.get("/decisions"))
    waiting = client.post("/v1/comments", json=comment("Voleur, va !")).json["id"]
    form = {"action": "approve", "revision": "1", "status": "pending"}
    camille.post(f"/comments/{waiting}/decision", data=form)
    assert "1 avis donné aujourd’hui · 1 cette semaine" in words(camille.get("/decisions"))


def test_csv_quotes_neutralises_and_keeps_numbers(app: object) -> None:
    cells = ("@a", '+b;"c",\r\nd', Share(0, 0), (-0.25, 0.5), -0.5, None)
    columns = [
        ("-t", "text"),
        ("u", "text"),
        ("v", "share"),
        ("w", "span"),
        ("x", "decimal"),
        ("y", "wait"),
    ]
    made = as_csv(Sheet("s", "S", columns, [cells]))
    assert made == (
        '\'-t,u,v,w (min.),w (max.),x,y\r\n\'@a,"\'+b;""c"",\r\nd",,-0.2500,0.5000,-0.5000,\r\n'
    )
