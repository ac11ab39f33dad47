"""What docs/newsrooms.md tells a newsroom to type works as it stands there."""

import asyncio
import re
import subprocess
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.embedded_keys import demo_source
from shared.streams import Client
from tests.pipeline.darkroom_house import original
from tests.pipeline.intake_house import running_ingest
from tests.server import Server

pytestmark = pytest.mark.needs("redis-server")  # redis-cli comes with it


async def test_a_picture_is_uploaded_by_two_lines_of_shell(
    redis: Client, redis_server: Server, project: Path, tmp_path: Path
) -> None:
    page = (project / "docs" / "newsrooms.md").read_text("utf-8")
    (block,) = [one for one in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "lightwire:original" in one]
    (tmp_path / "bridge.jpg").write_bytes(original())
    where = urlsplit(redis_server.url)
    server = f'redis-cli() {{ command redis-cli -p {where.port} "$@"; }}\n'

    command = ["bash", "-euc", server + block]
    done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False)

    key = f"lightwire:original:{sha256(original()).hexdigest()}"
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "OK", "")
    assert await redis.get(key) == original()
    assert 0 < await redis.ttl(key) <= 604_800


async def test_what_the_page_tells_to_post_is_taken_and_killed(
    redis: Client, redis_server: Server, project: Path, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    page = (project / "docs" / "newsrooms.md").read_text("utf-8")
    blocks = re.findall(r"<!-- tested -->\n```sh\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / ".lightwire").mkdir()
    sources = demo_source(tmp_path / ".lightwire", {}, loopback=True)
    (tmp_path / "demo.token").write_text((tmp_path / ".lightwire" / "demo.token").read_text("utf-8"), "utf-8")
    told = Path(sources).read_text("utf-8")  # noqa: ASYNC240 - nothing else runs yet
    async with running_ingest(redis_server.url, tmp_path, sources=told) as front:
        await until(front.healthy, within=30)
        script = "\n".join([blocks[0].replace("http://127.0.0.1:8001", front.url), blocks[1]])

        done = await asyncio.to_thread(
            subprocess.run, ["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"state":"accepted"' in done.stdout
    assert '"id":"pier"' in done.stdout
