"""What the author of a refused comment is told: the statement of reasons (DSA art. 17), in French.

The sentences of `FRENCH` are the whole of its language: a site in another one needs its own.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from moderation import reasons
from moderation.policy import Policy
from moderation.reasons import Offered
from moderation.tables import Comment, FindingRow, Sanction, Verdict
from moderation.text import clean
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
    suspended: str
    banned: str
    banned_for_good: str
    sanction_motive: str
    sanction_unlawful: str
    sanction_unlawful_by: str
    sanction_against_charter: str
    sanction_against_rules: str
    sanction_applied: str
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
    suspended="Votre participation est suspendue jusqu’au {until} : d’ici là, vos commentaires"
    " sont refusés.",
    banned="Vous ne pouvez plus commenter sur ce site jusqu’au {until} : d’ici là, vos commentaires"
    " sont refusés.",
    banned_for_good="Vous ne pouvez plus commenter sur ce site ; cette mesure n’a pas de limite de"
    " durée.",
    sanction_motive="Motif de cette mesure : {label}.",
    sanction_unlawful="Elle fait suite à des propos considérés comme illicites.",
    sanction_unlawful_by="Elle fait suite à des propos considérés comme illicites ({legal}).",
    sanction_against_charter="Elle fait suite à des propos contraires à la charte du site"
    " ({charter}).",
    sanction_against_rules="Elle fait suite à des propos contraires aux règles de participation du"
    " site.",
    sanction_applied="Ce refus est automatique et ne juge pas ce que dit le commentaire : il"
    " applique la mesure, prise par une personne le {date}.",
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


def of_sanction(policy: Policy, comment: Comment, sanction: Sanction) -> Statement:
    """Write what the author reads when a sanction refuses a comment, whatever it says."""
    offered = reasons.find(policy.reasons, sanction.reason)
    zone = ZoneInfo(policy.timezone)
    parts = [
        f"{_decided(policy, comment)} {_held(sanction, zone)}",
        _sanction_motive(policy, offered),
        FRENCH.sanction_applied.format(date=_date(sanction.created_at, zone)),
        _redress(policy, comment, offered),
    ]
    return Statement(typeset("\n\n".join(parts)), offered.charter or None, offered.legal or None)


def finding(found: FindingRow, policy: Policy) -> str:
    """Write a finding's sentence in French, a moment in it as the site's clocks show it."""
    values = dict(found.values)
    if "until" in values:
        until = datetime.fromisoformat(values["until"])
        values["until"] = f"{until.astimezone(ZoneInfo(policy.timezone)):%d/%m/%Y à %H:%M}"
    return found.detail.format(**values)


def tells(statement: str | None, told: str | None) -> bool:
    """Tell whether a moderator's own words in a statement are these, or it has none as asked."""
    given = clean(told or "")
    words, text = typeset(FRENCH.told.format(told=given)), statement or ""
    # What follows is another paragraph: longer words that only begin like these are others.
    return f"{words}\n\n" in text if given else words not in text


def _held(sanction: Sanction, zone: ZoneInfo) -> str:
    if sanction.ends_at is None:
        return FRENCH.banned_for_good
    said = FRENCH.banned if sanction.kind == "ban" else FRENCH.suspended
    until = sanction.ends_at.astimezone(zone)
    return said.format(until=f"{_date(until, zone)} à {until.hour} h {until.minute:02}")


def _sanction_motive(policy: Policy, offered: Offered) -> str:
    sentences = [FRENCH.sanction_motive.format(label=offered.standard.label.lower())]
    if offered.ground == "illegal":
        named = FRENCH.sanction_unlawful_by if offered.legal else FRENCH.sanction_unlawful
        sentences.append(named.format(legal=offered.legal))
    if offered.charter:
        charter = _charter(policy, offered)
        sentences.append(FRENCH.sanction_against_charter.format(charter=charter))
    elif offered.ground == "incompatible":
        sentences.append(FRENCH.sanction_against_rules)
    return " ".join(sentences)


def _decided(policy: Policy, comment: Comment) -> str:
    title = comment.article.title
    if len(title) > TITLE_MAX_LENGTH:
        title = title[: TITLE_MAX_LENGTH - 1].rstrip() + "…"
    date = _date(comment.posted_at, ZoneInfo(policy.timezone))
    return FRENCH.decided.format(date=date, title=title, site=comment.site.name)


def _date(moment: datetime, zone: ZoneInfo) -> str:
    day = moment.astimezone(zone)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def _motive(policy: Policy, offered: Offered) -> str:
    sentences = [FRENCH.motive.format(label=offered.standard.label.lower()), offered.text]
    if offered.ground == "illegal":
        named = FRENCH.unlawful_by if offered.legal else FRENCH.unlawful
        sentences.append(named.format(legal=offered.legal))
    if offered.charter:
        charter = _charter(policy, offered)
        sentences.append(FRENCH.against_charter.format(charter=charter))
    elif offered.ground == "incompatible":
        sentences.append(FRENCH.against_rules)
    return " ".join(filter(None, sentences))


def _charter(policy: Policy, offered: Offered) -> str:
    return " : ".join(filter(None, (offered.charter, policy.charter_url)))


def _redress(policy: Policy, comment: Comment, offered: Offered) -> str:
    if policy.appeal_url:
        contest = FRENCH.contest_at.format(address=policy.appeal_url)
    else:
        contest = FRENCH.contest.format(site=comment.site.name)
    return f"{contest}\n{FRENCH.court}" if offered.standard.owed else contest
