"""A small OpenID Connect provider on loopback, with a real key, that can be told to lie."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.run import HealthServer, listen
from tests.server import free_port

CLIENT, SECRET = "desk", "not told to anybody"


@dataclass
class Provider:
    """What it knows of the person at the browser, and what is wrong with it."""

    issuer: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    """Another key than it signs with."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Instead of the right ones."""
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def agreed(self, address: str, code: str = "code-1") -> None:
        """The person has signed in there: what they were sent with is kept under a code."""
        self.codes[code] = dict(httpx_params(address))

    async def described(self, _: Request) -> Response:
        return JSONResponse(
            {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
             "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys"}
        )  # fmt: skip

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [(self.published or self.key).as_dict(private=False)]})

    async def token(self, request: Request) -> Response:
        form = await request.form()
        who = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(str(form.get("code")), None)
        verifier = sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge or asked["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_grant"}, 400)
        if request.headers.get("authorization") != f"Basic {who}" or form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_client"}, 401)
        now = int(time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "email": "Parisa@news.example",
            "email_verified": True, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, self.key, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed})


def httpx_params(address: str) -> list[tuple[str, str]]:
    """What stands in an address's query."""
    return parse_qsl(urlsplit(address).query)


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """One that runs."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.described), Route("/keys", provider.keys),
            Route("/token", provider.token, methods=["POST"]),
        ]
    )  # fmt: skip
    server = HealthServer(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listen("127.0.0.1", port)]))
    yield provider
    server.should_exit = True
    await serving
