"""The rules, each on what it should and should not find."""

from typing import Any

import pytest

from moderation.policy import Policy
from moderation.rules import Context, inspect


def found(text: str = "Bonjour.", policy: Policy | None = None, **known: Any) -> dict[str, str]:
    """Rules that fire, with their sentences."""
    facts = {
        "approved_before": 0,
        "repeats": 0,
        "article_closed": False,
        "rejected_before": False,
        **known,
    }
    context = Context(text, policy or Policy(first_comments=0), **facts)
    return {finding.rule: finding.detail.format(**finding.values) for finding in inspect(context)}


def test_an_ordinary_comment_has_no_finding() -> None:
    assert found("La mairie devrait répondre : voir https://ville.example/conseil.") == {}


@pytest.mark.parametrize(
    "text",
    [
        "quels connards",
        "C0nn@rd !",
        "c o n n a r d",
        "c.o.n.n.a.r.d",
        "espèce de CONNARD",
        "connaaaard",
        "соnnаrd",
        "con\u200bnard",
    ],
)
def test_a_listed_word_is_met_inflected_or_disguised(text: str) -> None:
    assert "word_list" in found(text, Policy(words=("connard",), first_comments=0))


@pytest.mark.parametrize("text", ["la conscience", "Condom (Gers)", "un concert", "une salopette"])
def test_a_listed_word_is_never_met_inside_another(text: str) -> None:
    assert found(text, Policy(words=("con", "salope"), first_comments=0)) == {}


def test_more_links_than_the_site_admits() -> None:
    text = "https://a.example et www.b.example"
    assert found(text)["links"] == "Liens : 2, pour 1 admis par le site."
    assert found(text, Policy(max_links=2, first_comments=0)) == {}


def test_an_author_s_first_comments() -> None:
    policy = Policy(first_comments=2)
    assert "first_comments" in found(policy=policy, approved_before=1)
    assert found(policy=policy, approved_before=2) == {}


def test_a_shouted_text_but_not_initials() -> None:
    assert found("RÉVEILLEZ-VOUS MAINTENANT, TOUS")["capitals"] == "Écrit à 100 % en capitales."
    assert found("SNCF, EDF, RATP") == {}


@pytest.mark.parametrize("attribute", ["threat", "identity_attack", "severe_toxicity"])
def test_a_grave_attribute_is_held_on_its_own(attribute: str) -> None:
    assert attribute in found(attributes={attribute: 0.51})
    assert found(attributes={attribute: 0.5}) == {}
    assert (
        found(policy=Policy(first_comments=0, **{f"max_{attribute}": 1}), attributes={attribute: 1})
        == {}
    )


def test_what_the_context_knows() -> None:
    assert set(found(repeats=2, article_closed=True, rejected_before=True)) == {
        "repeat",
        "closed_article",
        "edited_rejected",
    }
