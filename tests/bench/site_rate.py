"""How many pages a site answers in a second, beside an application that does nothing but answer the same bytes."""

import asyncio
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.renditions import Encoding
from tests.faults.server import Server
from tests.pipeline.site_house import published, tell
from tests.server import free_port
from tests.stories import stories

SECONDS, ROUNDS, THREADS, CONNECTIONS = 2, 3, 2, (16, 64)
ASKED = {
    "light, brotli": ("/en/light/0.html", {"Accept-Encoding": "br"}),
    "light, gzip": ("/en/light/0.html", {"Accept-Encoding": "gzip"}),
    "light, 304": ("/en/light/0.html", {"Accept-Encoding": "br", "If-None-Match": ""}),
    "full, gzip": ("/en/0.html", {"Accept-Encoding": "gzip"}),
}
"""What is asked → address and headers; the tag to revalidate is filled in."""


@dataclass(frozen=True)
class Rate:
    """Answers a second; the milliseconds of all but one in a hundred."""

    per_second: float
    p99_ms: float


def rate(url: str, headers: dict[str, str], connections: int) -> Rate:
    """What wrk says. Raises ``RuntimeError`` where an answer was not what it should be."""
    named = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{SECONDS}s", "--latency", *named, url]
    return rate_of(command)


def rate_of(command: list[str]) -> Rate:
    """What one run of wrk says."""
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    per_second, slow = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if "Non-2xx" in said or "Socket errors" in said or per_second is None or slow is None:
        raise RuntimeError(said)
    return Rate(float(per_second[1]), float(slow[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slow[2]])


def bare() -> None:
    """``python -m tests.bench.site_rate FOLDER PORT``: the files there, from memory, with nothing beside them."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    held = {file.name: file.read_bytes() for file in folder.iterdir()}

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        coding = request.headers["accept-encoding"]
        headers = {"Content-Encoding": coding, "ETag": '"tag"', "Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
        if "if-none-match" in request.headers:
            return Response(status_code=304, headers=headers)
        return Response(held[f"{name}.{coding}"], headers=headers, media_type="text/html")

    app = Starlette(routes=[Route("/{name}", answer)])
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


@contextmanager
def _process(arguments: list[str], environment: dict[str, str], up: Callable[[], bool]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while not up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{arguments[0]} does not answer")
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


async def _publish(url: str, pages: dict[str, str]) -> None:
    async with Redis.from_url(url) as redis:
        for rendition, html in pages.items():
            packed = brotli.compress(html.encode(), quality=11)
            await redis.set(f"lightwire:blob:{rendition}", packed)
            br = Encoding(coding="br", content_ref=f"lightwire:blob:{rendition}")
            path = f"/en/{'light/' if rendition == 'light' else ''}0.html"
            await tell(redis, published("0", 1, html, rendition=rendition, path=path, encodings=(br,)))


def _status(client: httpx.Client, path: str, coding: str) -> tuple[int, str, str]:
    try:
        answer = client.get(path, headers={"Accept-Encoding": coding})
    except httpx.TransportError:
        return 0, "", ""
    return answer.status_code, answer.headers.get("content-encoding", ""), answer.headers.get("etag", "")


def _ratio(pair: tuple[Rate, Rate]) -> float:
    ours, theirs = pair
    return ours.per_second / theirs.per_second


def measure() -> dict[tuple[str, int], tuple[Rate, Rate]]:
    """What was asked and over how many connections → the site's rate, and the bare application's a moment later."""
    page = stories("en", 1)[0]
    pages = {"full": FULL.render(page), "light": LIGHT.render(page)}
    found = {}
    with tempfile.TemporaryDirectory(prefix="lightwire-bench-") as scratch, closing(httpx.Client()) as client:
        files, port, peer = Path(scratch) / "files", free_port(), free_port()
        files.mkdir()
        for name, html in pages.items():
            (files / f"{name}.gzip").write_bytes(gzip.compress(html.encode(), 9, mtime=0))
            (files / f"{name}.br").write_bytes(brotli.compress(html.encode(), quality=11))
        server = Server(Path(scratch) / "redis", persistent=False)
        server.start()
        site, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
        told = {"LIGHTWIRE_REDIS_URL": server.url, "LIGHTWIRE_SITE_PORT": str(port), "LIGHTWIRE_LOG_LEVEL": "warning"}
        told["LIGHTWIRE_SITE_DB"] = f"{scratch}/site.sqlite3"
        try:
            asyncio.run(_publish(server.url, pages))
            shown = f"{site}/en/light/0.html"
            with (
                _process(["services.site"], told, lambda: _status(client, shown, "br")[:2] == (200, "br")),
                _process(["tests.bench.site_rate", str(files), str(peer)], {},
                         lambda: _status(client, f"{other}/light", "br")[0] == 200),
            ):  # fmt: skip
                tag = _status(client, shown, "br")[2]
                for name, (path, asked) in ASKED.items():
                    headers = asked | ({"If-None-Match": tag} if "If-None-Match" in asked else {})
                    for connections in CONNECTIONS:
                        bare_url = f"{other}/{name.partition(',')[0]}"
                        rounds = [
                            (rate(f"{site}{path}", headers, connections), rate(bare_url, headers, connections))
                            for _ in range(ROUNDS)
                        ]
                        found[name, connections] = sorted(rounds, key=_ratio)[ROUNDS // 2]
        finally:
            server.stop()
    return found


def site_rates() -> str:
    """A table in Markdown; a line that says so where there is no wrk."""
    title = "## The site\n\n"
    if shutil.which("wrk") is None:
        return title + "Not measured: wrk is not on PATH (Debian and Ubuntu: `apt-get install wrk`)."
    rows = [
        f"| {name} | {connections} | {ours.per_second:,.0f} | {ours.p99_ms:.1f} ms | {bare.per_second:,.0f} "
        f"| {bare.p99_ms:.1f} ms | **{_ratio((ours, bare)):.2f}** |"
        for (name, connections), (ours, bare) in measure().items()
    ]
    return title + "\n".join(
        [
            f"One process, as `python -m services.site` runs it, asked by wrk on the same cores: {THREADS} threads,",
            f"{SECONDS} s each, one story with a photo. In turn with it a bare Starlette application under the same",
            "uvicorn, which answers the same bytes from memory and looks at nothing. The middle one of",
            f"{ROUNDS} rounds by their ratio; the aim is 0.5.",
            "",
            "| | connections | requests/s | p99 | bare requests/s | bare p99 | ÷ bare |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *rows,
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        bare()
    else:
        print(site_rates())
