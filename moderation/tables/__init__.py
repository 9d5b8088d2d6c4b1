"""The database, as SQLAlchemy classes; not called models, since here a model is a classifier."""

from moderation.tables.authors import AuthorNote, Refusal, Sanction
from moderation.tables.base import Base, UtcDateTime, first_id, now
from moderation.tables.comments import WAITING, Author, Comment, FindingRow, Revision, Verdict
from moderation.tables.duplicates import Duplicate, DuplicateKey
from moderation.tables.learning import Evaluation, ModelVersion, Promotion
from moderation.tables.outside import (
    AkismetUsage,
    CoralSecret,
    DecisionOrigin,
    Delivery,
    Webhook,
)
from moderation.tables.people import Claim, Decision, Moderator
from moderation.tables.queues import Appeal, Flag, Hold, SavedView, Watch
from moderation.tables.search import Searched
from moderation.tables.sites import Article, Site, SiteKey
from moderation.tables.team import AccountLink, Exposure, LogEntry, LoginSession
from moderation.tables.work import Bulk, BulkItem, Reading

__all__ = [
    "WAITING",
    "AccountLink",
    "AkismetUsage",
    "Appeal",
    "Article",
    "Author",
    "AuthorNote",
    "Base",
    "Bulk",
    "BulkItem",
    "Claim",
    "Comment",
    "CoralSecret",
    "Decision",
    "DecisionOrigin",
    "Delivery",
    "Duplicate",
    "DuplicateKey",
    "Evaluation",
    "Exposure",
    "FindingRow",
    "Flag",
    "Hold",
    "LogEntry",
    "LoginSession",
    "ModelVersion",
    "Moderator",
    "Promotion",
    "Reading",
    "Refusal",
    "Revision",
    "Sanction",
    "SavedView",
    "Searched",
    "Site",
    "SiteKey",
    "UtcDateTime",
    "Verdict",
    "Watch",
    "Webhook",
    "first_id",
    "now",
]
