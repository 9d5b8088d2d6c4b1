"""What the author of a refused comment is told."""

import pytest
from pydantic import ValidationError

from moderation import statements
from moderation.policy import Policy
from moderation.reasons import CATALOGUE, REASONS, of_site
from moderation.statements import TITLE_MAX_LENGTH
from moderation.tables import Article, Comment, Site, Verdict
from moderation.tables.base import now


def comment(title: str = "La rocade sera élargie") -> Comment:
    posted = now().replace(year=2026, month=3, day=1, hour=23, minute=30)
    site = Site(slug="gazette", name="La Gazette")
    return Comment(site=site, article=Article(title=title, url="", site=site), posted_at=posted)


def told(policy: Policy, reason: str, words: str | None = None, **fields: bool | None) -> str:
    automated = fields.get("automated", True)
    text = statements.compose(policy, comment(), reason, words, automated=automated).text
    return text.replace("\u00a0", " ")


def test_a_statement_says_what_why_how_and_where_to_contest() -> None:
    policy = Policy(
        reasons=[{"code": "insult", "charter": "Charte, art. 3"}],
        charter_url="https://gazette.example/charte",
        appeal_url="mailto:mediateur@gazette.example",
    )
    assert told(policy, "insult", "Dites-le autrement.") == (
        "Votre commentaire du 2 mars 2026 sous l’article « La rocade sera élargie » (La Gazette) a"
        " été refusé : il n’est pas visible des lecteurs. Ce refus n’a pas de limite de durée.\n\n"
        "Motif : injure. Ce commentaire contient des propos injurieux. Il est contraire à la charte"
        " du site (Charte, art. 3 : https://gazette.example/charte).\n\n"
        "Précision de la modération : Dites-le autrement.\n\n"
        "Un moyen automatisé a orienté ce commentaire vers la modération. La décision a été prise"
        " par une personne.\n\n"
        "Pour contester cette décision : mailto:mediateur@gazette.example\n"
        "Vous pouvez aussi saisir la justice."
    )


def test_the_law_is_told_where_it_is_the_ground_and_only_there() -> None:
    law = "loi du 29 juillet 1881, art. 29 al. 2 et 33"
    assert law not in told(Policy(), "insult")
    assert law in told(Policy(reasons=[{"code": "insult", "ground": "illegal"}]), "insult")
    silent = Policy(reasons=[{"code": "threat", "legal": ""}])
    assert "considéré comme illicite." in told(silent, "threat")
    assert statements.compose(silent, comment(), "threat", automated=True).legal is None


def test_spam_is_told_in_few_words() -> None:
    spam = told(Policy(), "spam")
    assert "message indésirable" in spam
    assert "moyen automatisé" not in spam
    assert "justice" not in spam


def test_dates_are_those_of_the_site() -> None:
    assert "du 1er mars 2026" in told(Policy(timezone="UTC"), "insult")


@pytest.mark.parametrize("code", REASONS)
def test_a_statement_stays_within_bounds(code: str) -> None:
    long = comment("Titre " * 200)
    policy = Policy(
        reasons=[
            {"code": code, "charter": "c" * 100, "legal": "l" * 500, "text": "t" * 600}
            | {"ground": "illegal"}
        ],
        charter_url="https://gazette.example/" + "c" * 400,
        appeal_url="https://gazette.example/" + "a" * 400,
    )
    text = statements.compose(policy, long, code, "m" * 1_000, automated=None).text
    assert "Titre " * (TITLE_MAX_LENGTH // 6 + 1) not in text
    assert len(text) < 4_000


@pytest.mark.parametrize(
    ("outcome", "reject", "expected"),
    [
        ("review", 0.9, True),
        ("audit", 0.1, False),
        ("approve", 0.1, False),
        ("review", None, False),
    ],
)
def test_chance_and_a_missing_model_detect_nothing(
    outcome: str, reject: float | None, expected: bool
) -> None:
    verdict = Verdict(outcome=outcome, reject=reject, threshold=0.5, findings=[])
    assert statements.detected(verdict) is expected


def test_a_site_orders_its_reasons_and_new_ones_follow() -> None:
    policy = Policy(reasons=[{"code": "other"}, {"code": "insult", "used": False}])
    listed = [reason.code for reason in of_site(policy.reasons)]
    assert listed[:3] == ["other", "insult", "defamation"]
    assert sorted(listed) == sorted(REASONS)


def test_every_reason_has_its_entry() -> None:
    assert tuple(entry.code for entry in CATALOGUE) == REASONS


@pytest.mark.parametrize(
    "change",
    [
        {"reasons": [{"code": "humeur"}]},
        {"reasons": [{"code": "spam"}, {"code": "spam"}]},
        {"reasons": [{"code": code, "used": False} for code in REASONS]},
        {"reasons": [{"code": "spam", "text": "deux\nlignes"}]},
        {"charter_url": "javascript:alert(1)"},
        {"charter_url": "https://gazette.example/\0"},
        {"appeal_url": "mailto:personne"},
        {"timezone": "Europe/Lutèce"},
    ],
)
def test_what_cannot_be_told_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(change)
