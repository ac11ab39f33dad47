"""What is stored beside what the streams tell, and how the one becomes the other."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.moderation.gate import holds_key
from services.moderation.known import thread_key
from services.moderation.memory import Memory
from services.moderation.rebuild.replay import LIVES
from shared.cases import HoldKind
from shared.keys import Keys
from shared.streams import Client

PAGE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a record, or one list, that is not as the streams tell it."""

    key: str
    field: str | None
    """``None`` for a list."""
    stored: bytes | None
    told: bytes | None
    stays: bool = False
    """It would end a legal hold: that takes two editors, and no replay."""


async def differences(redis: Client, keys: Keys, told: Memory) -> AsyncIterator[Difference]:
    """In every record and list that the streams tell of; what they do not tell of is left as it is.

    A story whose legal hold stays keeps its place in ``told``'s list of those that wait, too.
    """
    names, legal = sorted(told.records), set[str]()
    for at in range(0, len(names), PAGE):
        page = names[at : at + PAGE]
        pipe = redis.pipeline(transaction=False)
        for name in page:
            pipe.hgetall(keys.key(name))
        for name, row in zip(page, await pipe.execute(), strict=True):
            stored = {field.decode(): value for field, value in row.items()}
            for field, value in told.records[name].fields.items():
                if _bare(field, stored.get(field)) != _bare(field, value):
                    stays = field == "gate" and _ends_a_hold(stored.get(field), value)
                    if stays:
                        legal.add(name)
                    yield Difference(name, field, stored.get(field), value, stays)
    for name in sorted(told.lists):
        stored_list = dict(await redis.zrange(keys.key(name), 0, -1, withscores=True))
        if name == holds_key(HoldKind.LEGAL):
            told.lists[name] |= {one: at for one, at in stored_list.items() if thread_key(one.decode()) in legal}
        if {member: round(score, 3) for member, score in stored_list.items()} != {
            member: round(score, 3) for member, score in told.lists[name].items()
        }:
            yield Difference(name, None, None, None)


def _ends_a_hold(stored: bytes | None, told: bytes) -> bool:
    return stored is not None and bool(json.loads(stored).get("legal")) and not json.loads(told).get("legal")


async def apply(redis: Client, keys: Keys, told: Memory, found: list[Difference]) -> None:
    """Make what is stored as the streams tell it. Nobody else may write meanwhile: moderation must be stopped."""
    pipe = redis.pipeline(transaction=True)
    for one in found:
        key = keys.key(one.key)
        if one.stays:
            continue
        if one.field is None:
            pipe.delete(key)
            if told.lists[one.key]:
                pipe.zadd(key, dict(told.lists[one.key].items()))
        elif one.told is not None:
            version = _greater(told.records[one.key].version, await redis.hget(key, "version"))
            pipe.hset(key, mapping={"version": version, one.field: _kept(one)})
        if (lives := told.fades.get(one.key)) is not None:
            pipe.pexpire(key, lives)
    await pipe.execute()


def _bare(field: str, value: bytes | None) -> object:
    """Without what lives for a day only; JSON by its meaning."""
    if value is None:
        return None
    try:
        document = json.loads(value)
    except ValueError:
        return value
    if field == "known" and isinstance(document, dict):
        return {name: part for name, part in document.items() if name not in LIVES}
    return document


def _kept(one: Difference) -> bytes:
    """What the streams do not tell stays."""
    told = one.told or b"{}"
    if one.field != "known" or one.stored is None:
        return told
    before, after = json.loads(one.stored), json.loads(told)
    return json.dumps({**after, **{name: before[name] for name in LIVES if name in before}}).encode()


def _greater(told: str, stored: bytes | None) -> str:
    """The version people and workers go by never goes back."""
    if stored is None:
        return told
    mine, theirs = ([int(part) for part in version.split(".")] for version in (told, stored.decode()))
    return told if mine >= theirs else stored.decode()
