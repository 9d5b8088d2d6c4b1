"""Telling a text's language."""

import pytest

from moderation.languages import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je trouve cet article très intéressant, mais un peu court.", "fr"),
        ("This is a very nice article, thank you for writing it.", "en"),
        ("Das ist ein sehr guter Artikel, vielen Dank dafür.", "de"),
        ("Me parece muy bien este artículo, muchas gracias.", "es"),
        ("Merci", None),
        ("ok", None),
        ("😀 123 !", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert detect(text) == language


def test_a_long_text_takes_no_longer() -> None:
    assert detect("Je trouve cet article très intéressant. " * 5_000) == "fr"
