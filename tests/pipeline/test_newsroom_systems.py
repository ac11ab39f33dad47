"""What docs/newsrooms.md tells the owner of each system to copy works as it stands there."""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from shared.streams import Client
from tests.pipeline.intake_house import Ingest, running_ingest
from tests.server import Server, free_port

Until = Callable[..., Awaitable[None]]
INTAKE = "https://intake.news.example"
SECRETS = {
    name: f"whsec_{base64.b64encode(name.encode() * 2).decode()}"
    for name in ("WORDPRESS_SECRET", "SUPERDESK_SECRET", "GHOST_SECRET", "ARC_SECRET", "DESK_SECRET")
}
READER = "a-token-to-ask-how-a-story-stands"


def page(project: Path) -> str:
    text = (project / "docs" / "newsrooms.md").read_text("utf-8")
    return text[text.index("## Your system") : text.index("## Through Redis")]


def block(project: Path, system: str, language: str) -> str:
    """The one block in a language under the heading of a system."""
    (part,) = [part for part in re.split(r"^### ", page(project), flags=re.MULTILINE) if part.startswith(system)]
    (found,) = re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)
    return str(found)


@pytest.fixture
async def front(
    project: Path, redis_server: Server, tmp_path: Path, until: Until, redis: Client
) -> AsyncIterator[Ingest]:
    """Ingest with all sources of the page at once."""
    sources = "\n".join(re.findall(r"```toml\n(.*?)```", page(project), re.DOTALL))
    assert len(tomllib.loads(sources)["source"]) == 5
    async with running_ingest(redis_server.url, tmp_path, sources=sources, **SECRETS) as found:
        await until(found.healthy, within=30)
        yield found


async def run(front: Ingest, *command: str, **environment: str) -> str:
    """What it prints; a failure ends the test."""
    told = {**os.environ, **SECRETS, **environment}
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=front.folder, env=told, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def stands(front: Ingest, id_: str) -> str | None:
    """How ingest has the story."""
    with suppress(httpx.TransportError):
        at = f"/v1/articles/{id_.replace('/', '%2F').replace('?', '%3F')}/status"
        answer = await front.client.get(at, headers={"authorization": f"Bearer {READER}"})
        return answer.json().get("standing") if answer.status_code == 200 else None
    return None


async def wordpress(front: Ingest, project: Path, *acts: str, url: str = "") -> int:
    """An editor does all this; how much is left to be sent later."""
    (front.folder / "lightwire.php").write_text(block(project, "WordPress", "php"), "utf-8")
    stub = project / "tests" / "pipeline" / "wordpress.php"
    return int(
        await run(
            front,
            "php",
            str(stub),
            *acts,
            SNIPPET=str(front.folder / "lightwire.php"),
            URL=url or f"{front.url}/v1/articles/harbour-wordpress",
            SECRET=SECRETS["WORDPRESS_SECRET"],
        )
    )


async def came(redis: Client) -> list[tuple[str, int]]:
    """(status, revision) of what was submitted, in its order."""
    told = [json.loads(fields[b"event"])["data"] for _, fields in await redis.xrange("lightwire:articles.submitted")]
    return [(one["status"], one["revision"]) for one in told]


@pytest.mark.needs("php")
async def test_wordpress_publishes_changes_trashes_and_restores(
    front: Ingest, project: Path, redis: Client, until: Until
) -> None:
    acts = ["draft", "publish", "modified:2026-11-26 10:00:00", "publish", "modified:2026-11-26 11:00:00", "trash"]
    restored = ["modified:2026-11-26 12:00:00", "draft", "modified:2026-11-26 13:00:00", "publish"]

    left = await wordpress(front, project, *acts, *restored)

    statuses = [status for status, _ in await came(redis)]
    assert (left, statuses) == (0, ["usable", "usable", "canceled", "usable"])
    story = json.loads((await redis.xrange("lightwire:articles.submitted"))[0][1][b"event"])["data"]
    assert (story["body_html"], story["canonical_url"]) == (
        "<p>From Monday on.</p>",
        "https://harbour.example/old-pier/",
    )

    async def there_again() -> bool:
        return await stands(front, "https://harbour.example/?p=7") == "usable"

    await until(there_again)


@pytest.mark.needs("php")
async def test_wordpress_says_nothing_of_drafts_and_pages_and_takes_back_what_it_deletes(
    front: Ingest, project: Path, redis: Client, until: Until
) -> None:
    await wordpress(front, project, "draft", "pending", "trash", "delete")
    await wordpress(front, project, "type:page", "publish")

    assert await came(redis) == []

    await wordpress(front, project, "publish", "delete")

    async def killed() -> bool:
        return await stands(front, "https://harbour.example/?p=7") == "killed"

    await until(killed)


@pytest.mark.needs("php")
async def test_a_post_that_wordpress_releases_by_its_clock_is_no_conflict(
    front: Ingest, project: Path, redis: Client
) -> None:
    # Its cron changes the status alone: modified stays as it was when the post was scheduled.
    await wordpress(front, project, "date:2030-01-01 09:00:00", "future", "publish")

    (held, first), (released, second) = await came(redis)
    assert (held, released) == ("usable", "usable")
    assert second > first


@pytest.mark.needs("php")
async def test_what_wordpress_cannot_send_is_sent_later(front: Ingest, project: Path, redis: Client) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"

    left = await wordpress(front, project, "publish", "modified:2026-11-26 10:00:00", "trash", "cron", url=nowhere)

    assert left == 2
    assert await came(redis) == []


@pytest.mark.needs("node")
async def test_arc_tells_of_publishing_and_unpublishing(
    front: Ingest, project: Path, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "lightwire.cjs").write_text(block(project, "Arc XP", "js"), "utf-8")
    body = {
        "_id": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "type": "story", "version": "0.10.9",
        "headlines": {"basic": "Opens again"},
        "last_updated_date": "2026-11-26T10:00:00Z",
        "content_elements": [{"type": "text", "content": "From Monday on."}],
    }  # fmt: skip
    events = [
        {"key": "story:publish", "version": 2, "time": 1795600000, "uuid": "a", "body": body},
        {"key": "story:unpublish", "version": 2, "time": 1795687300, "uuid": "b",
         "body": body | {"last_updated_date": "2026-11-26T11:00:00Z"}},
    ]  # fmt: skip
    (tmp_path / "events.json").write_text(json.dumps(events), "utf-8")
    settings = {"LIGHTWIRE_URL": f"{front.url}/v1/articles/harbour-arc", "LIGHTWIRE_SECRET": SECRETS["ARC_SECRET"]}
    script = (
        "const send = require('./lightwire.cjs');"
        "(async () => { for (const event of require('./events.json')) await send(event) })()"
    )

    await run(front, "node", "-e", script, **settings)

    async def killed() -> bool:
        return await stands(front, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "killed"

    await until(killed)
    refused = script.replace("require('./events.json')", "[{}]")
    with pytest.raises(AssertionError, match="Lightwire: 400"):
        await run(front, "node", "-e", refused, **settings)


@pytest.mark.needs("openssl")
@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    ("system", "id_"),
    [("Superdesk", "urn:newsml:desk.example:20261126:17"), ("Ghost", "4f1c0b9e-6a53-4c53-8a0e-6a1f3f7f5e10")],
)
async def test_a_request_as_the_system_makes_it_is_taken(
    front: Ingest, project: Path, until: Until, system: str, id_: str
) -> None:
    script = block(project, system, "sh").replace(INTAKE, front.url)

    told = await run(front, "bash", "-euc", script)

    assert '"state":"accepted"' in told

    async def usable() -> bool:
        return await stands(front, id_) == "usable"

    await until(usable)


async def test_a_program_signs_with_the_standard_library_alone(front: Ingest, project: Path, until: Until) -> None:
    use = """
url = os.environ["URL"]
print(send(url, {"id": "pier", "revision": 1, "status": "usable", "headline": "The old pier opens again"})["state"])
print(send(url, {"id": "pier", "revision": 2, "status": "canceled"})["state"])
try:
    send(url, {"id": "pier", "revision": 3, "status": "usable"})
except urllib.error.HTTPError as error:
    print(error.code, json.load(error)["detail"])
"""
    code = block(project, "Anything that can POST", "python") + use

    told = await run(front, sys.executable, "-c", code, URL=f"{front.url}/v1/articles/harbour-desk")

    assert told.splitlines()[:2] == ["accepted", "accepted"]
    assert told.splitlines()[2].startswith("400 ")

    async def killed() -> bool:
        return await stands(front, "pier") == "killed"

    await until(killed)
