"""Decisions as examples: which stand, what they weigh, which articles are kept aside."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow.parquet
import pytest

from moderation import accounts, adjudication, bulk, intake, readings, review
from moderation.champion import Assessment
from moderation.classifier import ATTRIBUTES, Score
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.review import Shown
from moderation.tables import Comment, Site
from training import export

PERSONAL = "Écris à lea.martin@mail.example ou au 06 39 98 12 34, @lea, cf. https://a.example"
START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def moderator(database):
    with database.write() as session:
        return accounts.create(session, "camille", "Camille", "un mot de passe long")


@pytest.fixture
def submit(database, site):
    def submit(name, text="Un avis.", *, article="a1", day=0, draw=0.99, reject=0.1):
        submission = Submission(
            external_id=name,
            article=ArticleRef(article, f"https://gazette.example/{article}", "Titre"),
            author=AuthorRef("Lucie", "id:u1"),
            text=text,
            posted_at=START + timedelta(days=day),
        )
        score = Score(reject, dict.fromkeys(ATTRIBUTES, reject))
        with database.write() as session:
            comment, _ = intake.submit(
                session, site, submission, Assessment(score, None, 0.5), draw
            )
            return comment.id

    return submit


@pytest.fixture
def decide(database, moderator):
    def decide(comment_id, action, reason=None):
        with database.write() as session:
            comment = session.get_one(Comment, comment_id)
            shown = Shown(comment.revision, comment.status, score=True)
            return review.decide(session, moderator, comment_id, action, shown, reason).id

    return decide


@pytest.fixture
def rows(database):
    def rows(**options):
        with database.read() as session:
            return export.export(session, **options)

    return rows


def test_what_was_taken_back_is_left_out_and_the_last_word_stands(
    database, moderator, submit, decide, rows
):
    first, second = submit("c1", "Un", reject=0.9), submit("c2", "Deux", reject=0.9)
    undone = decide(first, "approve")
    with database.write() as session:
        review.undo(session, moderator, undone)
    decide(second, "approve")
    assert [(row.text, row.reject) for row in rows()] == [("Deux", 0)]
    decide(first, "reject", "insult")
    assert {(row.text, row.reject, row.reason) for row in rows()} == {
        ("Deux", 0, None),
        ("Un", 1, "insult"),
    }


def test_personal_data_stays_behind(submit, decide, rows):
    decide(submit("c1", PERSONAL, reject=0.9), "approve")
    told = json.dumps([export.asdict(row) for row in rows()])
    for secret in ("lea.martin", "12 34", "@lea", "Lucie", "u1"):
        assert secret not in told
    assert "https://a.example" in told


def test_an_audited_comment_weighs_what_the_draw_left_out(site, submit, decide, rows):
    site.policy = {**site.policy, "audit_share": 0.2}
    audited = submit("c1", "Audité", draw=0.1)
    reviewed = submit("c2", "Relu", reject=0.9)
    approved = submit("c3", "Approuvé")
    for comment in (audited, reviewed, approved):
        decide(comment, "reject", "vulgarity")
    weights = {row.text: (row.outcome, row.weight) for row in rows()}
    assert weights == {
        "Audité": ("audit", pytest.approx(5)),
        "Relu": ("review", 1),
        "Approuvé": ("approve", 0),
    }


def test_the_last_articles_are_kept_aside_whole(submit, decide, rows):
    for article in range(8):
        for number in range(3):
            name = f"c{article}-{number}"
            decide(submit(name, name, article=f"a{article}", day=article, reject=0.9), "approve")
    splits = {row.text: row.split for row in rows()}
    aside = {text for text, split in splits.items() if split == "evaluation"}
    assert aside == {f"c{article}-{number}" for article in (6, 7) for number in range(3)}


def test_removed_comments_and_other_sites_are_left_out(database, submit, decide, rows):
    kept, gone = submit("c1", "Reste", reject=0.9), submit("c2", "Parti", reject=0.9)
    decide(kept, "approve")
    decide(gone, "approve")
    with database.write() as session:
        session.get_one(Comment, gone).status = "removed"
    assert [row.text for row in rows()] == ["Reste"]
    assert rows(site="ailleurs") == []


def test_both_files_read_back_alike(submit, decide, rows, tmp_path):
    decide(submit("c1", "Ligne\u2028coupée « é »", reject=0.9), "reject", "spam")
    decide(submit("c2", "Deux", reject=0.9), "approve")
    exported = rows()
    export.write(exported, tmp_path)
    assert export.read(tmp_path) == exported
    table = pyarrow.parquet.read_table(tmp_path / "examples.parquet")
    assert table.to_pylist() == [export.asdict(row) for row in exported]
    assert export.digest(exported) == export.digest(list(reversed(exported)))
    assert export.digest(exported) != export.digest(exported[:1])


def test_examples_weigh_one_on_average(submit, decide, rows):
    for name in ("c1", "c2"):
        decide(submit(name, name, reject=0.9), "approve")
    examples = export.examples(rows())
    assert [example.weight for example in examples] == [1, 1]
    assert examples[0].labels == {"reject": 0}


def test_what_was_decided_with_many_others_is_marked_and_can_be_left_out(
    database, moderator, submit, decide, rows
):
    decide(submit("c1", "Un", reject=0.9), "reject", "insult")
    submit("c2", "Deux", reject=0.9)
    order = bulk.Order("reject", "spam")
    with database.write() as session:
        waiting = [Comment.status == "pending"]
        asked = bulk.ask(session, moderator, waiting, order, "of=search", 1)
        bulk.go_on(session, moderator, asked.id)
    assert [(row.text, row.bulk) for row in rows()] == [("Un", False), ("Deux", True)]
    assert [row.text for row in rows(bulk=False)] == ["Un"]


def test_double_readings_are_told_with_whether_a_lead_settled_them(database, submit, rows):
    with database.write() as session:
        readers = [
            accounts.create(session, name, name, "un mot de passe long", role)
            for name, role in (("a", "moderator"), ("b", "moderator"), ("c", "lead"))
        ]
    agreed, disputed, single = (submit(name, f"Avis {name}.", reject=0.9) for name in "xyz")
    seen = Shown(1, "pending", score=True)
    given = [
        (agreed, 0, "approve"),
        (agreed, 1, "approve"),
        (disputed, 0, "approve"),
        (disputed, 1, "reject"),
    ]
    with database.write() as session:
        for site in session.query(Site):
            site.policy = {**site.policy, "double_share": 0.5}
    for comment_id, reader, action in given:
        reason = "insult" if action == "reject" else None
        with database.write() as session:
            readings.decide(session, readers[reader], comment_id, action, seen, reason, draw=0.1)
    with database.write() as session:
        adjudication.adjudicate(session, readers[2], disputed, "reject", seen, "insult")
        readings.decide(session, readers[0], single, "approve", seen, draw=0.9)
    assert {(row.text, row.double, row.adjudicated) for row in rows()} == {
        ("Avis x.", True, False),
        ("Avis y.", True, True),
        ("Avis z.", False, False),
    }
