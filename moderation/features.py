"""What the linear model sees of a text: French words, contacts, and signs such as capitals."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from moderation.french import Token, tokens
from moderation.normalise import ADDRESS, Normalised, normalise
from moderation.spellings import fold

# Counted beside the words; a contact is also read as one word, so that no model learns an address.
SIGNS = (
    "link",
    "email",
    "handle",
    "phone",
    "money",
    "capitals",
    "exclamation",
    "question",
    "disguise",
    "word",
)
MASKS = {
    "link": "https://masque.example",
    "email": "adresse@masque.example",
    "handle": "@masque",
    "phone": "06 39 98 00 00",
}
PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)33[ .-]?\(?0?\)?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)"
    r"|\+\d{1,3}(?:[ .()-]{0,2}\d{2,4}){3,5}(?!\d)"
)
MONEY = re.compile(
    r"(?<!\d)\d{1,3}(?:[ .,]?\d{1,3}){0,4} ?"
    r"(?:[€$£]|k€|(?:euros?|dollars?|francs?|fcfa|btc|usdt)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a contact: its folded form, the signs it carries, its place in the original."""

    form: str
    signs: tuple[str, ...]
    start: int
    end: int


def read(text: str) -> list[Unit]:
    """Read a text as units, in order, disguises undone and contacts masked."""
    normalised = normalise(text)
    contacts = list(_contacts(normalised.text))
    units = [_contact(normalised, *contact) for contact in contacts]
    inside = {place for start, end, _ in contacts for place in range(start, end)}
    found = (token for token in tokens(normalised.text) if token.start not in inside)
    units += [_word(text, normalised, token) for token in found]
    return sorted(units, key=lambda unit: unit.start)


def mask_contacts(text: str, kinds: Collection[str] = tuple(MASKS)) -> str:
    """Replace contacts by others of the same kind, which are nobody's."""
    pieces = []
    done = 0
    for start, end, kind in _contacts(text):
        if kind in kinds:
            pieces += [text[done:start], MASKS[kind]]
            done = end
    return "".join([*pieces, text[done:]])


def _contacts(text: str) -> Iterator[tuple[int, int, str]]:
    end = 0
    found = [(*match.span(), _address_kind(match[0])) for match in ADDRESS.finditer(text)]
    found += [(*match.span(), "phone") for match in PHONE.finditer(text)]
    found += [(*match.span(), "money") for match in MONEY.finditer(text)]
    for contact in sorted(found):
        if contact[0] >= end and contact[2]:
            end = contact[1]
            yield contact


def _address_kind(address: str) -> str:
    if address.startswith("@"):
        return "handle"
    if address[0] == "#" or address[:2].lower() == "0x":
        return ""
    return "email" if "@" in address and "/" not in address else "link"


def _contact(normalised: Normalised, start: int, end: int, kind: str) -> Unit:
    return Unit(f"<{kind}>", (kind,), *normalised.span(start, end))


def _word(text: str, normalised: Normalised, token: Token) -> Unit:
    start, end = normalised.span(token.start, token.end)
    signs = []
    if token.text[0].isalnum():
        signs.append("word")
        if len(token.text) > 2 and token.text.isupper():
            signs.append("capitals")
        if text[start : start + len(token.text)] != token.text:
            signs.append("disguise")
    elif token.text[0] in "!?":
        signs.append("exclamation" if token.text[0] == "!" else "question")
    # « l' » and « l » read alike: some corpora have lost their apostrophes, and readers drop them.
    form = fold(token.text)
    return Unit(form.rstrip("'") or form, tuple(signs), start, end)
