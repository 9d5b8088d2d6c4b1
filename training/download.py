"""Downloads that can be cut short: resumed where they stopped, whole or not at all."""

import hashlib
import http.client
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from moderation.errors import VigieError

CHUNK = 1 << 18
TIMEOUT = 30
ATTEMPTS = 3
# What was received, and how much is to come in all when the server tells.
Received = Callable[[int, int | None], None]


class DownloadFailed(VigieError):
    """A file that could not be downloaded, or is not the one expected."""


class _Cut(Exception):
    """The connection ended before the file did: what came is kept, to go on from."""


class WebOnly(urllib.request.HTTPRedirectHandler):
    """Follow redirections on the web alone, and never from TLS to plain HTTP."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Answer the request to make instead; raises DownloadFailed when it is off the web."""
        allowed = {"https"} if urlsplit(req.full_url).scheme == "https" else {"http", "https"}
        if urlsplit(newurl).scheme not in allowed:
            raise DownloadFailed(f"{req.full_url} redirects to {newurl}, which is refused.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, target: Path, received: Received) -> str:
    """Download a file, going on from an earlier attempt; answer its SHA-256.

    Until it is whole it is `target` with `.part` added. Raises DownloadFailed.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise DownloadFailed(f"{url} is not on the web.")
    part = target.with_name(f"{target.name}.part")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _go_on(url, part, received)
            break
        except HTTPError as error:
            error.close()
            raise DownloadFailed(f"{url} answers {error.code} {error.reason}.") from error
        except (_Cut, OSError, http.client.HTTPException) as error:
            if attempt == ATTEMPTS:
                raise DownloadFailed(f"{url} was cut short ({error}); run it again.") from error
    found = sha256(part)
    part.replace(target)
    _mark(part).unlink(missing_ok=True)
    return found


def sha256(path: Path) -> str:
    """Compute a file's SHA-256."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _go_on(url: str, part: Path, received: Received) -> None:
    done = part.stat().st_size if part.exists() else 0
    mark = _mark(part).read_text("utf-8") if done and _mark(part).exists() else ""
    request = urllib.request.Request(url, headers={"User-Agent": "vigie"})  # noqa: S310
    if mark:
        # Another version of the file, or a server that cannot resume, answers with all of it.
        request.add_header("Range", f"bytes={done}-")
        request.add_header("If-Range", mark)
    try:
        answer = _opener().open(request, timeout=TIMEOUT)
    except HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        part.unlink()
        raise _Cut("the server refuses to resume") from error
    with answer:
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        _mark(part).write_text(answer.headers.get("ETag") or "", "utf-8")
        _append(answer, part, done if resumed else 0, received)


def _append(answer: Any, part: Path, done: int, received: Received) -> None:
    """Write what comes after the first `done` bytes; raises _Cut when some of it is missing."""
    length = answer.headers.get("Content-Length")
    total = done + int(length) if length else None
    with part.open("r+b" if done else "wb") as file:
        file.seek(done)
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            received(done, total)
    if total is not None and done != total:
        raise _Cut(f"{done:,} bytes of {total:,}")


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener that knows no other scheme than the web's."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        WebOnly(),
    ):
        opener.add_handler(handler)
    return opener


def _mark(part: Path) -> Path:
    """Where the server's own mark of the version being downloaded is kept."""
    return part.with_name(f"{part.name}.etag")
