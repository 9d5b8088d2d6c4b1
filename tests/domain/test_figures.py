"""The dashboard's figures against a small history that was counted by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sklearn.metrics import cohen_kappa_score
from sqlalchemy.orm import Session

from moderation import accounts, agreement, figures, works
from moderation.database import Database
from moderation.scope import Share, cut
from moderation.tables import (
    Article,
    Author,
    Comment,
    Decision,
    Moderator,
    Reading,
    Revision,
    Site,
    Verdict,
)

PARIS = ZoneInfo("Europe/Paris")
# 23:30 in Paris on the 1st of June.
LATE = datetime(2026, 6, 1, 21, 30, tzinfo=UTC)
SCOPE = cut(date(2026, 6, 1), date(2026, 6, 3), "day", PARIS)


class History:
    """Writes down what came to be."""

    def __init__(self, session: Session, site: Site) -> None:
        self.session, self.site, self.sent = session, site, 0
        self.article = Article(site_id=site.id, external_id="a", url="https://a.example", title="T")
        self.author = Author(site_id=site.id, identity="id:1", name="Lucie")
        session.add_all([self.article, self.author])
        session.flush()

    def comment(
        self, at: datetime, outcome: str, status: str = "approved", inclusion: float = 1
    ) -> Revision:
        self.sent += 1
        row = Comment(
            site_id=self.site.id,
            article_id=self.article.id,
            author_id=self.author.id,
            external_id=str(self.sent),
            root_id=self.article.id,
            status=status,
            rank=0,
            posted_at=at,
            received_at=at,
        )
        self.session.add(row)
        self.session.flush()
        text = Revision(comment_id=row.id, number=1, text="x", fingerprint="x", created_at=at)
        self.session.add(text)
        self.session.flush()
        verdict = Verdict(
            revision_id=text.id,
            outcome=outcome,
            blind=False,
            attributes={},
            inclusion=inclusion,
            created_at=at,
        )
        self.session.add(verdict)
        return text

    def decide(
        self, who: Moderator, text: Revision, action: str, at: datetime, undoes: object = None
    ) -> Decision:
        made = Decision(
            comment_id=text.comment_id,
            revision_id=text.id,
            moderator_id=who.id,
            action=action,
            from_status="pending",
            to_status="approved",
            reason="insult" if action == "reject" else None,
            score_shown=True,
            open_ms=2_000,
            undoes_id=undoes,
            created_at=at,
        )
        self.session.add(made)
        self.session.flush()
        return made

    def read(
        self, who: Moderator, text: Revision, action: str, at: datetime, decision: Decision | None
    ) -> None:
        self.session.add(
            Reading(
                comment_id=text.comment_id,
                revision_id=text.id,
                moderator_id=who.id,
                action=action,
                score_shown=True,
                created_at=at,
                decision_id=decision.id if decision else None,
            )
        )
        self.session.flush()


@pytest.fixture
def people(database: Database) -> tuple[Moderator, Moderator]:
    with database.write() as session:
        return (
            accounts.create(session, "ana", "Ana", "un mot de passe long"),
            accounts.create(session, "bob", "Bob", "un mot de passe long", "lead"),
        )


def test_a_history_counted_by_hand(
    database: Database, site: Site, people: tuple[Moderator, Moderator]
) -> None:
    ana, bob = people
    hour = timedelta(hours=1)
    with database.write() as session:
        told = History(session, site)
        told.comment(LATE, "approve", inclusion=0.1)
        told.comment(LATE + hour, "refuse", "rejected", inclusion=0)
        told.comment(LATE - timedelta(days=9), "review", "pending")
        good = told.comment(LATE, "audit", inclusion=0.1)
        bad = told.comment(LATE, "audit", "rejected", inclusion=0.2)
        told.decide(ana, good, "approve", LATE + hour)
        # Ana rejects one in two hours, Bob thinks otherwise an hour later.
        told.decide(ana, bad, "reject", LATE + 2 * hour)
        told.decide(bob, bad, "approve", LATE + 3 * hour)
        # Ana takes one back: nobody else changed it.
        again = told.comment(LATE + hour, "review")
        undone = told.decide(ana, again, "reject", LATE + 25 * hour)
        told.decide(ana, again, "undo", LATE + 25 * hour, undone.id)
        told.decide(bob, again, "approve", LATE + 26 * hour)
        # Bob settled what Ana and another read.
        disputed = told.comment(LATE + hour, "review")
        settled = told.decide(bob, disputed, "approve", LATE + 3 * hour)
        told.read(ana, disputed, "reject", LATE + 2 * hour, settled)
        told.read(bob, disputed, "approve", LATE + 3 * hour, settled)
    with database.read() as session:
        found = figures.gather(session, SCOPE)
        first, second, third = found.parts
        assert (first.received, first.by_machine, first.refused) == (3, 1, 0)
        assert (second.received, second.by_machine, second.refused) == (3, 0, 1)
        assert (first.approved, first.rejected) == (0, 0)
        assert (second.approved, second.rejected) == (3, 1)
        assert (third.approved, third.rejected, third.received) == (1, 1, 0)
        # First decisions came after 1, 2 and 2 hours on the 2nd, and after 24 on the 3rd.
        assert second.median == pytest.approx(2 * 3600, abs=1)
        assert third.median == pytest.approx(24 * 3600, abs=1)
        assert found.whole.p90 == pytest.approx(24 * 3600, abs=1)
        assert found.reasons == [("insult", 2)]
        assert found.queue.length == 1
        by_name = {work.moderator.name: work for work in found.works}
        assert (by_name["Ana"].approved, by_name["Ana"].rejected, by_name["Ana"].undone) == (
            1,
            2,
            1,
        )
        # Of two standing decisions and a reading, one was decided otherwise and one adjudicated.
        assert (by_name["Ana"].overturned, by_name["Ana"].opinions) == (2, 3)
        assert (by_name["Bob"].overturned, by_name["Bob"].opinions) == (0, 3)
        assert by_name["Ana"].open_ms == 2_000
        # The audited stand for 10 that were right and 5 that were wrong.
        assert found.audited == 2
        assert found.wrongly_approved.value == pytest.approx(5 / 15)
        assert found.wrongly_approved.n == pytest.approx(15**2 / (10**2 + 5**2))
        assert works.own(session, ana, LATE) == 3
        agreed = agreement.measure(session, SCOPE)
        assert (agreed.overall.n, agreed.overall.agreed, agreed.overall.value) == (1, 0, None)
        assert agreed.followed == {ana.id: Share(0, 1), bob.id: Share(1, 1)}


def test_another_site_has_figures_of_its_own(
    database: Database, site: Site, people: tuple[Moderator, Moderator]
) -> None:
    with database.write() as session:
        told = History(session, site)
        told.decide(people[0], told.comment(LATE, "review"), "approve", LATE)
        other = Site(slug="autre", name="Autre")
        session.add(other)
        session.flush()
        elsewhere = cut(date(2026, 6, 1), date(2026, 6, 1), "day", PARIS, other.id)
        here = cut(date(2026, 6, 1), date(2026, 6, 1), "day", PARIS, site.id)
    with database.read() as session:
        assert figures.gather(session, elsewhere).whole.received == 0
        assert figures.gather(session, elsewhere).works == []
        assert figures.gather(session, here).whole.approved == 1
        assert agreement.measure(session, here).overall.n == 0


def test_weeks_begin_on_mondays_and_days_follow_summer_time() -> None:
    scope = cut(date(2026, 3, 27), date(2026, 4, 1), "week", PARIS)
    assert scope.days == (date(2026, 3, 27), date(2026, 3, 30))
    assert scope.starts[0].astimezone(UTC).hour == 23
    assert scope.starts[1].astimezone(UTC).hour == 22
    months = cut(date(2026, 1, 31), date(2026, 3, 1), "month", PARIS)
    assert months.days == (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1))


def test_kappa_is_the_published_one_with_its_interval() -> None:
    # 50 applications read by two: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no.
    counts = {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}
    found = agreement.kappa(counts)
    first = [one for (one, _), number in counts.items() for _ in range(number)]
    second = [other for (_, other), number in counts.items() for _ in range(number)]
    assert found.value == pytest.approx(0.4)
    assert found.value == pytest.approx(cohen_kappa_score(first, second))
    # Fleiss, Cohen and Everitt's standard error for this table is 0.1267.
    assert (found.low, found.high) == (
        pytest.approx(0.1518, abs=2e-3),
        pytest.approx(0.6482, abs=2e-3),
    )


def test_too_few_readings_show_their_count_alone() -> None:
    assert agreement.kappa({("a", "a"): 19}) == agreement.Kappa(19, 19)
    assert agreement.kappa({("a", "a"): 30}).value is None
    perfect = agreement.kappa({("a", "a"): 20, ("b", "b"): 10})
    assert (perfect.value, perfect.low) == (1, None)


def test_wilson_s_interval() -> None:
    low, high = Share(1, 10).interval or (0, 0)
    assert (low, high) == (pytest.approx(0.0179, abs=1e-3), pytest.approx(0.4042, abs=1e-3))
    assert Share(0, 0).interval is None
