"""How fast comments are decided, beside a list of words in a regular expression; and what each of them sees."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from services.moderation.budget import Budget
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from shared.comments import Verdict
from shared.events import CommentEnriched, CommentModerated, Event, seal, to_json
from shared.keys import Keys
from tests.bench.plain_words import plain_words
from tests.bench.remarks import LONGEST, PLANTED, SHORTEST, Remark, remarks
from tests.builders import NOW
from tests.faults.figures import Spread, spread
from tests.faults.server import Server

COMMENTS, ROUNDS = 2_000, 5
STEADY_PER_S, STEADY_S = 200, 10
AIM_PER_SECOND, AIM_P99_MS, AIM_END_P99_MS = 1_000, 25, 100
LANGUAGES = {"en": "English", "fa": "Persian", "ar": "Arabic"}
KEYS = Keys()
SOURCE, TARGET = KEYS.key(CommentEnriched.stream), KEYS.key(CommentModerated.stream)
Held = Callable[[CommentEnriched], bool]


@dataclass(frozen=True, slots=True)
class Engine:
    """Seconds a decision took; how many a second, beside the peer's; what either holds of what was planted."""

    took: Spread
    by_language: dict[str, float]
    per_second: float
    peer_per_second: float
    seen: int
    peer_seen: int
    planted: int


def moderation_rates() -> str:
    """A section in Markdown."""
    told = list(remarks(COMMENTS))
    engine = _engine(told)
    with _server() as url:
        flood, cost = (statistics.median(each) for each in zip(*(_flood(url, told) for _ in range(3)), strict=True))
        steady = _steady(url, told)
    took, end = engine.took, f"p50 {_ms(steady.p50)}, p99 {_ms(steady.p99)}"
    languages = ", ".join(f"{rate:,.0f} in {LANGUAGES[name]}" for name, rate in engine.by_language.items())
    ratio = engine.peer_per_second / engine.per_second
    return f"""## Moderation

{COMMENTS:,} made comments of {SHORTEST} to {LONGEST:,} characters in three languages, under the policy that comes
along, in one process; of each, the median of {ROUNDS} rounds. One in {1 / PLANTED:.0f} has something planted: a listed
word, also in disguise, a link, an address, a number; {engine.planted} of those are in English and Persian. The peer is
what many sites do: each language's words in one regular expression of Python's, one more for addresses and one for
numbers.

| | decisions/s | p50 | p99 | held of what was planted |
|---|--:|--:|--:|--:|
| the engine | **{engine.per_second:,.0f}** | {_ms(took.p50)} | {_ms(took.p99)} | {engine.seen} |
| the peer | {engine.peer_per_second:,.0f} | | | {engine.peer_seen} |
| the stage, from a real Redis and back | **{flood:,.0f}** | | | |

The engine takes {ratio:.1f} × the peer's time, each check kept to its own.
By language: {languages}. That policy has no list of Arabic
words, so such comments are held before words are looked for.
The stage takes {_ms(cost)} of a core for each: reading, deciding, committing, and counting for the author's record.
At {STEADY_PER_S} a second, from `comments.enriched` to `comments.moderated`: {end}.
The aims are {AIM_PER_SECOND:,} a second, {AIM_P99_MS} ms as p99 of a decision, and {AIM_END_P99_MS} ms from stream to
stream.

This section alone: `.venv/bin/python -m tests.bench.moderation_rate`"""


def _ms(seconds: float) -> str:
    return f"{seconds * 1_000:.1f} ms"


def _engine(told: Sequence[Remark]) -> Engine:
    rules, budget = load(), Budget(50, 250)

    def held(fact: CommentEnriched) -> bool:
        with budget.of_one_comment() as limit:
            return moderate(fact, rules, NOW, limit=limit).verdict is not Verdict.PUBLISH

    peer = plain_words()
    facts = [one.fact for one in told]
    # In turn, so that what else the machine does costs both.
    rounds = [(_each(facts, held), _each(facts, peer)) for _ in range(ROUNDS)]
    took = [statistics.median(each) for each in zip(*(ours for ours, _ in rounds), strict=True)]
    peers = [statistics.median(each) for each in zip(*(theirs for _, theirs in rounds), strict=True)]
    by_language = {
        name: 1 / statistics.mean(seconds for seconds, fact in zip(took, facts, strict=True) if _language(fact) == name)
        for name in LANGUAGES
    }
    # In Arabic everything is held for want of a list: to hold what was planted is no merit there.
    planted = [one.fact for one in told if one.plant and _language(one.fact) != "ar"]
    return Engine(
        spread(took),
        by_language,
        len(facts) / sum(took),
        len(facts) / sum(peers),
        sum(map(held, planted)),
        sum(map(peer, planted)),
        len(planted),
    )


def _each(facts: Sequence[CommentEnriched], held: Held) -> list[float]:
    seconds = []
    for fact in facts:
        began = time.perf_counter()
        held(fact)
        seconds.append(time.perf_counter() - began)
    return seconds


def _language(fact: CommentEnriched) -> str:
    return fact.facts.language if fact.facts else "und"


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="lightwire-bench-") as directory:
        server = Server(Path(directory), persistent=False)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@contextmanager
def _stage(url: str) -> Iterator[int]:
    environment = {"LIGHTWIRE_REDIS_URL": url, "LIGHTWIRE_MODERATION_PORT": "0"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, "-m", "services.moderation"], stdout=log, env=environment)
        try:
            yield process.pid
        finally:
            process.kill()
            process.wait()


def _event(one: Remark, number: int) -> bytes:
    """The same comment again is another comment."""
    id_ = f"c{number}"
    comment = one.fact.comment and one.fact.comment.model_copy(update={"id": id_})
    fact = one.fact.model_copy(update={"comment_id": id_, "comment": comment})
    return to_json(seal(fact, id=id_, source="/bench"))


def _flood(url: str, told: Sequence[Remark]) -> tuple[float, float]:
    """Decisions a second, from the first to the last by Redis' clock, and what each took of a core, in seconds.

    The second says something also where others are at work on the machine.
    """
    with Redis.from_url(url) as redis:
        redis.flushall()
        number = 3 * len(told)
        for n in range(number):
            redis.xadd(SOURCE, {"event": _event(told[n % len(told)], n)})
        with _stage(url) as pid:
            _wait(redis, 1)
            before, done = _worked(pid), int(redis.xlen(TARGET))
            _wait(redis, number)
            cost = (_worked(pid) - before) / (number - done)
        first, last = _at(redis.xrange(TARGET, count=1)), _at(redis.xrevrange(TARGET, count=1))
        return (number - 1) / max(1, last - first) * 1_000, cost


def _worked(pid: int) -> float:
    """Seconds of a core this process has had (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _steady(url: str, told: Sequence[Remark]) -> Spread:
    """Seconds from the entry to its decision, at an even pace; the first second warms up."""
    with Redis.from_url(url) as redis:
        redis.flushall()
        with _stage(url):
            redis.xadd(SOURCE, {"event": _event(told[0], 0)})
            _wait(redis, 1)
            number = STEADY_PER_S * STEADY_S
            began = time.monotonic()
            for n in range(1, number):
                time.sleep(max(0.0, began + n / STEADY_PER_S - time.monotonic()))
                redis.xadd(SOURCE, {"event": _event(told[n % len(told)], n)})
            _wait(redis, number)
        said = {f"c{n}": _at([row]) for n, row in enumerate(_rows(redis.xrange(SOURCE)))}
        decided = {}
        for row in _rows(redis.xrange(TARGET)):
            cause = Event[CommentModerated].model_validate_json(row[1][b"event"]).causationid
            decided[cause] = _at([row])
    return spread((decided[id_] - at) / 1_000 for id_, at in list(said.items())[STEADY_PER_S:])


def _wait(redis: "Redis", number: int) -> None:
    deadline = time.monotonic() + 120
    while (done := int(redis.xlen(TARGET))) < number:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{done} of {number} decisions after 120 s")
        time.sleep(0.02)


def _rows(answer: Any) -> list[Any]:
    return list(answer)


def _at(rows: Any) -> int:
    return int(rows[0][0].partition(b"-")[0])


if __name__ == "__main__":
    print(moderation_rates())
