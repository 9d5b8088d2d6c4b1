"""What the author of a refused comment is told: the statement of reasons (DSA art. 17), in French.

The sentences of `FRENCH` are the whole of its language: a site in another one needs its own.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from moderation import reasons
from moderation.policy import Policy
from moderation.reasons import Offered
from moderation.tables import Comment, Verdict
from moderation.typography import typeset

TITLE_MAX_LENGTH = 150
TOLD_MAX_LENGTH = 1_000
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of a statement."""

    decided: str
    motive: str
    unlawful: str
    unlawful_by: str
    against_charter: str
    against_rules: str
    told: str
    flagged: str
    detection: dict[bool | None, str]
    by_hand: str
    contest: str
    contest_at: str
    court: str


FRENCH = Wording(
    decided="Votre commentaire du {date} sous l’article « {title} » ({site}) a été refusé : il"
    " n’est pas visible des lecteurs. Ce refus n’a pas de limite de durée.",
    motive="Motif : {label}.",
    unlawful="Il est considéré comme illicite.",
    unlawful_by="Il est considéré comme illicite ({legal}).",
    against_charter="Il est contraire à la charte du site ({charter}).",
    against_rules="Il est contraire aux règles de participation du site.",
    told="Précision de la modération : {told}",
    flagged="Des lecteurs l’ont signalé.",
    detection={
        True: "Un moyen automatisé a orienté ce commentaire vers la modération.",
        False: "Aucun moyen automatisé n’a repéré ce commentaire.",
        None: "[La part des moyens automatisés sera indiquée ici.]",
    },
    by_hand="La décision a été prise par une personne.",
    contest="Pour contester cette décision, adressez-vous à la rédaction du site {site}.",
    contest_at="Pour contester cette décision : {address}",
    court="Vous pouvez aussi saisir la justice.",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What an author is told of a decision, whole and by its grounds."""

    text: str
    charter: str | None
    legal: str | None


def detected(verdict: Verdict) -> bool:
    """Tell whether the machine led a text to review, rather than chance or the lack of a model."""
    scored = verdict.reject is not None and verdict.threshold is not None
    return verdict.outcome == "review" and (scored or bool(verdict.findings))


def compose(
    policy: Policy,
    comment: Comment,
    reason: str,
    told: str | None = None,
    *,
    automated: bool | None,
    flagged: bool = False,
) -> Statement:
    """Write what the author reads about a refusal; nobody of the team is named.

    `automated` says whether the machine led the comment to review: None writes a blank in its
    place, for a moderator who must not know yet. `flagged` says whether readers reported it.
    """
    offered = reasons.find(policy.reasons, reason)
    parts = [_decided(policy, comment), _motive(policy, offered)]
    if told:
        parts.append(FRENCH.told.format(told=told))
    if offered.standard.owed:
        reported = [FRENCH.flagged] if flagged else []
        parts.append(" ".join([FRENCH.detection[automated], *reported, FRENCH.by_hand]))
    parts.append(_redress(policy, comment, offered))
    return Statement(typeset("\n\n".join(parts)), offered.charter or None, offered.legal or None)


def _decided(policy: Policy, comment: Comment) -> str:
    title = comment.article.title
    if len(title) > TITLE_MAX_LENGTH:
        title = title[: TITLE_MAX_LENGTH - 1].rstrip() + "…"
    day = comment.posted_at.astimezone(ZoneInfo(policy.timezone))
    number = "1er" if day.day == 1 else str(day.day)
    date = f"{number} {MONTHS[day.month - 1]} {day.year}"
    return FRENCH.decided.format(date=date, title=title, site=comment.site.name)


def _motive(policy: Policy, offered: Offered) -> str:
    sentences = [FRENCH.motive.format(label=offered.standard.label.lower()), offered.text]
    if offered.ground == "illegal":
        named = FRENCH.unlawful_by if offered.legal else FRENCH.unlawful
        sentences.append(named.format(legal=offered.legal))
    if offered.charter:
        where = filter(None, (offered.charter, policy.charter_url))
        sentences.append(FRENCH.against_charter.format(charter=" : ".join(where)))
    elif offered.ground == "incompatible":
        sentences.append(FRENCH.against_rules)
    return " ".join(filter(None, sentences))


def _redress(policy: Policy, comment: Comment, offered: Offered) -> str:
    if policy.appeal_url:
        contest = FRENCH.contest_at.format(address=policy.appeal_url)
    else:
        contest = FRENCH.contest.format(site=comment.site.name)
    return f"{contest}\n{FRENCH.court}" if offered.standard.owed else contest
