"""The database, as SQLAlchemy classes; not called models, since here a model is a classifier."""

from moderation.tables.base import Base, UtcDateTime, now
from moderation.tables.comments import Author, Comment, FindingRow, Revision, Verdict
from moderation.tables.learning import Evaluation, ModelVersion, Promotion
from moderation.tables.outside import (
    AkismetUsage,
    CoralSecret,
    DecisionOrigin,
    Delivery,
    Webhook,
)
from moderation.tables.people import Claim, Decision, Moderator
from moderation.tables.sites import Article, Site, SiteKey

__all__ = [
    "AkismetUsage",
    "Article",
    "Author",
    "Base",
    "Claim",
    "Comment",
    "CoralSecret",
    "Decision",
    "DecisionOrigin",
    "Delivery",
    "Evaluation",
    "FindingRow",
    "ModelVersion",
    "Moderator",
    "Promotion",
    "Revision",
    "Site",
    "SiteKey",
    "UtcDateTime",
    "Verdict",
    "Webhook",
    "now",
]
