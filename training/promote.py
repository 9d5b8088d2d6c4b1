"""Which model serves: every change is a row, and servers follow the version whose state says so."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.errors import Conflict, NotFound
from moderation.registry import Card
from moderation.tables import Evaluation, ModelVersion, Promotion
from training.evaluate import Comparison


def register(session: Session, card: Card, digest: str) -> ModelVersion:
    """Make an artefact known to this installation, as a candidate."""
    version = ModelVersion(
        version=card.version, state="candidate", digest=digest, card=card.model_dump(mode="json")
    )
    session.add(version)
    session.flush()
    return version


def champion(session: Session) -> ModelVersion | None:
    """Find the version that serves."""
    return session.scalar(select(ModelVersion).where(ModelVersion.state == "champion"))


def find(session: Session, version: str) -> ModelVersion:
    """Find a version by name, or raise NotFound."""
    found = session.get(ModelVersion, version)
    if found is None:
        raise NotFound(f"There is no version {version} here; `list` shows those known.")
    return found


def versions(session: Session) -> Sequence[ModelVersion]:
    """List the versions, the newest first."""
    query = select(ModelVersion).order_by(
        ModelVersion.created_at.desc(), ModelVersion.version.desc()
    )
    return session.scalars(query).all()


def record(session: Session, comparison: Comparison) -> Evaluation:
    """Keep a comparison, on which a promotion may then rest."""
    evaluation = Evaluation(
        version=comparison.candidate.version,
        against=comparison.champion.version if comparison.champion else None,
        split_digest=comparison.split,
        metrics=comparison.model_dump(mode="json"),
    )
    session.add(evaluation)
    session.flush()
    return evaluation


def promote(
    session: Session, version: str, by: str, *, force: bool = False, why: str | None = None
) -> Promotion:
    """Put a version to serve, or raise Conflict.

    Refused without an evaluation against the present champion, and when that evaluation finds it
    worse beyond the interval; unless forced, which takes a reason.
    """
    if force and not why:
        raise Conflict("A forced promotion needs a reason (--why).")
    candidate = find(session, version)
    serving = champion(session)
    if serving is candidate:
        raise Conflict(f"{version} already serves.")
    evaluation = _last_evaluation(session, version, serving)
    if not force:
        _check(evaluation, version, serving)
    return _put(session, candidate, serving, "promotion", by, forced=force, why=why, on=evaluation)


def rollback(session: Session, by: str, why: str | None = None) -> Promotion:
    """Put back the version that served before the present champion was promoted."""
    serving = champion(session)
    if serving is None:
        raise Conflict("No version serves.")
    promoted = session.scalar(
        select(Promotion)
        .where(Promotion.version == serving.version, Promotion.kind == "promotion")
        .order_by(Promotion.id.desc())
        .limit(1)
    )
    if promoted is None or promoted.previous is None:
        raise Conflict(f"Nothing served before {serving.version}.")
    return _put(session, find(session, promoted.previous), serving, "rollback", by, why=why)


def _last_evaluation(
    session: Session, version: str, serving: ModelVersion | None
) -> Evaluation | None:
    against = serving.version if serving else None
    return session.scalar(
        select(Evaluation)
        .where(Evaluation.version == version, Evaluation.against == against)
        .order_by(Evaluation.id.desc())
        .limit(1)
    )


def _check(evaluation: Evaluation | None, version: str, serving: ModelVersion | None) -> None:
    if evaluation is None:
        beside = f"beside {serving.version}" if serving else "yet"
        raise Conflict(f"{version} was not evaluated {beside}; run `evaluate`.")
    worse = Comparison.model_validate(evaluation.metrics).worse
    if worse and serving:
        raise Conflict(
            f"{version} is worse than {serving.version} beyond the interval: {', '.join(worse)}."
        )


def _put(
    session: Session,
    version: ModelVersion,
    serving: ModelVersion | None,
    kind: str,
    by: str,
    *,
    forced: bool = False,
    why: str | None = None,
    on: Evaluation | None = None,
) -> Promotion:
    if serving is not None:
        serving.state = "retired"
        # At most one champion at any moment: the database holds it, row by row.
        session.flush()
    version.state = "champion"
    promotion = Promotion(
        version=version.version,
        previous=serving.version if serving else None,
        kind=kind,
        forced=forced,
        why=why,
        by=by,
        evaluation_id=on.id if on else None,
    )
    session.add(promotion)
    session.flush()
    return promotion
