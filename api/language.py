"""The language of pages: French as written in the code, English by translation."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request, session

from api import labels
from moderation.tables import now

LANGUAGES = ("fr", "en")
FOLDER = Path(__file__).parent / "translations"


def current() -> str:
    """Answer the moderator's choice, else French."""
    if "language" not in g:
        chosen = session.get("language")
        g.language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    language: str = g.language
    return language


def choose() -> None:
    """Remember the language that `?lang=` asks for."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
        g.pop("language", None)


def translate(message: str, **values: object) -> str:
    """Say a French message in the current language; `{names}` are filled from `values`."""
    said = catalogue(current()).gettext(message)
    return said.format(**values) if values else said


def translate_plural(one: str, many: str, number: int) -> str:
    """Say a message about a number of things; `{n}` is the number."""
    return catalogue(current()).ngettext(one, many, number).format(n=number)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's catalogue, compiled in memory: no build step, no stale binary file."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return _French()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class _French(gettext.NullTranslations):
    """The source language; zero is singular in French."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


def init_app(app: Flask) -> None:
    """Give templates `_`, `_n` and the date filters, and let any page change the language."""
    app.before_request(choose)
    app.jinja_env.globals.update(_=translate, _n=translate_plural, language=current, labels=labels)
    app.jinja_env.filters["moment"] = lambda at: format_datetime(at, "medium", locale=current())
    app.jinja_env.filters["ago"] = lambda at: format_timedelta(
        at - now(), add_direction=True, locale=current()
    )
