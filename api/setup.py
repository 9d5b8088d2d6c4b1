"""Setting an installation up: schema, shipped model, and the demo site with its article."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo, newsroom
from moderation import accounts, intake, registry, sites
from moderation.champion import Champion
from moderation.database import Database
from moderation.errors import ModelUnavailable
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.policy import Policy
from moderation.tables import ModelVersion, Site, now

DEMO_COMMENTS = Path("data/demo.json")
DEMO_SEED = 2027
DEMO_LOGIN = "demo"
DEMO_WORDS = ("connard", "ta gueule", "pauvre type", "fils de pute", "enculé", "salope")
# Names the version that a new installation starts with.
SHIPPED = "SHIPPED"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person needs to try the product; shown once, kept as digests."""

    login: str
    password: str
    site_key: str


def secret_key(path: Path) -> str:
    """Read the installation's secret, made at the first start and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def install_model(session: Session, models_dir: Path) -> str | None:
    """Make the shipped model the champion of an installation that has none; answer its version."""
    if session.scalar(select(ModelVersion).where(ModelVersion.state == "champion")):
        return None
    pointer = models_dir / SHIPPED
    if not pointer.exists():
        raise ModelUnavailable(f"{pointer} does not name the model to start with")
    version = pointer.read_text().strip()
    folder = models_dir / version
    digest = registry.digest(folder)
    registry.load(folder, digest)
    card = registry.read_card(folder)
    session.add(
        ModelVersion(
            version=version, state="champion", digest=digest, card=card.model_dump(mode="json")
        )
    )
    return version


def install_demo(database: Database, champion: Champion) -> Credentials | None:
    """Create the demo site, moderator and comments; None where they exist already."""
    with database.write() as session:
        if session.scalar(select(Site).where(Site.slug == demo.SLUG)):
            return None
        site = sites.create(session, demo.SLUG, "Site de démonstration", _policy())
        password = secrets.token_urlsafe(12)
        camille = accounts.create(session, DEMO_LOGIN, "Camille Démo", password, "administrator")
        key = sites.new_key(session, site, "demo")
        _seed(session, site, champion)
        newsroom.furnish(session, site, champion, camille)
    return Credentials(DEMO_LOGIN, password, key)


def _policy() -> Policy:
    # The first comment of every demo author would otherwise wait for that reason alone.
    return Policy(words=DEMO_WORDS, first_comments=0)


def _seed(session: Session, site: Site, champion: Champion) -> None:
    told = json.loads(DEMO_COMMENTS.read_text(encoding="utf-8"))
    ids = [f"demo-{uuid4()}" for _ in told]
    # Every installation's demo shows the same: its draws are not left to chance.
    draws = Random(DEMO_SEED)  # noqa: S311
    assessments = champion.assess([comment["text"] for comment in told])
    for external_id, comment, assessment in zip(ids, told, assessments, strict=True):
        moment = now() - timedelta(hours=comment["hours_ago"])
        submission = Submission(
            external_id=external_id,
            article=ArticleRef(**demo.ARTICLE),
            author=AuthorRef(comment["name"], f"id:{comment['name']}"),
            text=intake.prepare(comment["text"], _policy()),
            parent_external_id=ids[comment["reply_to"]] if "reply_to" in comment else None,
            posted_at=moment,
            received_at=moment,
        )
        intake.submit(session, site, submission, assessment, draws.random())
