"""`moderation`: set an installation up, manage its sites and moderators, serve it."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console

from api import commands, setup
from api.installation import open_database, settings
from moderation import accounts, journal, links, providers, sites
from moderation.champion import Champion
from moderation.policy import Policy
from moderation.tables import now

console = Console()
# Threads of a process that no console's stream may occupy.
THREADS_FREE = 8


@click.group()
def cli() -> None:
    """Vigie, comment moderation for newsrooms."""


for command in commands.COMMANDS:
    cli.add_command(command)


@cli.command()
def init() -> None:
    """Create or upgrade the database and, the first time, install the shipped model."""
    with open_database() as database:
        database.upgrade()
        with database.write() as session:
            installed = setup.install_model(session, settings().models_dir)
    console.print(f"Database ready; model {installed or 'unchanged'}.")


@cli.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True)
@click.pass_context
def demo(context: click.Context, port: int, workers: int) -> None:
    """Set up an installation with a demo site, and serve it on this machine."""
    context.invoke(init)
    current = settings()
    with open_database() as database:
        champion = Champion(database, current.models_dir, current.score_timeout)
        champion.refresh()
        credentials = setup.install_demo(database, champion)
    _welcome(port, credentials)
    os.environ.setdefault("SECURE_COOKIES", "false")
    os.environ.setdefault("EMBEDDED_WORKER", "true")
    context.invoke(serve, bind=f"127.0.0.1:{port}", workers=workers)


@cli.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; each loads the model.")
@click.option("--threads", default=32, show_default=True, help="Requests at once a process.")
def serve(bind: str, workers: int, threads: int) -> None:
    """Serve the API and the console with gunicorn."""
    settings()
    os.environ.setdefault("LIVE_STREAMS", str(max(0, threads - THREADS_FREE)))
    # Each request is one thread's work: more would only contend for the same cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # One heap for all threads, given back when freed: some 60 MB less a worker with glibc.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "65536")
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "65536")
    options = ["--bind", bind, "--workers", str(workers), "--threads", str(threads)]
    options += ["--no-control-socket"]
    gunicorn = Path(sys.executable).with_name("gunicorn")
    os.execv(gunicorn, [str(gunicorn), *options, "api.wsgi:application()"])  # noqa: S606


@cli.command("create-site")
@click.argument("slug")
@click.argument("name")
def create_site(slug: str, name: str) -> None:
    """Create a site and print its API key, which cannot be read again."""
    with open_database() as database, database.write() as session:
        site = sites.create(session, slug, name)
        console.print(sites.new_key(session, site, "first"), soft_wrap=True)


@cli.command("set-policy")
@click.argument("slug")
@click.argument("options", nargs=-1, metavar="NAME=VALUE …")
def set_policy(slug: str, options: tuple[str, ...]) -> None:
    """Change a site's policy, and print it; values are JSON, as in `audit_share=0.1`."""
    with open_database() as database, database.write() as session:
        site = sites.by_slug(session, slug)
        changes = dict(option.split("=", 1) for option in options)
        asked = {name: json.loads(value) for name, value in changes.items()}
        policy = Policy.model_validate({**site.policy, **asked})
        site.policy = policy.model_dump(mode="json")
        if asked:
            journal.record(session, None, "site.policy", slug, options=", ".join(asked))
        console.print_json(data=site.policy)


@cli.command("create-key")
@click.argument("slug")
@click.argument("label")
def create_key(slug: str, label: str) -> None:
    """Create another API key for a site and print it; the others go on working."""
    with open_database() as database, database.write() as session:
        console.print(sites.new_key(session, sites.by_slug(session, slug), label), soft_wrap=True)


@cli.command("revoke-key")
@click.argument("key")
def revoke_key(key: str) -> None:
    """Refuse an API key from now on."""
    with open_database() as database, database.write() as session:
        sites.revoke_key(session, key)


@cli.command("create-moderator")
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), default="moderator", show_default=True)
@click.password_option()
def create_moderator(login: str, name: str, role: accounts.Role, password: str) -> None:
    """Create an account; the first one is best an administrator's, who invites the others."""
    with open_database() as database, database.write() as session:
        accounts.create(session, login, name, password, role)


@cli.command("link-account")
@click.argument("login")
@click.argument("sub")
def link_account(login: str, sub: str) -> None:
    """Let an account that has a password be entered through the OpenID provider too."""
    with open_database() as database, database.write() as session:
        moderator = accounts.by_login(session, login)
        issuer = settings().oidc_issuer
        if moderator is None or issuer is None:
            raise click.ClickException(f"There is no account {login}, or no OIDC_ISSUER.")
        providers.link(session, moderator, providers.subject(issuer, sub))


@cli.command("purge-journal")
@click.option("--months", type=click.IntRange(min=1), required=True, help="How long to keep.")
def purge_journal(months: int) -> None:
    """Delete the journal's entries that are older than so many months (of 30 days)."""
    with open_database() as database, database.write() as session:
        number = journal.purge(session, now() - timedelta(days=30 * months))
        journal.record(session, None, "journal.purge", months=months, entries=number)
    console.print(f"{number} entries deleted.")


@cli.command("reset-password")
@click.argument("login")
@click.option("--address", default="http://127.0.0.1:8000", help="Where the console is found.")
def reset_password(login: str, address: str) -> None:
    """Print a one-time link by which an account's owner chooses a password."""
    with open_database() as database, database.write() as session:
        moderator = accounts.by_login(session, login)
        if moderator is None or moderator.disabled_at is not None:
            raise click.ClickException(f"There is no active account {login}.")
        key = links.make(session, moderator, None)
    console.print(f"{address.rstrip('/')}/welcome/{key}", soft_wrap=True, highlight=False)


def _welcome(port: int, credentials: setup.Credentials | None) -> None:
    address = f"http://localhost:{port}"
    lines = {
        "Article and comments": f"{address}/demo",
        "Moderators' console": f"{address}/queue",
        "API documentation": f"{address}/docs",
        "Demo moderator": "as printed at the first start",
        "Demo site's key": "as printed at the first start",
    }
    if credentials:
        lines["Demo moderator"] = f"{credentials.login} / {credentials.password}"
        lines["Demo site's key"] = credentials.site_key
    console.rule("Vigie")
    for name, value in lines.items():
        # Whole on one line, however narrow the terminal: a key is there to be copied.
        console.print(f"{name:<22}{value}", soft_wrap=True, highlight=False)
    console.rule()
