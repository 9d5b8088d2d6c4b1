"""A site's policy, and the routing of one comment under it; pure, knows only what reasons are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from moderation.reasons import SiteReason, of_site

Outcome = Literal["approve", "review", "audit", "refuse"]
Probability = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


def _usable(reasons: tuple[SiteReason, ...]) -> tuple[SiteReason, ...]:
    if len({reason.code for reason in reasons}) < len(reasons):
        raise ValueError("names a reason twice")
    if reasons and not any(offered.used for offered in of_site(reasons)):
        raise ValueError("leaves no reason in use")
    return reasons


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not the name of a time zone") from error
    return name


# Neither blanks nor controls: the address stands in a sentence, and ends there.
_SIGN = r"[^\s\x00-\x1f\x7f]"
_PAGE = rf"https?://[^\s\x00-\x1f\x7f/]{_SIGN}*"
Address = Annotated[str, StringConstraints(max_length=500, pattern=rf"^{_PAGE}$")]
Contact = Annotated[
    str,
    StringConstraints(max_length=500, pattern=rf"^({_PAGE}|mailto:[^\s\x00-\x1f\x7f@]+@{_SIGN}+)$"),
]


class Policy(BaseModel):
    """What a site decides for itself; a null threshold means the one in the model's card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: Probability | None = None
    base_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    audit_share: Probability = 0.05
    blind_share: Probability = 0.05
    double_share: Probability = 0
    html: Literal["sanitise", "refuse"] = "sanitise"
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 5_000
    words: tuple[Word, ...] = ()
    max_links: Annotated[int, Field(ge=0)] = 1
    first_comments: Annotated[int, Field(ge=0)] = 1
    repeat_hours: Annotated[int, Field(ge=0)] = 24
    max_capitals: Probability = 0.7
    max_threat: Probability = 0.5
    max_identity_attack: Probability = 0.5
    max_severe_toxicity: Probability = 0.5
    spam_threshold: Probability = 0.8
    discard_threshold: Probability = 0.98
    languages: tuple[Language, ...] = ()
    store_analysed: bool = False
    reasons: Annotated[tuple[SiteReason, ...], AfterValidator(_usable)] = ()
    charter_url: Address | None = None
    appeal_url: Contact | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: `detail` is a French sentence whose `{names}` are filled from `values`.

    The two are kept apart so that the sentence can be translated, and a moment
    (`until`, in ISO 8601) told in the reader's time zone. `spans` are half-open code-point
    intervals of the comment's text. One that `refuses` applies what a person decided beforehand.
    """

    rule: str
    detail: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's routing of one revision.

    `inclusion` is the probability that a human was to see this comment, so that estimates can be
    weighted by it; `blind` says that the moderator must see neither score nor findings. `rank`, in
    [0, 1], is the place in a queue that reads the riskiest first: the probability of rejection, or
    for a blind card a random place, since its own would tell.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    threshold: float | None
    inclusion: float
    blind: bool
    rank: float


def at_base_rate(probability: float, assumed: float, real: float) -> float:
    """Restate a probability that was calibrated for another share of rejected comments.

    Bayes' rule under prior shift: the odds are multiplied by the ratio of the two priors' odds
    (Saerens, Latinne and Decaestecker 2002). All three lie in [0, 1], the shares inside it.
    """
    rejected = probability * real / assumed
    accepted = (1 - probability) * (1 - real) / (1 - assumed)
    return rejected / (rejected + accepted)


def decide(
    reject: float | None,
    findings: Sequence[Finding],
    policy: Policy,
    model_threshold: float | None,
    draw: float,
) -> Verdict:
    """Route one comment: approve it, audit it, send it to review, or refuse it.

    `reject` is the probability that a moderator would refuse it, None when no model could tell.
    `draw` is uniform in [0, 1): below `policy.audit_share` a comment that would be approved goes to
    the queue instead, blind; below `policy.blind_share` one that goes there anyway is blind too, so
    that a blind card tells nothing about its score. Only a finding that says so refuses, never a
    score; no person is to see the comment, so that its `inclusion` is 0.
    """
    threshold = model_threshold if policy.threshold is None else policy.threshold
    found = tuple(findings)
    if any(finding.refuses for finding in found):
        return Verdict("refuse", found, threshold, 0.0, False, 1.0 if reject is None else reject)
    if found or reject is None or threshold is None or not reject < threshold:
        if draw < policy.blind_share:
            return Verdict("review", found, threshold, 1.0, True, draw / policy.blind_share)
        return Verdict("review", found, threshold, 1.0, False, 1.0 if reject is None else reject)
    if draw < policy.audit_share:
        inclusion = policy.audit_share
        return Verdict("audit", found, threshold, inclusion, True, draw / policy.audit_share)
    return Verdict("approve", found, threshold, policy.audit_share, False, reject)
