"""Comments that wait for a person: held, reported, appealed or escalated; the most urgent first."""

from collections.abc import AsyncIterator, Sequence

from pydantic import ValidationError

from services.moderation.case_record import CASE, case_key, cases_key
from services.moderation.desk.articles import Articles
from services.moderation.desk.matter import Matter
from services.moderation.desk.scope import sees
from services.moderation.standing import STANDING, Standing, queue_key, record_key
from shared.accounts import Account
from shared.cases import Case
from shared.comments import Queue
from shared.keys import Keys
from shared.streams import Client

QUEUES = tuple(queue.value for queue in Queue)
READ = 200
MOST = 5_000
"""Looked through for one page; whoever has more waiting narrows it down by queue or language."""


class Waiting:
    """Reads what moderation wrote down; writes nothing."""

    def __init__(self, redis: Client, keys: Keys, articles: Articles) -> None:
        self._redis, self._keys, self._articles = redis, keys, articles

    async def counts(self) -> dict[str, int]:
        """Queue → how many wait there."""
        pipe = self._redis.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.zcard(self._keys.key(queue_key(queue)))
            pipe.zcard(self._keys.key(cases_key(queue)))
        found = await pipe.execute()
        return {queue: held + cases for queue, held, cases in zip(QUEUES, found[::2], found[1::2], strict=True)}

    async def find(self, ids: Sequence[str]) -> list[Matter]:
        """Those moderation knows, in the order they were asked for."""
        pipe = self._redis.pipeline(transaction=False)
        for id_ in ids:
            pipe.hget(self._keys.key(record_key(id_)), STANDING)
            pipe.hget(self._keys.key(case_key(id_)), CASE)
        found = await pipe.execute()
        known = [
            (standing, _case(case))
            for stored, case in zip(found[::2], found[1::2], strict=True)
            if (standing := _standing(stored))
        ]
        stories = await self._articles.find(standing.article_id for standing, _ in known)
        return [Matter(standing, stories.get(standing.article_id), case) for standing, case in known]

    async def one(self, account: Account, id_: str) -> Matter | None:
        """None where moderation does not know it, or this person may not see it."""
        found = next(iter(await self.find([id_])), None)
        return found if found and sees(account, found) else None

    async def list(
        self, account: Account, queues: Sequence[str], language: str | None = None
    ) -> AsyncIterator[Matter]:  # fmt: skip
        """What this person may see of it, by deadline."""
        pipe = self._redis.pipeline(transaction=False)
        for queue in queues:
            for key in (queue_key(queue), cases_key(queue)):
                pipe.zrange(self._keys.key(key), 0, MOST - 1, withscores=True)
        soonest: dict[str, float] = {}
        for page in await pipe.execute():
            for member, score in page:
                soonest[member.decode()] = min(score, soonest.get(member.decode(), score))
        waiting = sorted(soonest, key=lambda id_: (soonest[id_], id_))[:MOST]
        for at in range(0, len(waiting), READ):
            for matter in await self.find(waiting[at : at + READ]):
                # Between the two looks somebody may have decided; then it waits no more.
                if not set(matter.queues) & set(queues):
                    continue
                if language in (None, matter.language) and sees(account, matter):
                    yield matter


def _standing(stored: bytes | None) -> Standing | None:
    try:
        return Standing.model_validate_json(stored) if stored else None
    except ValidationError:
        return None


def _case(stored: bytes | None) -> Case | None:
    try:
        return Case.model_validate_json(stored) if stored else None
    except ValidationError:
        return None
