"""Where the links of a text really lead; nothing is ever fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

# They hide where they lead: only opening one tells.
SHORTENERS = frozenset(
    (
        "bit.ly buff.ly cutt.ly dlvr.it fb.me goo.gl is.gd j.mp lnkd.in ow.ly rb.gy rebrand.ly "
        "s.id shorturl.at t.co t.ly tiny.cc tinyurl.com trib.al urlr.me urlz.fr v.gd"
    ).split()
)
_SHORT = "|".join(re.escape(host) for host in sorted(SHORTENERS))
LINK = re.compile(
    rf"https?://[^\s<>\"«»]{{2,}}|www\.[^\s<>\"«»]{{2,}}|(?<![\w.@-])(?:{_SHORT})/[^\s<>\"«»]+",
    re.IGNORECASE,
)
# They close what stood around the link.
_AFTER = ".,;:!?…'’)]}*_"
MAX_LINKS = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a text: as written, and the host that a browser would call.

    `host` is what the address shows, `ascii` what is looked up; they differ where letters of other
    alphabets stand in it. `user` is what stands before an `@`, which looks like a host and is none.
    `url` is None for an address that no browser would open.
    """

    start: int
    end: int
    written: str
    url: str | None
    host: str
    ascii: str
    user: str = ""

    @property
    def shortened(self) -> bool:
        """Whether the host is known to hide where its links lead."""
        return self.ascii.removeprefix("www.") in SHORTENERS


def find(text: str) -> list[Link]:
    """Find the links of a text, in order; the first ones of a text that holds too many."""
    return [link for link, _ in zip(_links(text), range(MAX_LINKS), strict=False)]


def _links(text: str) -> Iterator[Link]:
    for match in LINK.finditer(text):
        written = _trimmed(match[0])
        yield _link(match.start(), written)


def _trimmed(written: str) -> str:
    while written and written[-1] in _AFTER:
        # « …/Paris_(homonymie) » keeps its own parenthesis.
        if written[-1] == ")" and written.count("(") >= written.count(")"):
            break
        written = written[:-1]
    return written


def _link(start: int, written: str) -> Link:
    end = start + len(written)
    # Browsers read a backslash as a slash: « https://ours\@theirs » leads to ours.
    address = written.replace("\\", "/")
    if not address.lower().startswith("http"):
        address = "http://" + address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Link(start, end, written, None, written, written)
    shown, looked_up = _decoded(host), _encoded(host)
    user = parts.netloc.rpartition("@")[0]
    if not looked_up:
        return Link(start, end, written, None, host or written, host or written, user)
    place = f"[{looked_up}]" if ":" in looked_up else looked_up
    place = f"{place}:{port}" if port else place
    # Without the user part: it serves to deceive, and would be sent as a password.
    url = parts._replace(netloc=place).geturl()
    return Link(start, end, written, url, shown, looked_up, user)


def _encoded(host: str) -> str:
    """Write a host as it is looked up; empty when it cannot be one."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _decoded(host: str) -> str:
    """Write a host as an address bar would show it."""
    try:
        return host.encode("ascii").decode("idna").lower()
    except UnicodeError:
        return host
