"""What can go wrong in the domain, in words a caller can act on."""


class VigieError(Exception):
    """Base of every error the domain raises on purpose; `detail` is a sentence for the caller."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidText(VigieError):
    """A text that cannot be stored or shown safely, or is too long."""


class NotFound(VigieError):
    """No such object on this site."""


class Conflict(VigieError):
    """The object changed, or was decided, since the caller last saw it; nothing was overwritten."""


class NotAllowed(VigieError):
    """The caller is known but may not do this."""


class ModelUnavailable(VigieError):
    """An artefact that is missing, altered, or made by a version that cannot be loaded here."""
