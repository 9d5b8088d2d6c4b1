"""A site's reasons as a form: from what is stored, or from what was typed, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from api.labels import N_
from moderation.policy import Policy
from moderation.reasons import (
    BY_CODE,
    CHARTER_MAX_LENGTH,
    LEGAL_MAX_LENGTH,
    TEXT_MAX_LENGTH,
    Standard,
    of_site,
)
from moderation.tables import Site

ADDRESSES = ("charter_url", "appeal_url")
TOO_LONG = N_("{n} caractères au plus, sans caractère invisible.")
ERRORS = {
    "charter": (TOO_LONG, CHARTER_MAX_LENGTH),
    "legal": (TOO_LONG, LEGAL_MAX_LENGTH),
    "text": (TOO_LONG, TEXT_MAX_LENGTH),
    "ground": (N_("Choisissez dans la liste."), 0),
    "place": (N_("Un nombre de 1 à {n}."), len(BY_CODE)),
    "reasons": (N_("Gardez au moins un motif."), 0),
    "charter_url": (N_("Une adresse qui commence par https://."), 0),
    "appeal_url": (N_("Une adresse qui commence par https:// ou par mailto:."), 0),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A reason's fields; `errors` are messages by field, each with its number."""

    standard: Standard
    values: Mapping[str, str]
    errors: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The whole form."""

    rows: Sequence[Row]
    values: Mapping[str, str]
    errors: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def stored(site: Site) -> Page:
    """Fill the form with a site's reasons as they are."""
    policy = Policy.model_validate(site.policy)
    named = {chosen.code: chosen for chosen in policy.reasons}
    rows = []
    for place, offered in enumerate(of_site(policy.reasons), 1):
        chosen = named.get(offered.code)
        legal = offered.standard.legal if chosen is None or chosen.legal is None else chosen.legal
        values = {
            "place": str(place),
            "used": "1" if offered.used else "",
            "charter": offered.charter,
            "ground": offered.ground,
            "legal": legal,
            "text": offered.text,
        }
        default = chosen is None or chosen == type(chosen)(code=chosen.code)
        rows.append(Row(offered.standard, values, changed=not default))
    return Page(rows, {name: getattr(policy, name) or "" for name in ADDRESSES})


def typed(form: MultiDict[str, str], restored: str | None = None) -> Page:
    """Take what was typed as it is, in the order of its page; one reason may be the catalogue's."""
    names = ("place", "used", "charter", "ground", "legal", "text")
    rows = []
    for code in dict.fromkeys(code for code in form.getlist("code") if code in BY_CODE):
        values = {name: _line(form.get(f"{code}.{name}", "")) for name in names}
        standard = BY_CODE[code]
        if code == restored:
            own = {"ground": standard.grounds[0], "legal": standard.legal, "text": standard.text}
            values |= {"charter": "", **own}
        rows.append(Row(standard, values))
    return Page(rows, {name: form.get(name, "").strip() for name in ADDRESSES})


def accepted(page: Page, site: Site) -> tuple[Policy | None, Page]:
    """Answer the policy that a form makes, or None and the form with what is wrong with it."""
    places = [_place(row) for row in page.rows]
    misplaced = [number for number, place in enumerate(places) if place is None]
    order = sorted(range(len(places)), key=lambda number: places[number] or 0)
    rows = [page.rows[number] for number in order]
    addresses = {name: page.values[name] or None for name in ADDRESSES}
    try:
        chosen = [_chosen(row) for row in rows]
        policy = Policy.model_validate({**site.policy, "reasons": chosen, **addresses})
        wrong = []
    except ValidationError as error:
        policy, wrong = None, [problem["loc"] for problem in error.errors()]
    wrong += [("reasons", order.index(number), "place") for number in misplaced]
    if policy is not None and not wrong:
        return policy, page
    of_rows = {
        (rows[loc[1]].standard.code, str(loc[2]))
        for loc in wrong
        if len(loc) > 2 and isinstance(loc[1], int)
    }
    shown = [
        Row(
            row.standard,
            row.values,
            {name: ERRORS[name] for code, name in of_rows if code == row.standard.code},
        )
        for row in page.rows
    ]
    whole = {str(loc[0]): ERRORS[str(loc[0])] for loc in wrong if len(loc) < 3}
    return None, Page(shown, page.values, whole)


def _chosen(row: Row) -> dict[str, Any]:
    standard, values = row.standard, row.values
    own = {
        name: values[name] for name in ("legal", "text") if values[name] != getattr(standard, name)
    }
    if values["ground"] != standard.grounds[0]:
        own["ground"] = values["ground"]
    return {
        "code": standard.code,
        "used": bool(values["used"]),
        "charter": values["charter"],
        **own,
    }


def _place(row: Row) -> int | None:
    try:
        place = int(row.values["place"])
    except ValueError:
        return None
    return place if 1 <= place <= len(BY_CODE) else None


def _line(text: str) -> str:
    return " ".join(text.split())
