"""The schema's migrations and the sessions, on both databases."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from moderation import search, terms
from moderation.database import Database
from moderation.tables import Base, Comment, Decision, ModelVersion, Site
from moderation.tables.search import FTS_TABLES, ours


def test_migrations_go_down_and_up_again(database: Database) -> None:
    database.downgrade("base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    database.upgrade()
    tables = set(inspect(database.engine).get_table_names())
    if database.engine.dialect.name == "sqlite":
        assert tables >= FTS_TABLES
    assert tables - FTS_TABLES == {*Base.metadata.tables, "alembic_version"}


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_keeps_the_decisions_and_who_took_them(database: Database) -> None:
    database.downgrade("0003")
    rows = {
        "site": "id, slug, name, policy, created_at VALUES ('1', 'a', 'A', '{}', :now)",
        "article": "id, site_id, external_id, url, title, created_at"
        " VALUES ('2', '1', 'a', 'u', 't', :now)",
        "author": "id, site_id, name, created_at VALUES ('3', '1', 'Lucie', :now)",
        "comment": "id, site_id, article_id, author_id, external_id, root_id, status, revision,"
        " rank, posted_at, received_at"
        " VALUES ('4', '1', '2', '3', 'c', '4', 'approved', 1, 0.5, :now, :now)",
        "revision": "id, comment_id, number, text, fingerprint, created_at"
        " VALUES ('5', '4', 1, 'Bonjour', '', :now)",
        "verdict": "revision_id, outcome, blind, attributes, inclusion, created_at"
        " VALUES ('5', 'review', false, '{}', 1, :now)",
        "finding": 'revision_id, position, rule, detail, "values", spans'
        " VALUES ('5', 0, 'links', '', '{}', '[]')",
        "moderator": "id, login, name, password_hash, role, created_at"
        " VALUES ('6', 'camille', 'Camille', 'hash', 'moderator', :now)",
        "decision": "id, comment_id, revision_id, moderator_id, action, from_status, to_status,"
        " score_shown, created_at"
        " VALUES ('7', '4', '5', '6', 'approve', 'pending', 'approved', true, :now)",
    }
    with database.write() as session:
        for table, row in rows.items():
            columns, values = row.split(" VALUES ")
            for digit in "1234567":
                values = values.replace(f"'{digit}'", f"'{UUID(int=int(digit)).hex}'")
            statement = f"INSERT INTO {table} ({columns}) VALUES {values}"  # noqa: S608
            session.execute(text(statement), {"now": datetime.now(UTC)})
    database.upgrade()
    with database.read() as session:
        [decision] = session.query(Decision).all()
        assert (decision.moderator.name, decision.moderator.preferences) == ("Camille", {})
        assert (decision.comment.latest.text, decision.statement) == ("Bonjour", None)
        assert decision.comment.rules == " links "
        for asked in ("bonjour", "lucie"):
            found = select(Comment.id).where(search.matching(session, terms.read(asked)))
            assert session.scalars(found).all() == [decision.comment_id]


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    twins = [Site(slug="b", name="B"), Site(slug="a", name="A"), Site(slug="a", name="A")]
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all(twins)
    with database.read() as session:
        assert session.query(Site).count() == 0


def test_two_champions_are_one_too_many(database: Database) -> None:
    with database.write() as session:
        session.add(ModelVersion(version="1", state="champion", digest="", card={}))
        session.add(ModelVersion(version="2", state="retired", digest="", card={}))
        session.add(ModelVersion(version="3", state="retired", digest="", card={}))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(ModelVersion(version="4", state="champion", digest="", card={}))


def test_moments_come_back_in_utc(database: Database) -> None:
    with database.write() as session:
        session.add(Site(slug="a", name="A"))
    with database.read() as session:
        assert session.query(Site).one().created_at.utcoffset().total_seconds() == 0
