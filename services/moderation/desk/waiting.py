"""Comments that wait for a person, the most urgent first."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from services.moderation.desk.articles import Articles, Story
from services.moderation.desk.scope import language_of, sees
from services.moderation.standing import STANDING, Standing, queue_key, record_key
from shared.accounts import Account
from shared.comments import Queue
from shared.keys import Keys
from shared.streams import Client

QUEUES = tuple(queue.value for queue in Queue)
READ = 200
MOST = 5_000
"""Looked through for one page; whoever has more waiting narrows it down by queue or language."""


@dataclass(frozen=True, slots=True)
class Case:
    """A comment as it stands, and the story it stands under."""

    standing: Standing
    story: Story | None

    @property
    def seen(self) -> str:
        """Revision and number of the decision: what whoever decides has seen."""
        return f"{self.standing.revision}.{self.standing.decision.seq}"

    @property
    def language(self) -> str:
        """As enrichment told it."""
        return language_of(self.standing)


class Waiting:
    """Reads what moderation wrote down; writes nothing."""

    def __init__(self, redis: Client, keys: Keys, articles: Articles) -> None:
        self._redis, self._keys, self._articles = redis, keys, articles

    async def counts(self) -> dict[str, int]:
        """Queue → how many wait there."""
        pipe = self._redis.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.zcard(self._keys.key(queue_key(queue)))
        return dict(zip(QUEUES, await pipe.execute(), strict=True))

    async def find(self, ids: Sequence[str]) -> list[Case]:
        """Those moderation knows, in the order they were asked for."""
        pipe = self._redis.pipeline(transaction=False)
        for id_ in ids:
            pipe.hget(self._keys.key(record_key(id_)), STANDING)
        found = [standing for stored in await pipe.execute() if (standing := _read(stored))]
        stories = await self._articles.find(one.article_id for one in found)
        return [Case(one, stories.get(one.article_id)) for one in found]

    async def list(
        self, account: Account, queues: Sequence[str], language: str | None = None
    ) -> AsyncIterator[Case]:  # fmt: skip
        """What this person may see of it, by deadline."""
        pipe = self._redis.pipeline(transaction=False)
        for queue in queues:
            pipe.zrange(self._keys.key(queue_key(queue)), 0, MOST - 1, withscores=True)
        waiting = sorted(
            (score, member.decode(), queue)
            for queue, page in zip(queues, await pipe.execute(), strict=True)
            for member, score in page
        )[:MOST]
        for at in range(0, len(waiting), READ):
            part = {member: queue for _, member, queue in waiting[at : at + READ]}
            for case in await self.find(list(part)):
                # Between the two looks somebody may have decided; then it waits no more.
                if case.standing.queue != part[case.standing.comment_id]:
                    continue
                if language in (None, case.language) and sees(account, case.standing, case.story):
                    yield case


def _read(stored: bytes | None) -> Standing | None:
    try:
        return Standing.model_validate_json(stored) if stored else None
    except ValidationError:
        return None
