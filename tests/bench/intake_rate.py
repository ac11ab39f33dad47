"""How many stories ingest accepts over HTTP in a second, beside a bare FastAPI handler that only says XADD."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI, Request
from redis.asyncio import Redis

from tests.bench.site_rate import Rate, rate_of
from tests.faults.server import Server
from tests.pipeline.intake_house import TOKEN, ingest
from tests.server import free_port

SECONDS, ROUNDS, CONNECTIONS = 4, 3, 32
WORDS = "<p>" + "The harbour authority published its samples on Monday. " * 36 + "</p>"
SCRIPT = """
local n = 0
local id = tostring(math.random(1, 1000000000))
function setup(thread) thread:set("seed", os.time()) end
request = function()
  n = n + 1
  local s = tostring(seed)..id
  local body = string.format('{"specversion":"1.0","id":"%%s-%%d","source":"/x",' ..
    '"type":"lightwire.article.submitted.v1","data":{"id":"%%s-%%d","revision":1,"status":"usable",' ..
    '"headline":"The harbour opens its books","language":"en","body_html":"%s"}}', s, n, s, n)
  return wrk.format("POST", nil, {["Content-Type"]="application/json", ["Authorization"]="Bearer %s"}, body)
end
"""


def bare() -> None:
    """``python -m tests.bench.intake_rate URL PORT``: what is posted goes on a stream, unread."""
    redis, app = Redis.from_url(sys.argv[1]), FastAPI()

    @app.post("/v1/articles/desk", status_code=202)
    async def take(request: Request) -> dict[str, str]:
        entry = await redis.xadd("bare", {"event": await request.body()})
        return {"entry": str(entry)}

    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_config=None, access_log=False, http="h11")


def _answers(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def measure() -> tuple[Rate, Rate]:
    """Ours and the bare one, the middle round by their ratio; the server appends to a file and syncs it each time."""
    with tempfile.TemporaryDirectory(prefix="lightwire-bench-") as scratch:
        folder = Path(scratch)
        script = folder / "post.lua"
        script.write_text(SCRIPT % (WORDS, TOKEN), "utf-8")
        server = Server(folder / "redis", persistent=True)
        server.start()
        port = free_port()
        other = subprocess.Popen([sys.executable, "-m", "tests.bench.intake_rate", server.url, str(port)])
        try:
            with ingest(server.url, folder, LIGHTWIRE_LOG_LEVEL="error") as front:
                urls = front.url, f"http://127.0.0.1:{port}"
                for url in urls:
                    _answers(url)
                asyncio.run(front.client.aclose())
                rounds = []
                for _ in range(ROUNDS):
                    ours, theirs = (
                        rate_of(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(script),
                                 f"{url}/v1/articles/desk"])
                        for url in urls
                    )  # fmt: skip
                    rounds.append((ours, theirs))
                return sorted(rounds, key=lambda pair: pair[0].per_second / pair[1].per_second)[ROUNDS // 2]
        finally:
            other.kill()
            other.wait()
            server.stop()


def intake_rates() -> str:
    """A section in Markdown; a line that says so where there is no wrk."""
    title = "## Over HTTP\n\n"
    if shutil.which("wrk") is None:
        return title + "Not measured: wrk is not on PATH (Debian and Ubuntu: `apt-get install wrk`)."
    ours, theirs = measure()
    return title + "\n".join(
        [
            f"Stories of 2 KB, each another, over {CONNECTIONS} connections to one process of ingest, which also",
            "reads and sanitises them behind the front meanwhile; `appendfsync always`. In turn with it a bare FastAPI",
            f"handler under uvicorn and h11 that does nothing but `XADD`. The middle one of {ROUNDS} rounds by the",
            "ratio of the two; the aim is 0.5.",
            "",
            "| | accepted/s | p99 |",
            "|---|--:|--:|",
            f"| ingest | {ours.per_second:,.0f} | {ours.p99_ms:.0f} ms |",
            f"| bare | {theirs.per_second:,.0f} | {theirs.p99_ms:.0f} ms |",
            "",
            f"Ingest does **{ours.per_second / theirs.per_second:.2f}** of the bare handler.",
            "",
            "This section alone: `.venv/bin/python -m tests.bench.intake_rate`",
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        bare()
    else:
        print(intake_rates())
