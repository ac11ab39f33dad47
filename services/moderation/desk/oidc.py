"""Signing in at the newsroom's own identity provider: OpenID Connect, authorization code with PKCE, state and nonce."""

import hmac
import json
import secrets
from hashlib import sha256
from time import time
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.moderation.desk.answers import SECURITY, own
from services.moderation.desk.desk import Desk
from services.moderation.desk.settings import Settings
from services.moderation.desk.sign_in import put_cookie, signed_in
from services.moderation.desk.visit import Visit, route
from shared.accounts import Account
from shared.errors import where
from shared.logs import logger

PENDING_S = 600
FRESH_S = 3_600
"""So long the provider's own description and keys are believed without asking again."""
PATIENCE_S = 10.0
LEEWAY_S = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures by keys of which the provider alone has the secret half."""


class Failed(Exception):  # noqa: N818 - said to the log by its place, to the person in general
    """The provider did not vouch for anybody."""


class Provider:
    """What the provider says of itself, and the client we are to it."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.desk_oidc_issuer.rstrip("/")
        self._client_id = settings.desk_oidc_client_id
        self._secret = settings.desk_oidc_client_secret.get_secret_value()
        self._back = f"{settings.url}/sign-in/back"
        self._told: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked_at = 0.0

    def client(self) -> AsyncOAuth2Client:
        """For one exchange; to be closed."""
        return AsyncOAuth2Client(
            self._client_id, self._secret, scope="openid email", redirect_uri=self._back, code_challenge_method="S256",
            timeout=PATIENCE_S,
        )  # fmt: skip

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent."""
        told, _ = await self._asked()
        async with self.client() as client:
            url, _ = client.create_authorization_url(
                told["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def vouched(self, code: str, nonce: str, verifier: str) -> dict[str, Any]:
        """The claims about whoever came back with ``code``. Raises ``Failed``, or what the libraries raise."""
        told, _ = await self._asked()
        async with self.client() as client:
            token = await client.fetch_token(
                told["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
        if not isinstance(token.get("id_token"), str):
            raise Failed("no id_token in the answer")
        return await self._read(token["id_token"], nonce)

    async def _read(self, id_token: str, nonce: str) -> dict[str, Any]:
        told, keys = await self._asked()
        try:
            read = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since.
            told, keys = await self._asked(again=True)
            read = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        options = {
            "iss": {"essential": True, "value": told["issuer"]}, "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True}, "nonce": {"essential": True},
        }  # fmt: skip
        claims = CodeIDToken(read.claims, read.header, options, {"nonce": nonce, "client_id": self._client_id})
        claims.validate(now=int(time()), leeway=LEEWAY_S)
        return dict(read.claims)

    async def _asked(self, *, again: bool = False) -> tuple[dict[str, Any], KeySet]:
        stale = time() - self._asked_at > (60 if again else FRESH_S)
        if self._keys is None or stale:
            async with httpx2.AsyncClient(timeout=PATIENCE_S) as http:
                answer = await http.get(f"{self._issuer}/.well-known/openid-configuration")
                told = answer.raise_for_status().json()
                if str(told.get("issuer", "")).rstrip("/") != self._issuer:
                    raise Failed("the provider calls itself by another name than LIGHTWIRE_DESK_OIDC_ISSUER")
                keys = (await http.get(told["jwks_uri"])).raise_for_status().json()
            self._told, self._keys, self._asked_at = told, KeySet.import_key_set(keys), time()
        return self._told, self._keys


def routes(desk: Desk) -> list[Route]:
    """Nothing where no provider is named."""
    if not desk.settings.desk_oidc_issuer:
        return []
    provider = Provider(desk.settings)

    async def leave(visit: Visit) -> Response:
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        kept = json.dumps({"nonce": nonce, "verifier": verifier, "to": own(visit.asked("to"))})
        await visit.desk.redis.set(_key(visit.desk, state), kept, ex=PENDING_S)
        try:
            address = await provider.address(state, nonce, verifier)
        except FAILURES as error:
            return _failed(visit, error)
        answer = RedirectResponse(address, 303, SECURITY)
        # The browser comes back from another site, and would not bring a stricter one.
        put_cookie(visit, answer, _cookie(visit), state, PENDING_S, strict=False)
        return answer

    async def back(visit: Visit) -> Response:
        state = visit.request.query_params.get("state", "")
        if not state or not hmac.compare_digest(visit.request.cookies.get(_cookie(visit), "").encode(), state.encode()):
            return visit.wrong(403, visit.words.elsewhere_failed)
        stored = await visit.desk.redis.getdel(_key(visit.desk, state))
        if stored is None:
            return visit.wrong(403, visit.words.elsewhere_failed)
        kept = json.loads(stored)
        try:
            claims = await provider.vouched(visit.request.query_params.get("code", ""), kept["nonce"], kept["verifier"])
        except FAILURES as error:
            return _failed(visit, error)
        account = whose(await visit.desk.accounts.everyone(), claims)
        if account is None:
            visit.desk.meters.sign_ins.labels("unknown").inc()
            return visit.wrong(403, visit.words.elsewhere_unknown)
        # Not a redirect: the browser would still be coming from another site, and keep the new cookie to itself.
        arrived = visit.show("arrived.html", to=own(kept["to"]))
        arrived.delete_cookie(_cookie(visit), path="/", secure=not visit.desk.settings.plain, httponly=True)
        return await signed_in(visit, account, arrived, "desk.sign-in.elsewhere")

    return [
        route(desk, "/sign-in/elsewhere", leave, role=None),
        route(desk, "/sign-in/back", back, role=None),
    ]


FAILURES = (OAuthError, JoseError, httpx2.HTTPError, httpx2.InvalidURL, Failed, ValueError, KeyError)


def whose(accounts: list[Account], claims: dict[str, Any]) -> Account | None:
    """The one account of this person, by the provider's own id or an address it has verified; never a new one."""
    id_ = str(claims.get("sub") or "")
    address = str(claims.get("email") or "").casefold() if claims.get("email_verified") is True else ""
    # Addresses are people's in any case; ids of the provider's are other people's in another (OpenID Connect Core, 2).
    found = [one for one in accounts if one.email and (one.email == id_ or one.email.casefold() == address)]
    return found[0] if len(found) == 1 and not found[0].disabled else None


def _key(desk: Desk, state: str) -> str:
    return desk.keys.key(f"desk:oidc:{sha256(state.encode()).hexdigest()}")


def _cookie(visit: Visit) -> str:
    return f"{visit.cookie}-elsewhere"


def _failed(visit: Visit, error: Exception) -> Response:
    visit.desk.meters.sign_ins.labels("elsewhere_failed").inc()
    logger().warning("desk.provider_failed", error=type(error).__name__, where=where(error))
    return visit.wrong(502, visit.words.elsewhere_failed)
