"""Ask a scorer of the newsroom's own about a comment, for a moment, and never stumble over it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import httpx
from prometheus_client import CollectorRegistry, Counter
from pydantic import SecretStr

from services.moderation.circuit import Circuit
from services.moderation.scorer_words import MOST_BYTES, answered, question, signed
from shared.events import CommentEnriched
from shared.logs import logger

AT_ONCE = 16
KEPT_S = 1.0
"""An idle connection: shorter than servers keep them, so that none is closed on a question."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the scorer is, what we sign with, and how long it has."""

    url: str
    secret: SecretStr
    timeout_ms: int


class Scorer:
    """Asks over HTTP; one per process, because what it learned about the scorer's health is its own.

    ``clock``: the time in UTC, which is signed.
    """

    def __init__(self, address: Address, clock: Callable[[], datetime], registry: CollectorRegistry) -> None:
        self._address, self._clock, self._circuit = address, clock, Circuit()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._answers = Counter(
            "lightwire_scorer_answers",
            "Comments, by what came of asking about them: scored, late, unreachable, refused, rubbish, not_asked.",
            ("outcome",),
            registry=registry,
        )
        # No proxy, no cookies, no passwords from files, no way elsewhere: only what stands here is ever sent.
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline for all of it, below
            limits=httpx.Limits(max_connections=AT_ONCE, keepalive_expiry=KEPT_S),
        )

    async def ask(self, fact: CommentEnriched) -> Mapping[str, float] | None:
        """Label → score; ``None`` where there is no usable answer in time, which is no reason to stop anything."""
        if fact.comment is None:
            return None
        async with self._turn:
            now = asyncio.get_running_loop().time
            if not self._circuit.lets(now()):
                self._answers.labels("not_asked").inc()
                return None
            scores: Mapping[str, float] | None = None
            try:
                async with asyncio.timeout(self._address.timeout_ms / 1000):
                    scores = await self._asked(fact)
                outcome = "scored"
            except asyncio.CancelledError:
                self._circuit.given_up()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the comment is held and the stage goes on
                outcome = _named(error)
            self._answers.labels(outcome).inc()
            if scores is None:
                if self._circuit.failed(now()):
                    logger().warning("scorer.away", why=outcome)
            elif self._circuit.went_well():
                logger().info("scorer.back")
            return scores

    async def _asked(self, fact: CommentEnriched) -> Mapping[str, float]:
        body = question(fact)
        headers = {"accept-encoding": "identity", "user-agent": "Lightwire"}
        headers |= signed(fact, body, self._address.secret.get_secret_value(), self._clock())
        async with self._client.stream("POST", self._address.url, content=body, headers=headers) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise _Refused
            told = b""
            # Raw: what unpacks to a thousand times its size is not unpacked.
            async for part in answer.aiter_raw():
                told += part
                if len(told) > MOST_BYTES:
                    raise ValueError("it never stops answering")
        return answered(told)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.aclose()


class _Refused(Exception):  # noqa: N818 - it answered, and not with scores
    """Any status but 200; a redirect too."""


def _named(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "late"
        case _Refused():
            return "refused"
        case ValueError():
            return "rubbish"
    return "unreachable"
