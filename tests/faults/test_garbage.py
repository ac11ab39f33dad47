"""Whatever is put on the submitted streams, the good behind it flows, and each bad entry says what is wrong."""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from shared.events import ArticleSubmitted, CommentSubmitted
from shared.keys import Keys
from tests.faults import garbage
from tests.faults.calamity import Plan
from tests.faults.reading import Letter, collect, entry_id, unfinished
from tests.faults.run import Scale, environment
from tests.faults.server import Server
from tests.faults.workers import Workers

KEYS = Keys()
SUBMITTED = (ArticleSubmitted.stream, CommentSubmitted.stream)
CASES = [(stream, what) for stream in SUBMITTED for what in garbage.bad(stream)]
REASONS = {"undecodable", "rejected"}


class Aftermath:
    """What the door made of it: dead letters by (stream, what was wrong), ids that were admitted."""

    def __init__(self) -> None:
        self.letters: dict[tuple[str, str], list[Letter]] = {}
        self.admitted: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """One door, all of it at once: a good entry before the bad ones, one after each, on both streams."""
    folder = tmp_path_factory.mktemp("garbage")
    server = Server(folder)
    server.start()
    told = environment(Scale(0, 0, 0, Plan(), transient=0), server.url, 1, None)
    door = Workers(told, folder / "workers.log", each=1, services=("ingest",))
    door.start()
    try:
        with Redis.from_url(server.url) as redis:
            yield _sent(redis)
    finally:
        door.stop()
        server.stop()


def _sent(redis: Redis) -> Aftermath:
    sent, result = dict[tuple[str, str], str](), Aftermath()
    for stream in SUBMITTED:
        redis.xadd(KEYS.key(stream), {"event": garbage.good(stream, "first")})
        for what, (fields, _) in garbage.bad(stream).items():
            sent[stream, what] = entry_id(redis.xadd(KEYS.key(stream), fields))
            redis.xadd(KEYS.key(stream), {"event": garbage.good(stream, f"after {what}")})
    deadline = time.monotonic() + 30
    while redis.xlen(KEYS.dead("ingest")) < len(sent) or _unread(redis):
        assert time.monotonic() < deadline, f"{redis.xlen(KEYS.dead('ingest'))} of {len(sent)} were buried"
        time.sleep(0.05)
    evidence = collect(redis, KEYS, streams=("articles.ingested", "comments.ingested"))
    for stream in SUBMITTED:
        there = evidence.facts[stream.replace("submitted", "ingested")]
        result.admitted[stream] = [fact.item for fact in there]
    for mark, entry in sent.items():
        result.letters[mark] = [one for one in evidence.letters if (one.stream, one.entry) == (mark[0], entry)]
    return result


def _unread(redis: Redis) -> list[str]:
    return [line for line in unfinished(redis, KEYS) if line.startswith("ingest")]


@pytest.mark.parametrize(("stream", "what"), CASES)
def test_garbage_is_buried_once_and_says_what_to_change(aftermath: Aftermath, stream: str, what: str) -> None:
    _, named = garbage.bad(stream)[what]

    (letter,) = aftermath.letters[stream, what]

    assert letter.reason in REASONS
    assert named in letter.detail


@pytest.mark.parametrize("stream", SUBMITTED)
def test_the_good_behind_garbage_flows(aftermath: Aftermath, stream: str) -> None:
    good = ["first", *(f"after {what}" for what in garbage.bad(stream))]

    assert sorted(aftermath.admitted[stream]) == sorted(good)


@pytest.mark.parametrize(("stream", "what"), CASES)
def test_a_dead_letter_quotes_nothing_of_what_was_sent(aftermath: Aftermath, stream: str, what: str) -> None:
    (letter,) = aftermath.letters[stream, what]

    assert "hello" not in letter.detail
    assert "Good" not in letter.detail
    assert len(letter.detail) < 1_000
