"""`lightwire trace`: everything that happened to one article or comment."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.text import Text

from services.commands.answers import (
    AsJson,
    Problem,
    answer,
    clock,
    iso,
    milliseconds,
    out,
    print_json,
    printable,
    span,
)
from services.commands.redis_at import Place
from services.commands.standing import Trail, ignored, stands, story_of
from services.commands.wire import Seen, entries, filled, streams
from services.commands.wire import place as place_of
from shared.keys import Keys, escape
from shared.streams import PARKED, Client


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; ``delay_ms`` counts from the submission that led to it."""

    seen: Seen
    delay_ms: int | None
    waits: str
    note: str = ""
    """Why nothing came of it."""


def trace(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The newsroom's id of an article, or a comment's id.")],
    since: Annotated[str, typer.Option(help="Look no further back: 10m, 2h, 1d, or an RFC 3339 time.")] = "",
    comments: Annotated[bool, typer.Option("--comments", help="With an article, its comments too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell all that happened to one article or comment.

    In order: each event with its delay since the submission that led to it, decisions, receipts, trouble; last, where
    it stands now.

    Exit codes: 0 found; 1 nothing is known of this id; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire trace urn:newsml:desk.example:1
    """
    place: Place = ctx.obj

    async def work() -> None:
        start = str(max(0, milliseconds(since))) if since else "-"
        async with place.open() as redis:
            steps = await _steps(redis, place.keys, id_, start, comments=comments)
            receipts = await _receipts(redis, place.keys, id_)
            seen = [step.seen for step in steps]
            state = await _state(redis, place.keys, story_of(id_, seen))
        now = stands(Trail(id_, seen, [step.waits for step in steps if step.waits], state))
        if not steps and not receipts:
            raise Problem(
                f"nothing is known of {id_}: ids are case-sensitive; "
                "`lightwire tail articles.submitted --from 0` lists them"
            )
        if as_json:
            print_json({"id": id_, "events": [_told(step) for step in steps], "receipts": receipts, "now": now})
            return
        day = ""
        for step in steps:
            if (today := iso(step.seen.at)[:10]) != day:
                day = today
                out.print(f"{day} (UTC)")
            _print(step, id_)
        for receipt in receipts:
            shows = f"shows revision {receipt.get('revision')}, sequence {receipt.get('sequence')}"
            out.print(f"{printable(receipt['channel'])} {shows}")
        out.print(Text(f"now: {printable(now)}", style="bold"))

    answer(work(), where=place.shown)


async def _steps(redis: Client, keys: Keys, id_: str, start: str, *, comments: bool) -> list[Step]:
    # The id as it stands in JSON, escaped as little and as much as producers may: a look at the bytes spares parsing.
    needles = {json.dumps(id_, ensure_ascii=flag)[1:-1].encode() for flag in (True, False)}
    found: list[Seen] = []
    for stream in await streams(redis, keys):
        async for seen in entries(redis, keys, stream, start):
            raw = b"".join(seen.fields.values())
            if any(needle in raw for needle in needles):
                seen = await filled(redis, keys, seen)
                if _about(seen, id_, comments=comments):
                    found.append(seen)
    found.sort(key=lambda seen: (seen.at, place_of(seen.stream), int(seen.entry.split("-")[1])))
    times: dict[str, int] = {}
    for seen in found:
        # A newsroom may repeat an event id: what stems from it stems from the first.
        times.setdefault(str(seen.event.get("id")), seen.at)
    nothing_came, steps = ignored(found), []
    for seen in found:
        note = f"ignored: {nothing_came[seen.entry]}" if seen.entry in nothing_came else ""
        waits = await _waits(redis, keys, seen)
        steps.append(Step(seen, _delay(seen, times), "" if note else waits, note))
    return steps


def _delay(seen: Seen, times: dict[str, int]) -> int | None:
    if seen.stream.endswith(".submitted"):
        return None
    own = str(seen.event.get("id"))
    causes = (str(seen.event.get(name)) for name in ("correlationid", "causationid"))
    start = next((times[cause] for cause in causes if cause != own and cause in times), None)
    return None if start is None else seen.at - start


def _about(seen: Seen, id_: str, *, comments: bool) -> bool:
    if seen.stream.startswith("dead."):
        original = Seen("", seen.entry, {b"event": seen.fields.get(b"original.event", b"")})
        return id_ in (seen.subject, original.subject)
    data = seen.data
    if data.get("comment_id") or seen.type.startswith("comment."):
        # A rendition of a comment has the article as its subject; a long thread would drown the story.
        return id_ == (data.get("comment_id") or seen.subject) or (comments and data.get("article_id") == id_)
    return id_ in (seen.subject, data.get("article_id"), data.get("target"))


async def _waits(redis: Client, keys: Keys, seen: Seen) -> str:
    """Who still has to finish this entry, where somebody has."""
    key, told = keys.key(seen.stream), []
    groups = await redis.xinfo_groups(key)
    if not groups and seen.stream.endswith(".submitted"):
        return "waits for ingest, which has never run here"
    for group in groups:
        name = group["name"].decode()
        rows = await redis.xpending_range(key, name, min=seen.entry, max=seen.entry, count=1)
        if rows and rows[0]["consumer"] == PARKED.encode():
            why = (await redis.hget(keys.why(name, seen.stream), seen.entry) or b"").decode("utf-8", "replace")
            told.append(f"parked in {name} after {rows[0]['times_delivered']} attempts: {why}")
        elif rows:
            told.append(f"in work in {name}, attempt {rows[0]['times_delivered']}")
        elif _order(group["last-delivered-id"].decode()) < _order(seen.entry):
            told.append(f"waits for {name}")
    return "; ".join(told)


def _order(entry: str) -> tuple[int, ...]:
    return tuple(map(int, entry.split("-")))


async def _receipts(redis: Client, keys: Keys, id_: str) -> list[dict[str, Any]]:
    stored = await redis.hgetall(keys.key(f"receipts:{escape(id_)}"))
    return [{"channel": name.decode(), **json.loads(value)} for name, value in sorted(stored.items())]


async def _state(redis: Client, keys: Keys, article: str) -> dict[str, Any]:
    """What delivery remembers of the story; empty where nothing."""
    found = json.loads(await redis.hget(keys.key(f"article:{escape(article)}"), "state") or b"{}")
    return found if isinstance(found, dict) else {}


def _facts(seen: Seen) -> dict[str, Any]:
    """What is worth telling of an event, without any text of the story."""
    data = seen.data
    names = (
        "revision",
        "sequence",
        "status",
        "change",
        "action",
        "comment_id",
        "channel",
        "position",
        "what",
        "request",
        "why",
        "kind",
        "mode",
        "queue",
        "reason",
        "detail",
        "died_in",
        "attempts",
    )
    facts = {name: data[name] for name in names if data.get(name) is not None}
    enrichment = data.get("enrichment")
    if isinstance(enrichment, dict) and isinstance(enrichment.get("missing"), list) and enrichment["missing"]:
        facts["missing"] = ", ".join(str(name) for name in enrichment["missing"])
    decision = data.get("decision", data if seen.stream == "moderation.commands" else None)
    if isinstance(case := data.get("case"), dict):
        facts["queue"] = case.get("queue")
        if case.get("closed_by"):
            facts["by"] = case["closed_by"]
    if isinstance(decision, dict):
        actor = decision.get("actor")
        facts |= {name: decision[name] for name in ("verdict", "rule", "reason") if decision.get(name)}
        if isinstance(actor, dict):
            # A person by name: who reads a trace may know it, readers never do.
            facts["by"] = actor.get("id") if actor.get("kind") == "human" else actor.get("kind")
    for document in (data, data.get("article")):
        if isinstance(document, dict) and document.get("embargoed_until"):
            facts["embargoed_until"] = document["embargoed_until"]
    return facts


def _told(step: Step) -> dict[str, Any]:
    seen = step.seen
    return {
        "at": iso(seen.at), "stream": seen.stream, "entry": seen.entry, "type": seen.event.get("type"),
        "subject": seen.subject, "event": seen.event.get("id"), "cause": seen.event.get("causationid"),
        "delay_ms": step.delay_ms, "waits": step.waits or None,
        "note": step.note or None, **_facts(seen),
    }  # fmt: skip


def _print(step: Step, id_: str) -> None:
    seen, facts = step.seen, _facts(step.seen)
    words = [f"r{facts.pop('revision')}"] if "revision" in facts else []
    words += [f"seq {facts.pop('sequence')}"] if "sequence" in facts else []
    words += [printable(seen.subject)] if seen.subject != id_ and "comment_id" not in facts else []
    words += [str(facts.pop(name)) for name in ("status", "change", "action") if name in facts]
    words += [f"{name} {printable(value)}" for name, value in facts.items()]
    delay = "" if step.delay_ms is None else f"+{span(step.delay_ms)}"
    style = "red" if seen.stream.startswith("dead.") else ""
    out.print(Text(f"{clock(seen.at)} {delay:>8}  {seen.stream:<20} {' · '.join(words)}", style=style))
    if trouble := step.note or step.waits:
        out.print(Text(f"{'':>21}  ↳ {printable(trouble)}", style="dim" if step.note else "yellow"))
