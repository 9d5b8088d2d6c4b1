"""Scoring with a version that does not serve, for callers that name one."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from moderation.champion import Assessment, Champion, Serving
from moderation.database import Database
from moderation.errors import ModelUnavailable, NotFound
from moderation.registry import load
from moderation.tables import ModelVersion

# Each is a model in memory beside the serving one.
KEPT = 1


class Versions:
    """Load the model versions that callers name, and keep the last one used."""

    def __init__(
        self, database: Database, models_dir: Path, timeout: float, champion: Champion
    ) -> None:
        self._database = database
        self._models_dir = models_dir
        self._timeout = timeout
        self._champion = champion
        self._kept: OrderedDict[str, Champion] = OrderedDict()
        self._lock = threading.Lock()

    def assess(self, version: str | None, texts: Sequence[str]) -> list[Assessment]:
        """Score texts with a version, None for the serving one; raises NotFound for an unknown one.

        As with the serving one, a version that cannot be loaded gives empty answers.
        """
        serving = self._champion.serving
        if version is None or (serving and serving.version == version):
            return self._champion.assess(texts)
        return self._named(version).assess(texts)

    def _named(self, version: str) -> Champion:
        with self._lock:
            if version not in self._kept:
                self._kept[version] = self._load(version)
            self._kept.move_to_end(version)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[version]

    def _load(self, version: str) -> Champion:
        with self._database.read() as session:
            row = session.get(ModelVersion, version)
        if row is None:
            raise NotFound(f"There is no model version {version}.")
        champion = Champion(self._database, self._models_dir, self._timeout)
        try:
            classifier = load(self._models_dir / version, row.digest)
        except ModelUnavailable:
            return champion
        card = row.card
        champion.put(Serving(classifier, version, card.get("threshold"), card.get("base_rate")))
        return champion
