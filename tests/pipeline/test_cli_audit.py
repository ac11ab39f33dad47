"""The chain of audit records: whatever was taken out, changed or cut off at its end is noticed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared import audit
from shared.asking import ask
from shared.cases import HoldKind, Role, SanctionKind
from shared.comments import Actor
from shared.events import ActionRecorded, HoldRequested, SanctionRequested
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.cli_case import Case
from tests.server import Server

KEYS = Keys()
STREAM, HEAD = KEYS.key(audit.STREAM), KEYS.key(audit.HEAD)


async def ended(url: str, folder: Path) -> tuple[int, str]:
    """How `lightwire moderation audit` ends, and what it says about it."""
    found = await asyncio.to_thread(Case(url, None, folder).run, "moderation", "audit")
    return found.exit_code, found.stderr


async def acts(redis: Client) -> None:
    for what, detail in (("decision.hold", "He is cruel."), ("sanction.ban", ""), ("policy", "")):
        await audit.record(redis, KEYS, "omid", what, "c1", detail, asked="seen 1.0", event="e1")


async def put_back(redis: Client, records: list[dict[str, Any]]) -> None:
    await redis.delete(STREAM)
    for one in records:
        await redis.xadd(STREAM, {"event": json.dumps(one)})


async def last_gone(redis: Client, _: list[dict[str, Any]]) -> None:
    for id_, _fields in (await redis.xrange(STREAM))[-2:]:
        await redis.xdel(STREAM, id_)


async def all_gone(redis: Client, _: list[dict[str, Any]]) -> None:
    await redis.delete(STREAM)


async def head_gone(redis: Client, _: list[dict[str, Any]]) -> None:
    await redis.delete(HEAD)


async def middle_gone(redis: Client, records: list[dict[str, Any]]) -> None:
    await put_back(redis, [records[0], records[2]])


async def one_more(redis: Client, records: list[dict[str, Any]]) -> None:
    await put_back(redis, [*records, {**records[2], "data": audit.chained(
        "mallory", "policy", "policy", records[2]["data"]["hash"]).model_dump(mode="json")}])  # fmt: skip


def rewritten(**fields: object) -> Callable[[Client, list[dict[str, Any]]], Awaitable[None]]:
    async def rewrite(redis: Client, records: list[dict[str, Any]]) -> None:
        records[0]["data"] |= fields
        await put_back(redis, records)

    return rewrite


TAMPERED = {
    "the last two are gone": last_gone, "all are gone": all_gone, "its end is forgotten": head_gone,
    "one in the middle is gone": middle_gone, "one more stands at the end": one_more,
    "other words": rewritten(detail="He asked me to."), "another decision seen": rewritten(asked="seen 2.0"),
    "another request": rewritten(event="e2"), "somebody else": rewritten(actor="parisa"),
    "an older form": rewritten(form=1),
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
async def test_a_chain_somebody_tampered_with_is_broken(
    redis: Client, redis_server: Server, tmp_path: Path, tamper: Callable[..., Awaitable[None]]
) -> None:
    await acts(redis)
    before = await ended(redis_server.url, tmp_path)
    records = [json.loads(fields[b"event"]) for _, fields in await redis.xrange(STREAM)]

    await tamper(redis, records)

    assert before == (0, "")
    code, said = await ended(redis_server.url, tmp_path)
    assert code == 1
    assert "the chain is broken" in said or "the chain does not end where" in said


async def test_records_of_the_older_form_stay_whole_with_new_ones_after_them(
    redis: Client, redis_server: Server, tmp_path: Path
) -> None:
    at = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)
    hashed = sha256("\n".join(("", "omid", "dead.drop", "ingest/1-1", at.isoformat())).encode()).hexdigest()
    old = ActionRecorded(actor="omid", action="dead.drop", target="ingest/1-1", at=at, previous="", hash=hashed)
    await redis.xadd(STREAM, {"event": audit.written(old)})
    await redis.set(HEAD, hashed)

    await acts(redis)

    assert await ended(redis_server.url, tmp_path) == (0, "")


async def test_the_record_of_a_hold_says_which_revision_was_let_go(redis: Client) -> None:
    wish = HoldRequested(
        actor=Actor(kind="human", id="omid"), role=Role.EDITOR, article_id="a", kind=HoldKind.SAFETY, lift=True,
        revision=3,
    )  # fmt: skip

    await ask(redis, KEYS, wish, secret="", source="/test")
    ((_, fields),) = await redis.xrange(STREAM)

    record = json.loads(fields[b"event"])["data"]
    assert (record["action"], record["asked"]) == ("hold.lift.safety", "revision 3")


async def test_the_record_says_what_exactly_was_asked_and_by_which_request(redis: Client) -> None:
    wish = SanctionRequested(
        actor=Actor(kind="human", id="omid"), role=Role.EDITOR, author_id="u", kind=SanctionKind.SUSPEND,
        section="Sport", until=datetime(2026, 12, 1, tzinfo=UTC), reason="insult", note="Three times.",
    )  # fmt: skip

    id_ = await ask(redis, KEYS, wish, secret="", source="/test")
    ((_, fields),) = await redis.xrange(STREAM)

    record = json.loads(fields[b"event"])["data"]
    assert {name: record[name] for name in ("action", "target", "detail", "asked", "event")} == {
        "action": "sanction.suspend", "target": "u", "detail": "Three times.",
        "asked": "until 2026-12-01T00:00:00+00:00, in Sport, reason insult", "event": id_,
    }  # fmt: skip
