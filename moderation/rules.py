"""The rules a site can set: each looks at one comment and answers a finding, or none."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from moderation.policy import Finding, Policy
from moderation.tables import Sanction
from moderation.text import match_words

LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{2,}", re.IGNORECASE)
# What these rules find is hard to read: such a text is withheld from moderators until they ask.
SEVERE = ("threat", "identity_attack", "severe_toxicity")
# Shorter texts shout in capitals without meaning to: sigles, initials, « OK ».
CAPITALS_MIN_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules may know of a comment, gathered beforehand so that they stay pure."""

    text: str
    policy: Policy
    approved_before: int
    repeats: int
    article_closed: bool
    rejected_before: bool
    attributes: Mapping[str, float] = field(default_factory=dict)
    sanctions: Sequence[Sanction] = ()


def inspect(context: Context) -> tuple[Finding, ...]:
    """Run every rule, in the order in which moderators read them."""
    findings = (rule(context) for rule in RULES)
    return tuple(finding for finding in findings if finding)


def longest(sanctions: Sequence[Sanction], kind: str) -> Sanction | None:
    """Choose among several sanctions of a kind the one that holds last."""
    held = [sanction for sanction in sanctions if sanction.kind == kind]
    return max(held, key=lambda row: (row.ends_at is None, row.ends_at), default=None)


def refusing(sanctions: Sequence[Sanction]) -> Sanction | None:
    """Choose the sanction for which an author's comments are refused, if one is."""
    return longest(sanctions, "ban") or longest(sanctions, "suspension")


def written(findings: Sequence[Finding]) -> str:
    """Write which rules found something, each between spaces, as `Comment.rules` keeps them."""
    return "".join(f" {finding.rule} " for finding in findings)


def banned(context: Context) -> Finding | None:
    """Refuse what an excluded author writes."""
    if (sanction := longest(context.sanctions, "ban")) is None:
        return None
    if sanction.ends_at is None:
        return Finding("banned", "Auteur exclu : commentaire refusé.", refuses=True)
    values = {"until": sanction.ends_at.isoformat()}
    return Finding(
        "banned", "Auteur exclu jusqu’au {until} : commentaire refusé.", values, refuses=True
    )


def suspended(context: Context) -> Finding | None:
    """Refuse what an author writes while suspended."""
    sanction = longest(context.sanctions, "suspension")
    if sanction is None or sanction.ends_at is None:
        return None
    values = {"until": sanction.ends_at.isoformat()}
    return Finding(
        "suspended", "Auteur suspendu jusqu’au {until} : commentaire refusé.", values, refuses=True
    )


def premoderated(context: Context) -> Finding | None:
    """Hold every comment of an author whom a moderator chose to read first."""
    if longest(context.sanctions, "premoderation") is None:
        return None
    return Finding("premoderated", "Auteur prémodéré : tous ses commentaires sont relus.")


def word_list(context: Context) -> Finding | None:
    """Find words of the site's list, however they are inflected or disguised."""
    matches = match_words(context.text, frozenset(context.policy.words))
    if not matches:
        return None
    words = dict.fromkeys(word for _, _, word in matches)
    values = {"words": ", ".join(f"« {word} »" for word in words)}
    spans = tuple((start, end) for start, end, _ in matches)
    return Finding("word_list", "Contient un terme de la liste du site : {words}.", values, spans)


def links(context: Context) -> Finding | None:
    """Count the links, against how many the site admits."""
    spans = tuple(match.span() for match in LINK.finditer(context.text))
    if len(spans) <= context.policy.max_links:
        return None
    values = {"count": len(spans), "limit": context.policy.max_links}
    return Finding("links", "Liens : {count}, pour {limit} admis par le site.", values, spans)


def first_comments(context: Context) -> Finding | None:
    """Hold an author's comments until the site has approved enough of them."""
    if context.approved_before >= context.policy.first_comments:
        return None
    values = {"approved": context.approved_before, "needed": context.policy.first_comments}
    return Finding(
        "first_comments",
        "Auteur encore peu connu : {approved} commentaire(s) approuvé(s) sur {needed} requis.",
        values,
    )


def repeat(context: Context) -> Finding | None:
    """Notice a text that the site has just received, in any spelling that normalises alike."""
    if not context.repeats:
        return None
    values = {"count": context.repeats, "hours": context.policy.repeat_hours}
    return Finding(
        "repeat", "Même texte déjà reçu {count} fois dans les {hours} dernières heures.", values
    )


def capitals(context: Context) -> Finding | None:
    """Notice a text that is shouted."""
    letters = [character for character in context.text if character.isalpha()]
    upper = sum(character.isupper() for character in letters)
    if len(letters) < CAPITALS_MIN_LETTERS or upper / len(letters) <= context.policy.max_capitals:
        return None
    values = {"share": round(100 * upper / len(letters))}
    return Finding("capitals", "Écrit à {share} % en capitales.", values)


def closed_article(context: Context) -> Finding | None:
    """Hold what arrives after the site closed the article's comments."""
    if not context.article_closed:
        return None
    return Finding("closed_article", "Les commentaires de cet article sont fermés.")


def edited_rejected(context: Context) -> Finding | None:
    """Hold an edit of a comment that a moderator refused: the machine does not overrule people."""
    if not context.rejected_before:
        return None
    return Finding("edited_rejected", "Modifié par son auteur après un refus.")


def threat(context: Context) -> Finding | None:
    """Hold what reads as a threat, however low the risk of rejection: it may be a crime."""
    if (share := _above(context, "threat", context.policy.max_threat)) is None:
        return None
    return Finding("threat", "Menace probable : {share} %.", {"share": share})


def identity_attack(context: Context) -> Finding | None:
    """Hold what reads as hate of a group, however low the risk of rejection."""
    if (share := _above(context, "identity_attack", context.policy.max_identity_attack)) is None:
        return None
    return Finding("identity_attack", "Attaque identitaire probable : {share} %.", {"share": share})


def severe_toxicity(context: Context) -> Finding | None:
    """Hold what reads as severely toxic, however low the risk of rejection."""
    if (share := _above(context, "severe_toxicity", context.policy.max_severe_toxicity)) is None:
        return None
    return Finding("severe_toxicity", "Toxicité grave probable : {share} %.", {"share": share})


def _above(context: Context, attribute: str, limit: float) -> int | None:
    score = context.attributes.get(attribute, 0.0)
    return round(100 * score) if score > limit else None


RULES: tuple[Callable[[Context], Finding | None], ...] = (
    banned,
    suspended,
    premoderated,
    word_list,
    links,
    first_comments,
    repeat,
    capitals,
    closed_article,
    edited_rejected,
    threat,
    identity_attack,
    severe_toxicity,
)
