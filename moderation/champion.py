"""The model that serves now: watched in the database, swapped without a pause."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from moderation import registry
from moderation.classifier import Classifier, Contribution, Score
from moderation.database import Database
from moderation.errors import ModelUnavailable
from moderation.tables import ModelVersion

logger = logging.getLogger(__name__)

SCORING_THREADS = 4


@dataclass(frozen=True, slots=True)
class Serving:
    """A loaded classifier with what its card says of it."""

    classifier: Classifier
    version: str
    threshold: float | None
    base_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the serving model says of one text; all None when there is none, or it failed."""

    score: Score | None = None
    version: str | None = None
    threshold: float | None = None
    base_rate: float | None = None


class Champion:
    """Hold the serving model and follow the `model_version` row that says which one it is.

    A candidate that cannot be loaded is logged and refused, and the previous model keeps serving.
    """

    def __init__(
        self,
        database: Database,
        models_dir: Path,
        timeout: float,
        load: Callable[[Path, str], Classifier] = registry.load,
    ) -> None:
        self._database = database
        self._models_dir = models_dir
        self._timeout = timeout
        self._load = load
        self._serving: Serving | None = None
        self._refused: tuple[str, str] | None = None
        self._refreshing = threading.Lock()
        self._pool = ThreadPoolExecutor(SCORING_THREADS, thread_name_prefix="score")

    @property
    def serving(self) -> Serving | None:
        """The model now in use, None before the first one loads."""
        return self._serving

    def put(self, serving: Serving) -> None:
        """Serve a model from now on; whoever is scoring with the old one finishes with it."""
        self._serving = serving
        logger.info("model %s now serves", serving.version)

    def refresh(self) -> None:
        """Load the model that the database names, if it is not the one in use."""
        with self._refreshing:
            named = self._named()
            if named is None or (self._serving and self._serving.version == named.version):
                return
            wanted = (named.version, named.digest)
            if wanted == self._refused:
                return
            try:
                classifier = self._load(self._models_dir / named.version, named.digest)
            except ModelUnavailable as error:
                self._refused = wanted
                logger.error("model %s refused: %s", named.version, error.detail)
                return
            self._refused = None
            threshold, base_rate = named.card.get("threshold"), named.card.get("base_rate")
            self.put(Serving(classifier, named.version, threshold, base_rate))

    def watch(self, every: float, stop: threading.Event) -> None:
        """Refresh every few seconds until `stop` is set; meant for a daemon thread."""
        while not stop.wait(every):
            try:
                self.refresh()
            except Exception:
                # A database away for a moment must not end the watch.
                logger.exception("could not look up the serving model")

    def assess(self, texts: Sequence[str]) -> list[Assessment]:
        """Score texts with the serving model; without one, or if it fails, each answer is empty."""
        serving = self._serving
        if serving is None or not texts:
            return [Assessment() for _ in texts]
        try:
            future = self._pool.submit(serving.classifier.score, texts)
            scores = future.result(self._timeout)
            if len(scores) != len(texts):
                raise ModelUnavailable(f"{len(scores)} scores for {len(texts)} texts")
        except Exception:
            # Whatever a model does, the comment must be stored and a person must see it.
            logger.exception("model %s failed to score", serving.version)
            return [Assessment() for _ in texts]
        version, threshold, base_rate = serving.version, serving.threshold, serving.base_rate
        return [Assessment(score, version, threshold, base_rate) for score in scores]

    def explain(self, text: str, version: str, attribute: str = "reject") -> list[Contribution]:
        """Tell which words carried a score; empty when another model has come to serve since."""
        serving = self._serving
        if serving is None or serving.version != version:
            return []
        try:
            return self._pool.submit(serving.classifier.explain, text, attribute).result(
                self._timeout
            )
        except Exception:
            logger.exception("model %s failed to explain", serving.version)
            return []

    def _named(self) -> ModelVersion | None:
        with self._database.read() as session:
            return session.scalar(select(ModelVersion).where(ModelVersion.state == "champion"))
