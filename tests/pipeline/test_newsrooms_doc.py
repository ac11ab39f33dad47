"""What docs/newsrooms.md tells a newsroom to type works as it stands there."""

import asyncio
import re
import subprocess
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.streams import Client
from tests.pipeline.darkroom_house import original
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
