"""What a text hides: unseen characters, disguised words, addresses that lead elsewhere."""

import pytest

from moderation import addresses, hidden
from moderation.decoding import decode


@pytest.mark.parametrize(
    "honest", ["Un café, « déjà vu » !", "❤️ 1️⃣ 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "Привет", "l’ami\tça\n"]
)
def test_honest_texts_hide_nothing(honest: str) -> None:
    assert hidden.find(honest) == []


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("co\u200b\u200bn", "invisible", (2, 4)),
        ("voir \u202efr.elpmaxe", "direction", (5, 6)),
        ("p\u0430ypal", "look_alike", (1, 2)),
        ("con\u200dnard", "invisible", (3, 4)),
    ],
)
def test_what_cannot_be_seen_is_found(text: str, kind: str, span: tuple[int, int]) -> None:
    [found] = hidden.find(text)
    assert (found.kind, (found.start, found.end)) == (kind, span)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Quel c0nn@rd, ce v0leur !", [("c0nn@rd", "connard"), ("v0leur", "voleur")]),
        ("s a l o p e va", [("s a l o p e", "salope")]),
        ("fdp", [("fdp", "fils de pute")]),
        ("c\u200bo\u200bnnard", [("c\u200bo\u200bnnard", "connard")]),
        ("En España, l’ami, bcp de connaaards, 20h, H1N1", []),
    ],
)
def test_disguised_words_are_read(text: str, pairs: list[tuple[str, str]]) -> None:
    found = decode(text)
    assert [(one.written, one.read) for one in found] == pairs
    assert all(text[one.start : one.end] == one.written for one in found)


def test_words_of_the_site_are_read_too() -> None:
    assert [one.read for one in decode("Sale b0uzin!", ["bouzin"])] == ["bouzin"]


@pytest.mark.parametrize(
    ("text", "host", "url"),
    [
        ("https://\u0430pple.com/x", "xn--pple-43d.com", "https://xn--pple-43d.com/x"),
        ("https://lemonde.fr@evil.example/", "evil.example", "https://evil.example/"),
        ("(http://host.example\\@theirs.example).", "host.example", None),
        ("www.gazette.example, oui", "www.gazette.example", "http://www.gazette.example"),
        ("http://[::1]:80/", "::1", "http://[::1]:80/"),
        ("http://[bad", "http://[bad", None),
        ("http://a..b/", "a..b", None),
    ],
)
def test_a_link_tells_its_real_host(text: str, host: str, url: str | None) -> None:
    [link] = addresses.find(text)
    assert link.ascii == host
    assert text[link.start : link.end] == link.written
    if url:
        assert link.url == url


def test_a_host_is_shown_as_written_and_as_looked_up() -> None:
    [raw, coded] = addresses.find("https://\u0430pple.com puis https://xn--pple-43d.com")
    assert raw.host == coded.host == "\u0430pple.com"
    [trick] = addresses.find("https://lemonde.fr@evil.example/")
    assert trick.user == "lemonde.fr"


def test_shorteners_are_named_with_or_without_a_scheme() -> None:
    found = addresses.find("bit.ly/abc https://t.co/x https://habit.ly/x")
    assert [link.shortened for link in found] == [True, True, False]


def test_what_follows_a_link_is_no_part_of_it() -> None:
    text = "(https://fr.wikipedia.org/wiki/Paris_(homonymie)), https://a.example/b."
    assert [link.written for link in addresses.find(text)] == [
        "https://fr.wikipedia.org/wiki/Paris_(homonymie)",
        "https://a.example/b",
    ]
