"""Routing, as a pure function."""

import pytest

from moderation.policy import Finding, Policy, at_base_rate, decide

FOUND = Finding("links", "Liens : {count}.", {"count": 3})
POLICY = Policy(audit_share=0.05, blind_share=0.05)


def test_below_the_threshold_a_comment_is_approved() -> None:
    verdict = decide(0.1, [], POLICY, 0.3, draw=0.5)
    assert (verdict.outcome, verdict.inclusion, verdict.blind) == ("approve", 0.05, False)


@pytest.mark.parametrize("reject", [0.3, 0.9, float("nan")])
def test_at_the_threshold_and_above_it_is_reviewed(reject: float) -> None:
    assert decide(reject, [], POLICY, 0.3, draw=0.5).outcome == "review"


def test_a_finding_is_reviewed_whatever_the_score() -> None:
    verdict = decide(0.0, [FOUND], POLICY, 0.3, draw=0.5)
    assert (verdict.outcome, verdict.inclusion) == ("review", 1.0)
    assert verdict.findings == (FOUND,)


def test_without_a_score_or_a_threshold_nothing_is_approved() -> None:
    assert decide(None, [], POLICY, 0.3, draw=0.5).outcome == "review"
    assert decide(0.0, [], POLICY, None, draw=0.5).outcome == "review"


def test_the_site_s_threshold_comes_before_the_model_s() -> None:
    assert decide(0.2, [], Policy(threshold=0.1), 0.3, draw=0.5).outcome == "review"
    assert decide(0.2, [], Policy(threshold=0.3), 0.1, draw=0.5).outcome == "approve"


def test_a_share_of_would_be_approvals_is_audited_blind() -> None:
    draws = [number / 10_000 for number in range(10_000)]
    outcomes = [decide(0.1, [], POLICY, 0.3, draw) for draw in draws]
    audits = [verdict for verdict in outcomes if verdict.outcome == "audit"]
    assert len(audits) == 500
    assert all(verdict.blind and verdict.inclusion == 0.05 for verdict in audits)
    assert 0.45 < sum(verdict.rank for verdict in audits) / len(audits) < 0.55


def test_a_share_of_reviews_is_blind_too_at_a_random_place() -> None:
    blind = decide(0.99, [FOUND], POLICY, 0.3, draw=0.01)
    assert (blind.outcome, blind.blind, blind.inclusion) == ("review", True, 1.0)
    assert blind.rank == pytest.approx(0.2)
    assert decide(0.99, [FOUND], POLICY, 0.3, draw=0.06).rank == 0.99


def test_no_audit_when_the_site_wants_none() -> None:
    policy = Policy(audit_share=0, blind_share=0)
    assert decide(0.1, [], policy, 0.3, draw=0.0).outcome == "approve"
    assert decide(0.9, [], policy, 0.3, draw=0.0).blind is False


@pytest.mark.parametrize(
    "change", [{"threshold": 1.5}, {"audit_share": -1}, {"max_length": 0}, {"inconnu": 1}]
)
def test_a_policy_is_checked(change: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        Policy(**change)


def test_a_probability_is_restated_at_another_base_rate() -> None:
    # Odds of 3 to 1 where half are rejected: evidence worth 3, against prior odds of 1 to 9.
    assert at_base_rate(0.75, 0.5, 0.1) == pytest.approx(0.25)
    assert at_base_rate(0.4, 0.2, 0.2) == pytest.approx(0.4)
    assert (at_base_rate(0.0, 0.2, 0.1), at_base_rate(1.0, 0.2, 0.1)) == (0.0, 1.0)
    assert at_base_rate(at_base_rate(0.3, 0.2, 0.05), 0.05, 0.2) == pytest.approx(0.3)


def test_only_a_sanction_refuses_and_no_person_is_to_see_it() -> None:
    sanctioned = Finding("banned", "Auteur exclu : commentaire refusé.", refuses=True)
    verdict = decide(0.0, [FOUND, sanctioned], POLICY, 0.3, draw=0.0)
    assert (verdict.outcome, verdict.inclusion, verdict.blind) == ("refuse", 0.0, False)
    assert decide(1.0, [FOUND], POLICY, 0.3, draw=0.5).outcome == "review"
