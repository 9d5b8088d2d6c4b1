"""Artefacts: immutable folders whose card lists every file's SHA-256, verified before any load."""

import hashlib
import importlib
import tempfile
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version as installed
from pathlib import Path
from typing import Protocol, cast

from pydantic import ValidationError

from moderation.card import Card, Corpus, Measure, describe
from moderation.classifier import Classifier
from moderation.errors import ModelUnavailable

__all__ = ["Card", "Corpus", "Measure", "digest", "free_version", "load", "read_card", "save"]

# Each kind's module offers `dump` and `load`, and is imported when first needed.
KINDS = {"encoder": "moderation.encoder", "linear": "moderation.linear"}


class _Kind(Protocol):
    def dump(self, classifier: Classifier) -> Mapping[str, bytes]: ...

    def load(self, files: Mapping[str, bytes], version: str) -> Classifier: ...


def free_version(models_dir: Path, kind: str, day: date) -> str:
    """Name a new artefact after its kind and day, with a number when the name is taken."""
    name = f"fr-{kind}-{day:%Y.%m.%d}"
    candidate, number = name, 1
    while (models_dir / candidate).exists():
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def save(classifier: Classifier, card: Card, models_dir: Path) -> str:
    """Write an artefact as `models_dir/<version>/`, whole or not at all; answer its digest.

    The digest is the SHA-256 of `card.json`, which lists that of every other file. Raises
    FileExistsError for a version that exists: artefacts never change.
    """
    target = models_dir / card.version
    if target.exists():
        raise FileExistsError(f"{target} exists, and artefacts never change")
    files = _kind(card.kind).dump(classifier)
    card = card.model_copy(update={"files": {name: _sha256(files[name]) for name in files}})
    written = card.model_dump_json(indent=2).encode()
    models_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=models_dir, prefix=".saving-"))
    for name, content in {
        **files,
        "card.json": written,
        "card.md": describe(card).encode(),
    }.items():
        (folder / name).write_bytes(content)
    folder.chmod(0o755)
    folder.rename(target)
    return _sha256(written)


def digest(folder: Path) -> str:
    """Compute the digest under which an artefact is known."""
    return _sha256(_read(folder, "card.json"))


def read_card(folder: Path) -> Card:
    """Read an artefact's card, or raise ModelUnavailable."""
    return _parse(_read(folder, "card.json"), folder)


def load(folder: Path, digest: str) -> Classifier:
    """Load an artefact once it is proved to be the one with this digest, unaltered.

    Raises ModelUnavailable when a file is missing or altered, and when the artefact was made with
    another scikit-learn than this one, whose pickles it could misread.
    """
    written = _read(folder, "card.json")
    if _sha256(written) != digest:
        raise ModelUnavailable(f"{folder}: card.json is not the one that was registered.")
    card = _parse(written, folder)
    _check_versions(card)
    files = {}
    for name, expected in card.files.items():
        # The very bytes that were verified are the ones loaded.
        files[name] = _read(folder, name)
        if _sha256(files[name]) != expected:
            raise ModelUnavailable(f"{folder}: {name} was altered.")
    try:
        return _kind(card.kind).load(files, card.version)
    except Exception as error:
        raise ModelUnavailable(f"{folder}: cannot be loaded ({error}).") from error


def _check_versions(card: Card) -> None:
    here = installed("scikit-learn")
    if here.split(".")[:2] != card.scikit_learn.split(".")[:2]:
        raise ModelUnavailable(
            f"{card.version} was made with scikit-learn {card.scikit_learn}, and {here} is"
            " installed: retrain it, or install that version."
        )


def _kind(kind: str) -> _Kind:
    try:
        return cast("_Kind", importlib.import_module(KINDS[kind]))
    except (KeyError, ImportError) as error:
        raise ModelUnavailable(f"Models of kind {kind} cannot be used here ({error}).") from error


def _parse(written: bytes, folder: Path) -> Card:
    try:
        return Card.model_validate_json(written)
    except ValidationError as error:
        raise ModelUnavailable(f"{folder}: card.json cannot be read ({error}).") from error


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{folder}: {name} is missing ({error.strerror}).") from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
