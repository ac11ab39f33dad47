"""Sends comments through the front door in portions, waits for the engine's decision, then asks for theirs."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.commands.answers import Problem
from services.commands.cases import Case
from services.commands.dead import about
from services.commands.imports.told import Told
from services.commands.wire import follow
from shared import audit
from shared.comments import Verdict
from shared.dead_letters import scan, services
from shared.events import CommentModerated, CommentSubmitted, DecisionRefused, seal, to_json
from shared.keys import Keys, escape
from shared.streams import Client
from shared.tokens import signed

PORTION = 200
"""Comments on their way at once: what is in memory, and the most that is sent again after an interruption."""
_CAME = frozenset({("author", "in-a-minute"), ("repeat", "same"), ("thread", "closed")})
LOOK_EVERY_S = 0.05
LOOK_FOR_DEAD_S = 1.0


@dataclass
class Carrier:
    """One import on its way."""

    redis: Client
    keys: Keys
    source: str
    actor: str
    """Who imports, for the audit."""
    secret: str
    """Moderation's, where it takes nothing that is not signed."""
    patience_s: float
    as_shown: bool
    """Publish what was shown there without anybody's decision, though the rules here would hold it."""
    counts: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    """Of the last portion: id → why it did not come along."""
    _recorded: bool = False

    async def settle(self) -> None:
        """Wait until ingest has finished what was sent before: an import that was cut off may be among it.

        Raises Problem where it does not. Sent twice, a guest whose key is forgotten would contradict himself.
        """
        last, patience = await self._last(CommentSubmitted.stream), _Patience(self.patience_s)
        while last != "0-0" and not await self._finished(last):
            if patience.ended:
                raise Problem(
                    "ingest does not finish what was sent before: see `lightwire status`, then run this again"
                )
            await asyncio.sleep(LOOK_EVERY_S)

    async def _finished(self, entry: str) -> bool:
        key = self.keys.key(CommentSubmitted.stream)
        groups = {one["name"]: one for one in await self.redis.xinfo_groups(key)}
        if b"ingest" not in groups or _order(groups[b"ingest"]["last-delivered-id"].decode()) < _order(entry):
            return False
        pending = await self.redis.xpending(key, "ingest")
        return not pending["pending"] or _order(pending["min"].decode()) > _order(entry)

    async def carry(self, portion: Sequence[Told]) -> None:
        """One portion, all the way. Raises Problem where moderation does not answer in time."""
        self.refused = {}
        by_id = {one.id: one for one in portion}
        since = await self._last(CommentSubmitted.stream)
        # From before anything was looked at: what an import that was cut off has asked may be answered at any moment.
        cursors = {name: await self._last(name) for name in (CommentModerated.stream, DecisionRefused.stream)}
        standings = await self._standings(by_id)
        on_the_way = [one for one in portion if not _reached(standings.get(one.id), one)]
        sent = await self._submit(on_the_way)
        self.counts["already_there"] += len(portion) - len(on_the_way)
        standings |= await self._decided({one.id: one for one in on_the_way}, dict.fromkeys(sent, since))
        await self._ask([(one, case) for one in portion if (case := standings.get(one.id))], cursors)

    async def _submit(self, comments: Sequence[Told]) -> list[str]:
        """The ids of those sent. What ingest has taken already is not: it would only be recognised as a repeat."""
        sent = []
        pipe = self.redis.pipeline(transaction=False)
        for one in comments:
            pipe.hget(self.keys.key(f"ledger.comment:{escape(one.id)}"), "version")
        for one, version in zip(comments, await pipe.execute(), strict=True):
            if version is not None and int(version.split(b".")[0]) >= one.revision:
                self.counts["on_its_way_already"] += 1
                continue
            await self._record()
            event = seal(one.submission, id=one.event_id, source=self.source)
            await self.redis.xadd(self.keys.key(one.submission.stream), {"event": to_json(event)})
            self.counts["submitted"] += 1
            sent.append(one.id)
        return sent

    async def _decided(self, waiting: dict[str, Told], sent: dict[str, str]) -> dict[str, Case]:
        """The decision on each, without those that died on the way; ``sent``: after which entry they were."""
        found: dict[str, Case] = {}
        patience, quiet = _Patience(self.patience_s), _Patience(LOOK_FOR_DEAD_S)
        while waiting:
            standings = await self._standings(waiting)
            ready = {id_: case for id_, case in standings.items() if _reached(case, waiting[id_])}
            found |= ready
            died: dict[str, str] = {}
            if quiet.ended and not ready:
                died = await self._died(waiting, sent)
                quiet.begin()
            self.refused |= died
            for id_ in (*ready, *died):
                del waiting[id_]
            if ready or died:
                patience.begin()
                quiet.begin()
            elif patience.ended:
                raise Problem(
                    f"moderation has not decided about {len(waiting)} comments for {self.patience_s:.0f} s: "
                    "see `lightwire status`, then run this again; it goes on where it stopped"
                )
            await asyncio.sleep(LOOK_EVERY_S if waiting else 0)
        return found

    async def _standings(self, ids: Sequence[str] | dict[str, Told]) -> dict[str, Case]:
        pipe = self.redis.pipeline(transaction=False)
        for id_ in ids:
            pipe.hget(self.keys.key(f"moderation:{escape(id_)}"), "standing")
        stored = zip(ids, await pipe.execute(), strict=True)
        return {id_: Case(id_, json.loads(standing)) for id_, standing in stored if standing}

    async def _died(self, waiting: dict[str, Told], sent: dict[str, str]) -> dict[str, str]:
        """Of those that were sent just now, only what died since: an older letter is about an older attempt."""
        died = {}
        for service in await services(self.redis, self.keys):
            async for letter in scan(self.redis, self.keys, service):
                id_ = about(letter)
                if id_ is not None and id_ in waiting and _order(letter.id) >= _order(sent.get(id_, "0-0")):
                    died[id_] = f"it died in {service} ({letter.died.reason}): `lightwire dead list`"
        return died

    async def _ask(self, decided: Sequence[tuple[Told, Case]], cursors: dict[str, str]) -> None:
        """For the decisions taken there, where they are not what holds here; then wait for the answers."""
        asked: dict[str, str] = {}
        for one, case in decided:
            verdict = wanted(one, case, as_shown=self.as_shown)
            if verdict is None:
                self.counts["left_as_decided_here"] += 1
                continue
            await self._record()
            wish, id_ = one.request(verdict, *case.seen), one.request_id(case.seen[1])
            wish = wish.model_copy(update={"at": datetime.now(UTC)})
            event = to_json(seal(signed(self.secret, wish, id_), id=id_, source=self.source))
            await self.redis.xadd(self.keys.key(wish.stream), {"event": event})
            asked[id_] = one.id
        patience = _Patience(self.patience_s)
        while asked and not patience.ended:
            for seen in await follow(self.redis, self.keys, cursors, block_ms=200):
                if comment := asked.pop(str(seen.event.get("causationid")), None):
                    patience.begin()
                    refused = seen.stream == DecisionRefused.stream
                    self.counts["decision_refused" if refused else "decided_as_there"] += 1
                    if refused:
                        self.refused[comment] = f"its decision: {seen.data.get('detail')}"
        for comment in asked.values():
            self.refused[comment] = "its decision was asked for, and moderation has not answered yet"

    async def _record(self) -> None:
        """Once, before anything is sent: who is named in a decision did not act here and now, whoever imports did."""
        if not self._recorded:
            await audit.record(self.redis, self.keys, self.actor, "import", self.source)
            self._recorded = True

    async def _last(self, stream: str) -> str:
        last = await self.redis.xrevrange(self.keys.key(stream), count=1)
        return last[0][0].decode() if last else "0-0"


class _Patience:
    """Ends when nothing has happened for so long; it grows with nothing else, so a slow stage is waited for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.begin()

    def begin(self) -> None:
        self._end = asyncio.get_running_loop().time() + self._seconds

    @property
    def ended(self) -> bool:
        return asyncio.get_running_loop().time() > self._end


def wanted(one: Told, case: Case, *, as_shown: bool) -> Verdict | None:
    """What to ask for; ``None`` where what holds here shall hold.

    Who decided here, or edited or took back, has the last word. What a person decided there is decided so here. Where
    no person did, the more severe of there and here holds: a rule of another system lets nothing through here. But
    what only the import itself brought about, such as many at once, says nothing against a comment.
    """
    here, (revision, _) = case.decision, case.seen
    if revision != one.revision or case.body is None or here.get("actor", {}).get("kind") != "engine":
        return None
    holds = Verdict(here["verdict"])
    if one.by is not None:
        # A person by name is on the record, also where the engine thought the same.
        same = one.verdict is (Verdict.PUBLISH if shows(holds) else holds)
        return None if same and one.by == one.system else one.verdict
    if one.verdict is Verdict.PUBLISH and not shows(holds):
        return Verdict.PUBLISH if by_the_way(here) or (as_shown and holds is Verdict.HOLD) else None
    return one.verdict if one.verdict.severity > holds.severity else None


def shows(verdict: Verdict) -> bool:
    """Does the public see it?"""
    return verdict in (Verdict.PUBLISH, Verdict.FLAG)


def by_the_way(decision: Mapping[str, Any]) -> bool:
    """True where all that the rules found is how it came: with many others of its author, or into a thread that is
    closed by now. Years ago neither was so."""
    evidence = [one for hit in decision.get("hits", ()) for one in hit.get("evidence", ())]
    return bool(evidence) and not decision.get("unknown") and all(
        (one.get("check"), one.get("kind")) in _CAME for one in evidence
    )  # fmt: skip


def _reached(case: Case | None, one: Told) -> bool:
    return case is not None and case.seen[0] >= one.revision


def _order(entry: str) -> tuple[int, ...]:
    return tuple(map(int, entry.split("-")))
