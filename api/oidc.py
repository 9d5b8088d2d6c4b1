"""Logging in through the newsroom's OpenID provider: Authorization Code with PKCE."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from joserfc.errors import JoseError
from requests import RequestException

from api import login
from api.context import service
from api.labels import N_
from api.language import translate as _
from moderation import journal, providers
from moderation.accounts import Role
from moderation.providers import Refused, Vouched, subject
from moderation.settings import Settings

blueprint = Blueprint("oidc", __name__, url_prefix="/oidc")
EXTENSION = "authlib.integrations.flask_client"
NAME = "provider"
TIMEOUT = 10
# Signed by the provider's private key: neither by a shared secret, nor not at all.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
ALGORITHMS |= {"EdDSA", "Ed25519"}
AWAY = N_("Le service d’identité ne répond pas. Recommencez dans un instant.")
DECLINED = N_("Vous avez renoncé à vous connecter, ou le service d’identité a refusé.")
FAILED = N_(
    "La connexion n’a pas abouti : la page est restée ouverte trop longtemps, ou la réponse du "
    "service d’identité n’est pas valable. Recommencez."
)
REFUSALS = {
    "unknown": N_(
        "Le service d’identité vous connaît, mais aucun compte ne vous attend ici. Demandez une "
        "invitation à votre responsable."
    ),
    "taken": N_(
        "Un compte porte déjà votre adresse, avec un mot de passe : connectez-vous par ce mot de "
        "passe, ou demandez à un administrateur de relier ce compte."
    ),
    "disabled": N_("Votre compte est désactivé. Adressez-vous à votre responsable."),
}


def init_app(app: Flask, settings: Settings) -> None:
    """Know the provider that the settings name, if any; it is asked nothing before a login."""
    app.jinja_env.globals.update(by_provider=offered)
    if settings.oidc_issuer is None or settings.oidc_client_secret is None:
        return
    OAuth(app).register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scope,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def offered() -> bool:
    """Tell whether one can log in through a provider."""
    return service().settings.oidc_issuer is not None


@blueprint.get("/login")
def log_in() -> Any:
    """Go and log in at the provider."""
    for key in [key for key in session if key.startswith("_state_")]:
        # Those of attempts that were given up would soon fill the cookie.
        session.pop(key)
    session["next"] = request.args.get("next", "")[:500]
    try:
        return _provider().authorize_redirect(url_for("oidc.callback", _external=True))
    except RequestException:
        return _sorry(_(AWAY), HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.get("/callback")
def callback() -> Any:
    """Come back from the provider, and open a session for whoever it vouches for."""
    try:
        claims = _claims()
    except RequestException:
        return _sorry(_(AWAY), HTTPStatus.SERVICE_UNAVAILABLE)
    except OAuthError as error:
        declined = error.error == "access_denied"
        return _sorry(_(DECLINED if declined else FAILED), HTTPStatus.BAD_REQUEST)
    except (JoseError, ValueError):
        return _sorry(_(FAILED), HTTPStatus.BAD_REQUEST)
    wanted = session.get("next", "")
    try:
        with service().database.write() as database:
            moderator = providers.admit(database, _vouched(claims))
    except Refused as error:
        with service().database.write() as database:
            journal.record(database, None, "session.refuse", None, why=error.why)
        return _sorry(_(REFUSALS[error.why]), HTTPStatus.FORBIDDEN)
    login.admit(moderator)
    session[login.BY_PROVIDER] = True
    return redirect(login.own_page(wanted, moderator))


@blueprint.get("/left")
def left() -> Any:
    """Say that the session is over here, and offer to end it at the provider too."""
    try:
        everywhere = "end_session_endpoint" in _provider().load_server_metadata()
    except RequestException:
        everywhere = False
    return render_template("left.html", everywhere=everywhere)


@blueprint.get("/logout")
def log_out() -> Any:
    """Go and log out at the provider."""
    back = url_for("login.login", _external=True)
    client = service().settings.oidc_client_id
    try:
        return _provider().logout_redirect(post_logout_redirect_uri=back, client_id=client)
    except (RequestException, RuntimeError):
        return _sorry(_(AWAY), HTTPStatus.SERVICE_UNAVAILABLE)


def role_in(claims: Mapping[str, Any], path: str, roles: Mapping[str, Role]) -> Role | None:
    """Tell the role that a claim gives: the first of `roles` that it has, or None.

    `path` names the claim, or, where there is none of that name, leads to it through dots, as
    Keycloak's `realm_access.roles` does.
    """
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    held = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return next((role for name, role in roles.items() if name in held), None)


def _provider() -> Any:
    """Answer the client of the provider, once the provider is what the settings say."""
    if not offered():
        abort(HTTPStatus.NOT_FOUND)
    provider = current_app.extensions[EXTENSION].create_client(NAME)
    metadata = provider.load_server_metadata()
    if metadata.get("issuer") != service().settings.oidc_issuer:
        raise RequestException("the provider names another issuer than the settings")
    named = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = sorted(ALGORITHMS & set(named)) or ["RS256"]
    return provider


def _claims() -> dict[str, Any]:
    """Answer what the provider says of somebody: the token's claims, then those it keeps apart."""
    provider, settings = _provider(), service().settings
    expected = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    token = provider.authorize_access_token(claims_options=expected)
    claims = dict(token.get("userinfo") or {})
    if not claims:
        raise ValueError("the provider sent no identity")
    if "userinfo_endpoint" in provider.load_server_metadata():
        more = dict(provider.userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise ValueError("the provider speaks of two people")
        claims = {**more, **claims}
    return claims


def _vouched(claims: Mapping[str, Any]) -> Vouched:
    settings = service().settings
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Vouched(
        subject=subject(str(settings.oidc_issuer), str(claims["sub"])),
        email=email if isinstance(email, str) else None,
        name=str(claims.get("name") or claims.get("preferred_username") or email or claims["sub"]),
        role=role_in(claims, settings.oidc_role_claim, settings.oidc_roles),
    )


def _sorry(detail: str, status: HTTPStatus) -> Any:
    return render_template("error.html", status=status, detail=detail), status
