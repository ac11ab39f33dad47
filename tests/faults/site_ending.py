"""What must be true of a site that was killed often enough, once it has read everything."""

import io
import time
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import httpx
from redis.asyncio import Redis

from shared.decode import decode
from shared.events import ReceiptGiven
from tests.faults.site_traffic import PAGES
from tests.faults.site_watch import LISTS, Watch, lines
from tests.pipeline.site_house import caught_up, entries

WITHIN_S = 30


async def judge(watch: Watch, redis: Redis, client: httpx.AsyncClient, folder: Path) -> str:
    """Look at everything once more, quietly; what is worth telling about the receipts."""
    if not await _comes(lambda: _read_all(redis, client)):
        watch.found("ended wrong", f"has not read everything within {WITHIN_S} s")
        return "not counted"
    # Nothing is ahead any more: what was said last is all that may be seen.
    watch.promised = {id_: max(said) for id_, said in watch.newsroom.said.items() if said}
    whole = await _pages(watch, client) + await _lists(watch, client)
    for said in watch.newsroom.taken_back:
        if said in whole:
            watch.found("words that stay", f"{said} is shown")
        found = await client.get("/en/search", params={"q": said})
        if list(lines("/en/search", found.text)):
            watch.found("words that stay", f"{said} is found")
    if not await _comes(lambda: _forgotten(watch, folder)):
        for file, said in _held(watch, folder):
            watch.found("words that stay", f"{said} is in {file}")
    return await _receipts(watch, redis)


async def _comes(condition: Callable[[], Awaitable[bool]]) -> bool:
    deadline = time.monotonic() + WITHIN_S
    while not await condition():
        if time.monotonic() > deadline:
            return False
        await anyio.sleep(0.1)
    return True


async def _read_all(redis: Redis, client: httpx.AsyncClient) -> bool:
    try:
        return await caught_up(redis, client)
    except httpx.TransportError:
        return False


async def _pages(watch: Watch, client: httpx.AsyncClient) -> str:
    """Each is exactly what was said last; all texts together."""
    whole = ""
    for article, said in watch.newsroom.said.items():
        for rendition, path in PAGES.items():
            answer = await client.get(path.format(article))
            whole += answer.text
            if not said:
                continue
            last = said[max(said)]
            if (answer.status_code, answer.content) != (200 if last.shown else 410, last.pages[rendition]):
                watch.found("ended wrong", f"{answer.url.path}: {answer.status_code}, not what {last.sequence} said")
    return whole


async def _lists(watch: Watch, client: httpx.AsyncClient) -> str:
    """Each has every story that is shown, and no other; all texts together, those of the digest too."""
    whole, floor = "", watch.floor()
    shown = {id_ for id_, said in watch.newsroom.said.items() if said and said[max(said)].shown}
    for address in LISTS:
        answer = await client.get(address)
        watch.listing(floor, address, answer.text)
        whole += answer.text
        listed = Counter(line.article for line in lines(address, answer.text) if not line.gone)
        if listed != Counter(shown):
            wrong = ", ".join(sorted(shown ^ set(listed))) or "twice"
            watch.found("ended wrong", f"{address} lists other stories than are shown: {wrong}")
    digest = await client.get("/en/digest.epub")
    with zipfile.ZipFile(io.BytesIO(digest.content)) as book:
        return whole + "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def _held(watch: Watch, folder: Path) -> list[tuple[str, str]]:
    """File and word, for whatever was taken back and is in a file all the same; the index shares first letters."""
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    return [
        (name, said) for name, content in files.items() for said in watch.newsroom.taken_back
        if said[5:].encode() in content
    ]  # fmt: skip


async def _forgotten(watch: Watch, folder: Path) -> bool:
    return not _held(watch, folder)


async def _receipts(watch: Watch, redis: Redis) -> str:
    """One for whatever was ever shown or withdrawn; one id for each, and nothing else under that id."""
    wanted = {(id_, sequence) for id_, said in watch.newsroom.said.items() for sequence in said}

    async def given() -> list[tuple[str, tuple[str, int, int]]]:
        events = [decode(entry, ReceiptGiven, None) for entry in await entries(redis, "lightwire:receipts")]
        return [
            (event.id, (event.data.article_id, event.data.revision, event.data.sequence))
            for event in events if event.data
        ]  # fmt: skip

    async def all_there() -> bool:
        return wanted <= {(article, sequence) for _, (article, _, sequence) in await given()}

    if not await _comes(all_there):
        there = {(article, sequence) for _, (article, _, sequence) in await given()}
        for article, sequence in sorted(wanted - there):
            watch.found("receipts", f"none for {article} at {sequence}")
    sent = await given()
    # The same receipt may be sent twice, under one id: that is one receipt. Two ids would be two.
    for fact, ids in Counter(fact for _, fact in set(sent)).items():
        if ids > 1:
            watch.found("receipts", f"{fact} under {ids} ids")
    for id_, facts in Counter(id_ for id_, _ in set(sent)).items():
        if facts > 1:
            watch.found("receipts", f"{id_} says {facts} things")
    for article, revision, sequence in {fact for _, fact in sent}:
        if sequence not in watch.newsroom.said[article] or revision != sequence:
            watch.found("receipts", f"for {article} at {sequence}, which was never to be shown")
    return f"{len(set(sent)):,}, {len(sent) - len(set(sent))} of them sent twice"
