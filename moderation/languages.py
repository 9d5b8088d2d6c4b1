"""Telling the language of a text, offline; a comment is too short to be sure of."""

import threading
from functools import cached_property

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Those that readers of a French site write; the fewer there are, the fewer mistakes.
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr")
# Below this it is a guess: « Merci » and « Bravo ! » are as Italian as they are French.
CERTAIN = 0.6
# The rest of a long text would not change the answer.
READ = 1_000


class _Resources:
    """The identifier, loaded once, when first needed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    @cached_property
    def identifier(self) -> LanguageIdentifier:
        every = LanguageIdentifier.from_model_file(MODEL_FILE)
        every.set_languages(LANGUAGES)
        # Made anew without the other languages, which it would keep: a third of its memory.
        return LanguageIdentifier(
            every.nb_ptc,
            every.nb_pc,
            every.nb_classes,
            every.tk_nextmove,
            every.tk_output,
            norm_probs=True,
            tk_row=every.tk_row,
        )


_resources = _Resources()


def detect(text: str) -> str | None:
    """Answer the ISO 639-1 code of a text's language; None when it cannot be told."""
    if not has_words(text):
        return None
    with _resources.lock:
        identifier = _resources.identifier
    language, probability = identifier.classify(text[:READ])
    return str(language) if probability >= CERTAIN else None


def has_words(text: str) -> bool:
    """Tell whether a text has any letter: without one it is in no language."""
    return any(character.isalpha() for character in text)
