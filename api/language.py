"""The language of pages: French as written in the code, English by translation."""

import gettext
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_datetime, format_timedelta, get_timezone
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, request, session

from api import labels
from api.context import service
from moderation.tables import FindingRow, now
from moderation.typography import typeset

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
    return _typeset(said.format(**values) if values else said)


def translate_plural(one: str, many: str, number: int) -> str:
    """Say a message about a number of things; `{n}` is the number."""
    return _typeset(catalogue(current()).ngettext(one, many, number).format(n=decimal(number)))


def percent(share: float) -> str:
    """Write a share as a whole percentage, or with a decimal below 10 %."""
    pattern = "#,##0.#\u00a0%" if share < 0.1 else "#,##0\u00a0%"
    return format_percent(share, pattern if current() == "fr" else None, locale=current())


def decimal(number: float) -> str:
    """Write a number with one decimal at most."""
    return format_decimal(number, "#,##0.#", locale=current())


def moment(at: datetime) -> str:
    """Write a moment as readers of the newspaper do, in the installation's time zone."""
    pattern = "dd/MM/yyyy 'à' HH:mm" if current() == "fr" else "medium"
    zone = get_timezone(service().settings.timezone)
    return format_datetime(at, pattern, tzinfo=zone, locale=current())


def finding(found: FindingRow) -> str:
    """Say what a rule found; a moment in it is told as all moments of pages are."""
    values = dict(found.values)
    if "until" in values:
        values["until"] = moment(datetime.fromisoformat(values["until"]))
    return translate(found.detail, **values)


def ago(at: datetime) -> str:
    """Tell how long ago a moment was."""
    return format_timedelta(at - now(), add_direction=True, locale=current())


def _typeset(text: str) -> str:
    """Keep French signs with the word they go with, at the ends of lines too."""
    return typeset(text) if current() == LANGUAGES[0] else text


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's catalogue, compiled in memory: no build step, no stale binary file."""
    if language == LANGUAGES[0]:
        return _French()
    compiled = BytesIO()
    write_mo(compiled, translations(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translations(language: str) -> Catalog:
    """Read what was translated into a language: one file for each part of the console."""
    merged = Catalog(locale=language)
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    merged[message.id] = message
    return merged


class _French(gettext.NullTranslations):
    """The source language; zero is singular in French."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


def init_app(app: Flask) -> None:
    """Give templates `_`, `_n` and the date filters, and let any page change the language."""
    app.before_request(choose)
    app.jinja_env.globals.update(_=translate, _n=translate_plural, language=current, labels=labels)
    app.jinja_env.filters.update(
        moment=moment, ago=ago, percent=percent, decimal=decimal, finding=finding
    )
