"""What the documents promise is what the code has."""

import re
from pathlib import Path

from moderation.policy import Policy
from moderation.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


def names(document: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", (DOCS / document).read_text("utf-8"), re.MULTILINE))


def test_every_setting_is_documented() -> None:
    assert names("operations.md") == {name.upper() for name in Settings.model_fields}


def test_every_module_of_the_domain_is_on_the_map() -> None:
    told = (DOCS / "architecture.md").read_text("utf-8")
    modules = {path.stem for path in (DOCS.parent / "moderation").glob("[!_]*.py")}
    assert modules <= set(re.findall(r"`(\w+)`", told))


def test_every_option_of_a_policy_is_documented() -> None:
    assert names("api.md") >= set(Policy.model_fields)
