"""A site that is killed again and again while its newsroom writes and readers read.

``python -m tests.faults.site_kills --short`` or ``--long``.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import httpx
from redis.asyncio import Redis
from rich.console import Console

from shared.events import RenditionFact
from tests.faults import auditor, site_ending
from tests.faults.server import Server
from tests.faults.site_traffic import PAGES, Newsroom, Story, word
from tests.faults.site_watch import LISTS, Watch
from tests.pipeline.site_house import tell_at_once
from tests.server import free_port


@dataclass(frozen=True)
class Scale:
    """How much of everything. ``life_s``: for which a site answers at most before it is killed."""

    kills: int
    articles: int = 30
    readers: int = 3
    turns_per_s: int = 40
    life_s: float = 0.8


SHORT, LONG = Scale(50), Scale(200, life_s=1.5)


@dataclass
class Site:
    """The real process, with a seeded bug inside where ``mutant`` names one."""

    environment: dict[str, str]
    log: BinaryIO
    mutant: str | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; it listens before it has read anything."""
        module = ("services.site",) if self.mutant is None else ("tests.faults.child", "site")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module], env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    @property
    def alive(self) -> bool:
        """False where it ended by itself."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> int | None:
        """SIGKILL; the exit code it had by then, ``None`` if it was alive."""
        assert self.process is not None
        code = self.process.poll()
        self.process.kill()
        self.process.wait()
        return code


@dataclass
class Run:
    """One run and what takes part in it."""

    scale: Scale
    newsroom: Newsroom
    watch: Watch
    redis: "Redis"
    client: httpx.AsyncClient
    site: Site
    dice: random.Random
    ended: bool = False
    etags: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)

    async def write(self) -> None:
        """Say one thing after the other until the run ends, then what is still owed."""
        while not self.ended:
            await self._say(*self.newsroom.turn())
            await asyncio.sleep(self.dice.expovariate(self.scale.turns_per_s))
        for one, facts in self.newsroom.settle():
            await self._say(one, facts)

    async def _say(self, one: Story, facts: list[RenditionFact]) -> None:
        """As delivery does: everything of one commit at once, or nothing of it."""
        await tell_at_once(self.redis, *facts)
        if any(fact.sequence in self.newsroom.said[one.id] for fact in facts):
            self.watch.written[one.id] = max(fact.sequence for fact in facts)

    async def read(self) -> None:
        """Ask for this and that until the run ends."""
        while not self.ended:
            try:
                await self.ask()
            except httpx.TransportError:
                self.watch.answers["no answer"] += 1
                await asyncio.sleep(0.02)

    async def ask(self) -> None:
        """One question of one reader."""
        chance, article = self.dice.random(), self.dice.choice(self.newsroom.stories).id
        if chance < 0.6:
            await self._look(article, self.dice.choice(list(PAGES)))
            return
        address = self.dice.choice(LISTS)
        if whole := chance < 0.92:
            asked = address
        else:
            asked = f"/en/search?q={word(article, self.dice.randint(1, max(1, self.watch.written.get(article, 1))))}"
        floor = self.watch.floor()
        answer = await self.client.get(asked)
        if self._counts(answer) and answer.status_code == 200:
            self.watch.listing(floor, asked, answer.text, whole=whole)

    async def _look(self, article: str, rendition: str) -> None:
        address, floor = PAGES[rendition].format(article), self.watch.floor()
        tag, status, body = self.etags.get(address, ("", 0, b""))
        answer = await self.client.get(address, headers={"If-None-Match": tag} if tag else {})
        if not self._counts(answer):
            return
        if answer.status_code != 304:
            status, body = answer.status_code, answer.content
            if status == 200:
                self.etags[address] = answer.headers["etag"], status, body
        self.watch.page(floor, article, rendition, status, body)

    def _counts(self, answer: httpx.Response) -> bool:
        self.watch.answered_with(answer.status_code)
        return answer.status_code != 503

    async def kill(self) -> None:
        """Kill it at any moment of its life and start it again, so many times."""
        for number in range(self.scale.kills):
            self._start()
            # One in three does not get as far as to answer.
            if self.dice.random() < 2 / 3:
                await self._answers()
            await asyncio.sleep(self.dice.uniform(0.0, self.scale.life_s))
            if (code := self.site.kill()) is not None:
                self.watch.found("sites that fell", f"{number}: ended with {code}")
        self._start()
        self.ended = True

    async def _answers(self) -> None:
        """Wait until it shows something, or has fallen."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.site.alive:
            try:
                if (await self.client.get("/health")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.02)

    def _start(self) -> None:
        self.watch.starts()
        self.site.start()


@dataclass(frozen=True)
class Result:
    """The verdict on a run and what is worth telling about it."""

    verdict: auditor.Verdict
    facts: dict[str, str]
    answered: int
    """Of how many sites readers had an answer before they were killed."""


async def run(scale: Scale, seed: int, directory: Path, *, mutant: str | None = None) -> Result:
    """Run it all on a server of its own under ``directory``, where the site's file and its log stay."""
    server = Server(directory, persistent=False)
    server.start()
    port, folder = free_port(), directory / "site"
    environment = os.environ | {
        "LIGHTWIRE_REDIS_URL": server.url, "LIGHTWIRE_SITE_PORT": str(port), "LIGHTWIRE_LOG_LEVEL": "warning",
        "LIGHTWIRE_SITE_DB": str(folder / "site.sqlite3"), "LIGHTWIRE_FAULT_MUTANT": mutant or "",
        "LIGHTWIRE_SITE_FRONT_STORIES": "100", "LIGHTWIRE_BLOCK_MS": "200",
    }  # fmt: skip
    newsroom = Newsroom(seed, scale.articles)
    watch = Watch(newsroom)
    with (directory / "site.log").open("ab") as log:
        site = Site(environment, log, mutant)
        try:
            async with (
                Redis.from_url(server.url) as redis,
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
            ):
                one = Run(scale, newsroom, watch, redis, client, site, random.Random(seed))
                await asyncio.gather(one.write(), one.kill(), *(one.read() for _ in range(scale.readers)))
                receipts = await site_ending.judge(watch, redis, client, folder)
            kind = server.kind
        finally:
            if site.process is not None:
                site.kill()
            server.stop()
    facts = {
        "server": kind,
        "kills": f"{scale.kills}, {watch.answered} of them after it had answered",
        "said": f"{sum(map(len, newsroom.said.values())):,} times, of {scale.articles} stories",
        "answers": ", ".join(f"{count:,} × {status}" for status, count in sorted(watch.answers.items())),
        "receipts": receipts,
    }
    return Result(auditor.Verdict(watch.violations), facts, watch.answered)


def main() -> int:
    """0 if no check found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    scale = parser.add_mutually_exclusive_group(required=True)
    scale.add_argument("--short", action="store_const", const=SHORT, dest="scale", help="one minute")
    scale.add_argument("--long", action="store_const", const=LONG, dest="scale", help="eight minutes")
    parser.add_argument("--mutant", help="a seeded bug of tests/faults/site_mutations.py")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="same seed, same traffic and kills")
    asked = parser.parse_args()
    console = Console(width=120 if not sys.stdout.isatty() else None)
    console.print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="lightwire-site-") as scratch:
        result = asyncio.run(run(asked.scale, asked.seed, Path(scratch), mutant=asked.mutant))
    auditor.show(result.verdict, result.facts, console)
    return 0 if result.verdict.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
