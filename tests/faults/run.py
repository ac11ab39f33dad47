"""One run: traffic, faults, and the audit. ``python -m tests.faults.run --short`` or ``--long``."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from rich.console import Console

from services.moderation.policy_files import DEFAULT
from shared.keys import Keys
from tests.faults import auditor, figures, traffic
from tests.faults.calamity import Damage, Plan, strike
from tests.faults.checks import Case
from tests.faults.mutations import MUTATIONS
from tests.faults.publisher import Published, publish
from tests.faults.reading import Evidence, collect, unfinished
from tests.faults.server import Server
from tests.faults.workers import SERVICES, Workers

KEYS = Keys()


@dataclass(frozen=True)
class Scale:
    """How much of everything. ``seconds``: while traffic is published and faults happen."""

    article_events: int
    comments: int
    seconds: float
    plan: Plan
    transient: float = 0.01
    poison: float = 0.001
    drain_s: float = 120
    appendfsync: str = "always"
    claim_after_ms: int = 2_000
    services: tuple[str, ...] = SERVICES
    repeats: float = 0.02


SHORT = Scale(1_000, 3_000, 30, Plan(kills=12, stalls=4, redis_kills=1, power_cuts=1), poison=0.002)
LONG = Scale(
    10_000, 50_000, 480, Plan(kills=200, stalls=30, redis_kills=10, power_cuts=10), drain_s=300
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The verdict on a run and what is worth telling about it."""

    verdict: auditor.Verdict
    facts: dict[str, str]


def environment(scale: Scale, url: str, seed: int, mutant: str | None) -> dict[str, str]:
    """What the workers are told: short waits, so that a run of minutes sees what production sees in days."""
    told = {
        "REDIS_URL": url, "LOG_LEVEL": "warning",
        "CLAIM_AFTER_MS": scale.claim_after_ms, "CLAIM_EVERY_MS": 250, "BACKOFF_BASE_MS": 100,
        "MAX_ATTEMPTS": 12, "TRIM_EVERY_MS": 5_000, "COMMENT_RENDER_DELAY_MS": 2_000,
        "FAULT_TRANSIENT": scale.transient, "FAULT_SEED": seed, "FAULT_MUTANT": mutant or "",
    }  # fmt: skip
    ports = dict.fromkeys(("INGEST_PORT", "ENRICHMENT_PORT", "MODERATION_PORT", "DELIVERY_PORT", "SITE_PORT"), 0)
    return {f"LIGHTWIRE_{name}": str(value) for name, value in (told | ports).items()}


REPEATS = ("repeats", "too-many", "raid")


def patient_policy(folder: Path) -> Path:
    """The policy that comes along, without a say for the rules on repeats: a thousand made comments are all alike."""
    shutil.copytree(DEFAULT.parent / "wordlists", folder / "wordlists")
    text = DEFAULT.read_text("utf-8")
    for rule in REPEATS:
        named = f'id = "{rule}"\n'
        assert named in text
        text = text.replace(named, named + 'mode = "shadow"\n')
    (folder / "policy.toml").write_text(text, "utf-8")
    return folder / "policy.toml"


async def run(scale: Scale, seed: int, directory: Path, *, mutant: str | None = None) -> Result:
    """Run it all on a server of its own under ``directory``, where its log and the workers' log stay."""
    plan = traffic.make(seed, scale.article_events, scale.comments, poison=scale.poison, repeats=scale.repeats)
    server = Server(directory, appendfsync=scale.appendfsync, clock=scale.plan.jumps > 0)
    server.start()
    told = environment(scale, server.url, seed, mutant)
    told["LIGHTWIRE_POLICY_FILE"] = str(patient_policy(directory / "policy"))
    workers = Workers(told, directory / "workers.log", services=scale.services)
    try:
        kind = server.kind
        if mutant is not None and (library := MUTATIONS[mutant].library()) is not None:
            with Redis.from_url(server.url) as redis:
                redis.function_load(library, replace=True)
        workers.start()
        with Redis.from_url(server.url) as redis:
            await _ready(redis, len(workers.alive))
        published, damage = await asyncio.gather(
            publish(server.url, KEYS, plan.submissions, scale.seconds),
            strike(scale.plan, scale.seconds, seed, workers, server),
        )
        with Redis.from_url(server.url) as redis:
            await _drain(redis, workers, scale.drain_s)
            drained = time.time()
            fallen = workers.fallen + await asyncio.to_thread(workers.stop)
            evidence = await asyncio.to_thread(collect, redis, KEYS)
    finally:
        await asyncio.to_thread(workers.stop)
        server.stop()
    case = Case(plan, published, evidence, fallen)
    facts = _told(kind, plan, published, damage, evidence, drained, server)
    whole = scale.services == SERVICES
    return Result(auditor.audit(case, auditor.CHECKS if whole else auditor.ONE_STAGE), facts)


async def _ready(redis: Redis, count: int) -> None:
    """Wait until so many workers have said that they read: starting all at once is not what is measured."""
    deadline = time.monotonic() + 60
    while len(list(redis.scan_iter(KEYS.key("worker:*"), count=1000))) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"fewer than {count} workers are reading after 60 s; see their log")
        await asyncio.sleep(0.1)


async def _drain(redis: Redis, workers: Workers, seconds: float) -> None:
    """Wait until nothing is left to do, seen twice; the audit tells what is left if that does not come."""
    deadline, quiet = time.monotonic() + seconds, 0
    while quiet < 2 and time.monotonic() < deadline:
        workers.tend()
        quiet = 0 if await asyncio.to_thread(unfinished, redis, KEYS) else quiet + 1
        await asyncio.sleep(0.3)


def _told(
    kind: str, plan: traffic.Traffic, published: Published, damage: Damage, evidence: Evidence,
    drained: float, server: Server,
) -> dict[str, str]:  # fmt: skip
    def line(values: list[float]) -> str:
        if not values:
            return "nothing to measure"
        found = figures.spread(values)
        return f"p50 {found.p50:.2f} s, p99 {found.p99:.2f} s, max {found.worst:.2f} s ({found.count})"

    articles, comments = evidence.about("articles.submitted"), evidence.about("comments.submitted")
    cut = (
        f"{damage.bytes_cut:,} bytes cut off, half-written rewrites among them"
        if server.cuts_power
        else "no C compiler: plain kills"
    )
    return {
        "server": kind,
        "article events": f"{len(articles):,} on {len(plan.articles):,} articles",
        "comments": f"{len(comments):,} events on {len(plan.comments):,} comments",
        "poison": f"{plan.poison}",
        "faults": ", ".join(f"{count} × {name}" for name, count in sorted(damage.done.items())) or "none",
        "power cuts": cut if damage.done.get("power cut") else "none",
        "publisher's repeats": str(published.repeated),
        "submitted → renditions.full": line(figures.articles(evidence)),
        "submitted → renditions.light": line(figures.articles(evidence, "renditions.light")),
        "comment submitted → decided": line(figures.comments(evidence)),
        "Redis away": line([ended - began for began, ended in damage.outages]),
        "recovery after its return": line(figures.recoveries(evidence, damage.outages)),
        "drain": f"{max(0.0, drained - published.ended):.1f} s",
    }


def main() -> int:
    """0 if no check found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    scale = parser.add_mutually_exclusive_group(required=True)
    scale.add_argument("--short", action="store_const", const=SHORT, dest="scale", help="one minute")
    scale.add_argument("--long", action="store_const", const=LONG, dest="scale", help="about ten minutes")
    parser.add_argument("--mutant", help="a seeded bug of tests/faults/mutations.py")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="same seed, same traffic and faults")
    parser.add_argument("--keep", type=Path, help="an empty directory for the logs, kept")
    asked = parser.parse_args()
    console = Console(width=120 if not sys.stdout.isatty() else None)
    console.print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="lightwire-faults-") as scratch:
        result = asyncio.run(run(asked.scale, asked.seed, asked.keep or Path(scratch), mutant=asked.mutant))
    auditor.show(result.verdict, result.facts, console)
    return 0 if result.verdict.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
