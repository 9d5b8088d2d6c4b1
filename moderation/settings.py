"""Settings of one installation: a documented row each, read once from the environment."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read the settings from environment variables of the same names, upper-cased."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        "sqlite:///var/vigie.db",
        description="SQLAlchemy URL: SQLite on one machine, `postgresql+psycopg://…` beyond.",
    )
    redis_url: str | None = Field(
        None, description="Redis shared by several hosts for login throttling; memory without it."
    )
    secret_key: SecretStr = Field(
        description="Signs sessions and fingerprints e-mail addresses; 32 characters or more."
    )
    models_dir: Path = Field(
        Path("models"), description="Folder of model artefacts, one a version."
    )
    champion_ttl: float = Field(
        3.0, gt=0, le=10, description="Seconds between two looks at which model serves."
    )
    score_timeout: float = Field(
        5.0, gt=0, description="Seconds a score may take before its comments go to review."
    )
    session_hours: float = Field(12.0, gt=0, description="Hours a moderator's session lasts.")
    secure_cookies: bool = Field(
        True, description="Send session cookies over HTTPS only; off for http://localhost."
    )
    timezone: str = Field(
        "Europe/Paris",
        description="Time zone of moments on pages and of days that are counted; UTC is kept.",
    )
    trusted_proxies: int = Field(
        0, ge=0, description="Reverse proxies in front whose X-Forwarded-* headers are believed."
    )
    login_limit: str = Field(
        "10 per 15 minutes", description="Failed logins allowed per address and per account."
    )
    oidc_issuer: str | None = Field(
        None,
        description="OpenID provider to log in through, exactly as it names itself; none: no such.",
    )
    oidc_client_id: str | None = Field(None, description="Vigie's name at the OpenID provider.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Vigie's secret at the OpenID provider."
    )
    oidc_scope: str = Field(
        "openid profile email", description="What the OpenID provider is asked to tell."
    )
    oidc_role_claim: str = Field(
        "roles", description="Claim with the roles or groups; dots lead into nested ones."
    )
    oidc_roles: dict[str, Literal["moderator", "lead", "administrator", "data"]] = Field(
        default_factory=dict,
        description="Role of a new account by the claim's value, as JSON; the first that fits.",
    )
    oidc_only: bool = Field(False, description="Offer no login by password.")
    key_quota: str = Field(
        "",
        description="Scoring calls allowed per site key, as `600 per minute`; empty: no limit.",
    )
    webhooks_to_private: bool = Field(
        False, description="Let webhooks reach private and loopback addresses."
    )
    embedded_worker: bool = Field(
        False, description="Deliver webhooks from a thread of the server: no `moderation worker`."
    )
    live_streams: int = Field(
        0,
        ge=0,
        description="Consoles a process keeps a stream open to, a thread each; others poll.",
    )

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value()) < 32:
            raise ValueError("SECRET_KEY must have 32 characters or more")
        return key

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
        if self.oidc_only and not self.oidc_issuer:
            raise ValueError("OIDC_ONLY needs OIDC_ISSUER: nobody could log in")
        return self

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        # Hosting providers hand out URLs without a driver, which SQLAlchemy reads as psycopg2.
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url
