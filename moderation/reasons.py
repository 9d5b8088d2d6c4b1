"""Why a comment is refused: the reasons that there are, and what a site makes of each.

The legal grounds and the transparency database's words are facts of the laws as they stand; a
publisher's lawyer confirms them, and each site may say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

Reason = Literal[
    "insult",
    "defamation",
    "hate",
    "threat",
    "vulgarity",
    "spam",
    "advertising",
    "personal_data",
    "off_topic",
    "misinformation",
    "harassment",
    "terrorism",
    "self_harm",
    "other",
]
Ground = Literal["illegal", "incompatible"]
REASONS: tuple[Reason, ...] = get_args(Reason)
CHARTER_MAX_LENGTH, LEGAL_MAX_LENGTH, TEXT_MAX_LENGTH = 100, 500, 600
# Each is part of a sentence.
LINE = r"^[^\x00-\x1f\x7f]*$"


@dataclass(frozen=True, slots=True)
class Standard:
    """A reason of the catalogue, before a site changes anything.

    The first of `grounds` is meant unless a site says otherwise. `category` and `keyword` are those
    of the DSA's transparency database, without their prefixes. `text` is what the author reads;
    `owed` is false where no statement of reasons is owed to them, but a word is enough.
    """

    code: Reason
    label: str
    grounds: tuple[Ground, ...]
    category: str
    keyword: str
    text: str
    legal: str = ""
    owed: bool = True


BOTH: tuple[Ground, ...] = ("incompatible", "illegal")
LAW: tuple[Ground, ...] = ("illegal",)
CHARTER: tuple[Ground, ...] = ("incompatible",)

CATALOGUE = (
    Standard(
        "insult",
        "Injure",
        BOTH,
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "OTHER",
        "Ce commentaire contient des propos injurieux.",
        legal="loi du 29 juillet 1881, art. 29 al. 2 et 33",
    ),
    Standard(
        "defamation",
        "Diffamation",
        LAW,
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "DEFAMATION",
        "Ce commentaire impute à une personne ou à un organisme des faits qui portent atteinte à"
        " son honneur ou à sa considération.",
        legal="loi du 29 juillet 1881, art. 29 al. 1, 31 et 32",
    ),
    Standard(
        "hate",
        "Haine",
        LAW,
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "HATE_SPEECH",
        "Ce commentaire s’en prend à des personnes en raison de leur appartenance, vraie ou"
        " supposée, à un groupe, ou appelle à les haïr ou à les discriminer.",
        legal="loi du 29 juillet 1881, art. 24 al. 7 et 8, 24 bis et 33 al. 3 et 4",
    ),
    Standard(
        "threat",
        "Menace",
        LAW,
        "VIOLENCE",
        "INCITEMENT_VIOLENCE_HATRED",
        "Ce commentaire menace une personne ou un groupe, ou appelle à la violence.",
        legal="code pénal, art. 222-17 ; loi du 29 juillet 1881, art. 24 al. 1 à 3",
    ),
    Standard(
        "vulgarity",
        "Vulgarité",
        CHARTER,
        "OTHER_VIOLATION_TC",
        "OTHER",
        "Ce commentaire contient des termes grossiers ou obscènes.",
    ),
    Standard(
        "spam",
        "Spam",
        CHARTER,
        "SCAMS_AND_FRAUD",
        "PHISHING",
        "Ce commentaire a été reconnu comme un message indésirable.",
        owed=False,
    ),
    Standard(
        "advertising",
        "Publicité",
        CHARTER,
        "CONSUMER_INFORMATION",
        "HIDDEN_ADVERTISEMENT",
        "Ce commentaire fait la promotion d’un produit, d’un service ou d’un site.",
    ),
    Standard(
        "personal_data",
        "Données personnelles",
        BOTH,
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "MISSING_PROCESSING_GROUND",
        "Ce commentaire rend publiques des informations personnelles.",
        legal="code civil, art. 9 ; règlement (UE) 2016/679, art. 6",
    ),
    Standard(
        "off_topic",
        "Hors sujet",
        CHARTER,
        "OTHER_VIOLATION_TC",
        "OTHER",
        "Ce commentaire est sans rapport avec le sujet de l’article.",
    ),
    Standard(
        "misinformation",
        "Désinformation",
        CHARTER,
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "MISINFORMATION_DISINFORMATION",
        "Ce commentaire présente comme établis des faits inexacts ou trompeurs.",
    ),
    Standard(
        "harassment",
        "Harcèlement",
        LAW,
        "CYBER_VIOLENCE",
        "CYBER_HARASSMENT",
        "Ce commentaire participe d’attaques répétées contre une personne, ou y incite.",
        legal="code pénal, art. 222-33-2-2",
    ),
    Standard(
        "terrorism",
        "Apologie du terrorisme",
        LAW,
        "RISK_FOR_PUBLIC_SECURITY",
        "TERRORIST_CONTENT",
        "Ce commentaire présente des actes de terrorisme sous un jour favorable, ou y incite.",
        legal="code pénal, art. 421-2-5",
    ),
    Standard(
        "self_harm",
        "Suicide et automutilation",
        CHARTER,
        "SELF_HARM",
        "SUICIDE",
        "Ce commentaire incite au suicide ou à l’automutilation, ou en décrit les moyens. Si vous"
        " traversez un moment difficile, le 3114, numéro national de prévention du suicide, répond"
        " gratuitement et à toute heure.",
    ),
    Standard("other", "Autre", CHARTER, "OTHER_VIOLATION_TC", "OTHER", ""),
)


class SiteReason(BaseModel):
    """What a site says of a reason; null means the catalogue's, and an empty text none."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Reason
    used: bool = True
    ground: Ground | None = None
    charter: Annotated[str, StringConstraints(max_length=CHARTER_MAX_LENGTH, pattern=LINE)] = ""
    legal: Annotated[str, StringConstraints(max_length=LEGAL_MAX_LENGTH, pattern=LINE)] | None = (
        None
    )
    text: Annotated[str, StringConstraints(max_length=TEXT_MAX_LENGTH, pattern=LINE)] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A reason as a site offers it to its moderators; `legal` is empty where no law is invoked."""

    standard: Standard
    used: bool
    ground: Ground
    charter: str
    legal: str
    text: str

    @property
    def code(self) -> Reason:
        """The reason's name in decisions."""
        return self.standard.code


def of_site(chosen: Sequence[SiteReason]) -> list[Offered]:
    """List every reason as a site has it: those that it names, in its order, then the others."""
    named = {reason.code: reason for reason in chosen}
    rest = (entry.code for entry in CATALOGUE if entry.code not in named)
    return [_offered(code, named.get(code)) for code in (*named, *rest)]


def find(chosen: Sequence[SiteReason], code: str) -> Offered:
    """Answer one reason as a site has it, in use or not; KeyError where there is none."""
    named = next((reason for reason in chosen if reason.code == code), None)
    return _offered(code, named)


def _offered(code: str, chosen: SiteReason | None) -> Offered:
    standard = BY_CODE[code]
    chosen = chosen or SiteReason(code=standard.code)
    ground = chosen.ground or standard.grounds[0]
    legal = standard.legal if chosen.legal is None else chosen.legal
    return Offered(
        standard=standard,
        used=chosen.used,
        ground=ground,
        charter=chosen.charter,
        legal=legal if ground == "illegal" else "",
        text=standard.text if chosen.text is None else chosen.text,
    )


BY_CODE: dict[str, Standard] = {entry.code: entry for entry in CATALOGUE}
