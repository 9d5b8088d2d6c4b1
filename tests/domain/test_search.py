"""Full-text search, on both databases: what finds a comment, and what no longer does."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from moderation import intake, privacy, search, terms
from moderation.champion import Assessment
from moderation.database import Database
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.tables import Comment, Site

UNKNOWN = Assessment(None, None, None)
Find = Callable[[str], list[str]]


@pytest.fixture
def find(database: Database) -> Find:
    """Answer the external ids of the comments that a question finds."""

    def find(asked: str) -> list[str]:
        with database.read() as session:
            query = select(Comment.external_id).order_by(Comment.external_id)
            return list(session.scalars(query.where(search.matching(session, terms.read(asked)))))

    return find


@pytest.fixture
def say(database: Database, site: Site) -> Callable[..., Comment]:
    def say(name: str, text: str, author: str = "Lucie", title: str = "La rocade") -> Comment:
        submission = Submission(
            external_id=name,
            article=ArticleRef("a1", "https://gazette.example/a1", title),
            author=AuthorRef(author, "id:u1"),
            text=text,
        )
        with database.write() as session:
            return intake.submit(session, site, submission, UNKNOWN, 0.9)[0]

    return say


@pytest.mark.parametrize(
    "asked",
    [
        "eboueur",
        "ÉBOUEUR",
        "l’éboueur",
        "l'eboueur grève",
        '"éboueur en grève"',
        "«\u00a0eboueur en\u00a0»",
        "eboue*",
        "coeur",
        "cœur",
        "connard",
        "c0nn@rd",
        '"ce connard"',
        "lucie rocade connard",
        "-voleur",
        "eboueur -voleur",
        '"eboueur en',
    ],
)
def test_a_question_finds(asked: str, say: Callable[..., Comment], find: Find) -> None:
    say("c1", "L’éboueur en grève a du cœur, ce c0nn@rd.")
    assert find(asked) == ["c1"]


@pytest.mark.parametrize(
    "asked", ["", "!!!", "boueur", '"grève en"', "eboueur -lucie", "éboueurs", "-rocade", "grev"]
)
def test_a_question_does_not_find(asked: str, say: Callable[..., Comment], find: Find) -> None:
    say("c1", "L’éboueur en grève a du cœur.")
    assert find(asked) == []


@pytest.mark.parametrize(
    "asked",
    [
        '"' * 999,
        "a\"b OR NOT NEAR(a b, 2) {text}: ^x + - * ( ) & | ! <-> :* \\ '",
        "text:x AND \0 é\ud800",
        "mot " * 5_000,
        "é" * 20_000,
        "-" * 20_000,
        "* *a* **",
        "« “ ” »",
    ],
)
def test_a_hostile_question_is_only_a_question(asked: str, find: Find) -> None:
    assert find(asked) == []


def test_a_wall_of_text_is_indexed(say: Callable[..., Comment], find: Find) -> None:
    say("c1", "le mur " * 2_500 + "fin" + "x" * 2_400)
    say("c2", "a " * 9_999)
    assert find("mur fin*") == ["c1"]
    assert find("a") == ["c2"]


def test_an_edit_and_a_new_name_are_found_at_once(
    say: Callable[..., Comment], find: Find, database: Database, site: Site
) -> None:
    comment = say("c1", "Premier jet.")
    with database.write() as session:
        intake.revise(session, site, comment.id, "Second souffle.", UNKNOWN, 0.9)
    say("c2", "Autre chose.", author="Léa", title="Le viaduc")
    assert [find(asked) for asked in ("jet", "souffle")] == [[], ["c1"]]
    assert [find(asked) for asked in ("lucie", "rocade")] == [[], []]
    assert find("lea viaduc") == ["c1", "c2"]


def test_what_is_removed_or_erased_is_found_no_more(
    say: Callable[..., Comment], find: Find, database: Database, site: Site
) -> None:
    comment = say("c1", "Un avis.")
    say("c2", "Un avis contraire.")
    with database.write() as session:
        privacy.remove(session, session.get_one(Comment, comment.id))
    assert find("avis") == ["c2"]
    with database.write() as session:
        privacy.erase_author(session, site, "u1")
    assert find("avis") == find("lucie") == []


def test_marks_fall_on_the_words_as_they_were_typed() -> None:
    text = "L’Éboueur, ce c0nn@rd, a du cœur."
    spans = terms.spans(text, terms.read('eboueur connard "a du coeur" -ce'))
    assert [text[start:end] for start, end in spans] == ["Éboueur", "c0nn@rd", "a du cœur"]
