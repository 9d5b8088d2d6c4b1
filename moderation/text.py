"""Comments as plain text: what is accepted, what becomes of HTML, and French words in it."""

import re
import unicodedata
from html.parser import HTMLParser

import nh3

from moderation.errors import InvalidText
from moderation.french import Token, sentences, tokens
from moderation.matching import match_words

__all__ = ["Token", "clean", "contains_html", "from_html", "match_words", "sentences", "tokens"]

# Phones put these around the numbers and names that people paste; they only change the display.
BIDI_CONTROLS = re.compile("[\u202a-\u202d\u2066-\u2069]")
RIGHT_TO_LEFT_OVERRIDE = "\u202e"
LINE_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
TRAILING_SPACE = re.compile(r"[^\S\n]+$", re.MULTILINE)
# Blank on screen although they are neither spaces nor format characters.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_ELEMENTS = (
    "a abbr acronym address applet area article aside audio b base bdi bdo big blockquote body br"
    " button canvas caption center cite code col colgroup data datalist dd del details dfn dialog"
    " dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3"
    " h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark"
    " marquee math menu meta meter nav noscript object ol optgroup option output p param picture"
    " pre progress q s samp script section select small source span strike strong style sub"
    " summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul"
    " var video wbr"
)
HTML = re.compile(rf"</?(?:{'|'.join(_ELEMENTS.split())})(?:[\s/][^<>]*)?>|<!--", re.IGNORECASE)
BLOCKS = frozenset(
    [
        "blockquote",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "p",
        "pre",
        "tr",
        "ul",
    ]
)


def clean(raw: str) -> str:
    """Put a text in the one form that is stored: NFC, LF line ends, no space at line ends.

    Raises InvalidText for characters that nobody types in a comment. Zero-width characters stay,
    for the normaliser to see through; a text with nothing to see in it comes back empty.
    """
    text = BIDI_CONTROLS.sub("", LINE_BREAKS.sub("\n", raw))
    for character in set(text):
        _check(character)
    text = TRAILING_SPACE.sub("", unicodedata.normalize("NFC", text)).strip()
    return text if any(_is_visible(character) for character in text) else ""


def contains_html(text: str) -> bool:
    """Tell whether a text carries HTML tags; « a < b », « <3 » and « AT&T » do not."""
    return HTML.search(text) is not None


def from_html(markup: str) -> str:
    """Turn HTML into the plain text that a reader would see; other text comes back unchanged.

    Blocks become lines, and a link keeps its address: `label (url)`.
    """
    if not contains_html(markup):
        return markup
    safe = nh3.clean(markup, tags={"a", *BLOCKS}, attributes={"a": {"href"}}, link_rel=None)
    reader = _PlainText()
    reader.feed(safe)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.pieces)).strip()


class _PlainText(HTMLParser):
    """Write sanitised HTML as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif href:
            self._link = (href, len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag != "br":
            self.pieces.append("\n")
        elif tag == "a" and self._link:
            href, start = self._link
            label = "".join(self.pieces[start:]).strip()
            self.pieces[start:] = [href if label in ("", href) else f"{label} ({href})"]
            self._link = None

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _check(character: str) -> None:
    code = ord(character)
    if character == "\0":
        raise InvalidText("The text contains a null byte.")
    if 0xD800 <= code <= 0xDFFF:
        raise InvalidText(f"The text contains a lone surrogate (U+{code:04X}).")
    if character not in "\n\t" and unicodedata.category(character) == "Cc":
        raise InvalidText(f"The text contains a control character (U+{code:04X}).")
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        raise InvalidText(f"The text contains a noncharacter (U+{code:04X}).")
    if character == RIGHT_TO_LEFT_OVERRIDE:
        raise InvalidText("The text contains a control that reverses it on screen (U+202E).")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZCM" and character not in BLANK
