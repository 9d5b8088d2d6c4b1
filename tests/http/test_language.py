"""Every message that a page can say has its English."""

import string
from collections import Counter
from io import BytesIO

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api.language import FOLDER, catalogue, translations

SOURCES = [
    ("api/**.py", "python"),
    ("moderation/rules.py", "python"),
    ("moderation/reasons.py", "python"),
    ("api/templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "_n": (1, 2), "N_": None, "Finding": (2,), "Standard": (2,)}


def said() -> set[str]:
    found = extract_from_dir(FOLDER.parent.parent, method_map=SOURCES, keywords=KEYWORDS)
    ids = [message for _, _, message, _, _ in found]
    return {
        one for message in ids for one in ([message] if isinstance(message, str) else message[:1])
    }


def fields(message: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_every_message_is_translated_and_no_translation_is_stale() -> None:
    catalog = translations("en")
    kept = {row.id if isinstance(row.id, str) else row.id[0] for row in catalog if row.id}
    assert said() - kept == set()
    assert kept - said() == set()


def test_no_message_is_translated_in_two_files() -> None:
    ids = [
        row.id if isinstance(row.id, str) else row.id[0]
        for path in FOLDER.glob("en/**/*.po")
        for row in read_po(BytesIO(path.read_bytes()))
        if row.id
    ]
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_translations_fill_the_same_fields() -> None:
    english = catalogue("en")
    for message in said():
        assert fields(english.gettext(message)) == fields(message), message


def test_zero_is_singular_in_french_only() -> None:
    assert catalogue("fr").ngettext("{n} rejeté", "{n} rejetés", 0) == "{n} rejeté"
    assert catalogue("en").ngettext("{n} commentaire", "{n} commentaires", 0) == "{n} comments"
