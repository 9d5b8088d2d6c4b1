"""Reading words that were disguised: digits for letters, masks, signs or spaces between letters."""

import re
from collections.abc import Sequence
from itertools import pairwise

from moderation.spellings import Known, Letter

LEET = dict(zip("013457@$€£!|¡", "oieastaseliii", strict=True))
MASKS = "*#%•"
# What a letter of a spaced word may be, and what may stand between two of them.
_L = r"(?:[^\W\d_]|[013457@$€])"
SPACED = re.compile(rf"(?<!\w){_L}(?P<sep>[ .\-_*+·•|/,;~]){_L}(?:(?P=sep){_L})+(?!\w)")
# A run that may hold a disguised word, and what does not count at its edges.
PIECE = re.compile(r"[^\s'\"«»()\[\]{}<>?,]{3,}")
_SIGNS = "".join(sign for sign in map(chr, range(33, 127)) if not sign.isalnum()) + "…–—°"
_OUTER_LEFT = _SIGNS.translate(str.maketrans("", "", "$"))
_OUTER_RIGHT = _SIGNS.translate(str.maketrans("", "", "$@*"))
LONGEST = 40
# Single letters that are words: they may stand beside a spaced word.
ALONE = frozenset("aàyôAÀYÔ")
ROMAN = re.compile(r"[IVXLCDM]+")


def read_piece(piece: str, known: Known) -> list[Letter] | None:
    """Read a piece that mixes letters with digits or signs, or answer None to leave it alone.

    Numbers with a unit (« 20h », « 2e »), names of things (« H1N1 », « 4x4 ») and compound words
    stay as they are: signs give way only to a known word, digits also well inside a long word.
    """
    core = piece.lstrip(_OUTER_LEFT).rstrip(_OUTER_RIGHT)
    letters = sum(character.isalpha() for character in core)
    if core.isalpha() or letters < 2 or not 3 <= len(core) <= LONGEST:
        return None
    read = _known(core, known) or _unmasked(core, known) or _plain_leet(core, letters)
    return read and _within(piece, core, read)


def read_spaced(spaced: str, known: Known) -> list[Letter] | None:
    """Read letters set apart by one sign, « c.o.n », or answer None: a sigle, « a b c », initials.

    In capitals, or under five letters, only known words are read: « S.N.C.F. » is none.
    """
    letters = [(LEET.get(spaced[i], spaced[i]), i) for i in range(0, len(spaced), 2)]
    if sum(spaced[i].isalpha() for _, i in letters) * 2 < len(letters):
        return None
    for first, last in _without_lone_letters(letters):
        word = known.find(letters[first:last])
        if word and last - first > 2:
            kept_before = [(c, i) for i, c in enumerate(spaced[: 2 * first])]
            kept_after = [(c, 2 * last - 1 + i) for i, c in enumerate(spaced[2 * last - 1 :])]
            return [*kept_before, *word, *kept_after]
    if len(letters) < 5 or _is_alphabet(letters):
        return None
    words = known.split(letters) if len(letters) <= LONGEST else None
    if words:
        return [pair for word in words for pair in ((" ", word[0][1]), *word)][1:]
    return letters if spaced.islower() or spaced[1] == " " else None


def read_stretched(word: str, known: Known) -> list[Letter] | None:
    """Read a word some letter of which stands three times or more in a row.

    Roman numerals stay, and so does the length of « hmmm » up to three of the only letter.
    """
    if ROMAN.fullmatch(word):
        return None
    letters = [(letter, place) for place, letter in enumerate(word)]
    if len(set(word.lower())) == 1:
        return letters[:3] if len(letters) > 3 else None
    return known.find(letters) or _shortened(letters)


def _within(piece: str, core: str, read: list[Letter]) -> list[Letter]:
    start = piece.index(core)
    after = [(sign, place) for place, sign in enumerate(piece)][start + len(core) :]
    before = [(sign, place) for place, sign in enumerate(piece[:start])]
    return [*before, *((letter, start + place) for letter, place in read), *after]


def _known(piece: str, known: Known) -> list[Letter] | None:
    for ones in "il":
        table = LEET | {"1": ones, "|": ones, "!": ones}
        read = [(table.get(sign, sign), place) for place, sign in enumerate(piece)]
        read = [letter for letter in read if letter[0].isalnum()]
        found = known.find(read) if len(read) > 2 else None
        if found:
            return found
    bare = [(sign, place) for place, sign in enumerate(piece) if sign.isalnum()]
    return known.find(bare) if len(bare) > 2 else None


def _unmasked(piece: str, known: Known) -> list[Letter] | None:
    if not any(mask in piece for mask in MASKS):
        return None
    word = known.unmask(piece, MASKS)
    return [(letter, place) for place, letter in enumerate(word)] if word else None


def _plain_leet(piece: str, letters: int) -> list[Letter] | None:
    signs = [place for place, sign in enumerate(piece) if not sign.isalpha()]
    spelled = [place for place, sign in enumerate(piece) if sign.isalpha()]
    inside = any(spelled[0] < place < spelled[-1] for place in signs)
    if not inside or letters <= len(signs) or len(piece) < 5 or piece.isupper():
        return None
    if any(piece[place] not in "013457@$€" for place in signs):
        return None
    return [(LEET.get(sign, sign), place) for place, sign in enumerate(piece)]


def _without_lone_letters(letters: Sequence[Letter]) -> list[tuple[int, int]]:
    first, last = 0, len(letters)
    after = first + (letters[0][0] in ALONE)
    before = last - (letters[-1][0] in ALONE)
    return list(dict.fromkeys([(first, last), (first, before), (after, last), (after, before)]))


def _is_alphabet(letters: Sequence[Letter]) -> bool:
    codes = [ord(letter.lower()) for letter, _ in letters]
    return all(b - a == 1 for a, b in pairwise(codes))


def _shortened(letters: Sequence[Letter]) -> list[Letter]:
    kept: list[Letter] = []
    run = 0
    for index, (letter, place) in enumerate(letters):
        run = run + 1 if index and letters[index - 1][0].lower() == letter.lower() else 1
        if run == 3:
            kept.pop()
        if run < 3:
            kept.append((letter, place))
    return kept
