"""The schema's migrations and the sessions, on both databases."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from moderation.database import Database
from moderation.tables import Base, ModelVersion, Site


def test_migrations_go_down_and_up_again(database: Database) -> None:
    database.downgrade("base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    database.upgrade()
    tables = set(inspect(database.engine).get_table_names())
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


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
