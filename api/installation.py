"""The installation that a command works on: its settings, and its database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api import setup
from moderation.database import Database
from moderation.errors import VigieError
from moderation.settings import Settings

SECRET_FILE = Path("var/secret_key")


def settings() -> Settings:
    """Read the settings; without SECRET_KEY, a machine's own is made and kept in `var/`."""
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = setup.secret_key(SECRET_FILE)
    return Settings()


@contextmanager
def open_database() -> Iterator[Database]:
    """Open the installation's database, and tell what cannot be done without a traceback."""
    database = Database(settings().database_url)
    try:
        yield database
    except VigieError as error:
        raise click.ClickException(error.detail) from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.engine.dispose()
