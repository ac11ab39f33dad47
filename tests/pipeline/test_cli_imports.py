"""`lightwire moderation import` on a running pipeline: what comes along, as what, and what a second run changes."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.enrichment.app import build as build_enrichment
from services.enrichment.settings import Settings as EnrichmentSettings
from services.ingest.app import build as build_ingest
from services.ingest.settings import Settings as IngestSettings
from services.moderation.app import build as build_moderation
from services.moderation.settings import Settings as ModerationSettings
from shared.stage import Stage
from shared.streams import Client
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.stage_house import published
from tests.server import Server

DATA = Path(__file__).parent.parent / "data" / "imports"
CORAL = tuple(str(DATA / f"coral-{name}.json") for name in ("comments", "actions", "users", "stories"))
ARTICLES = ("--articles", str(DATA / "articles.csv"))
REFUSED = {"coral:c-long", "coral:c-gif", "coral:c-new"}
ADDRESSES = ("mail.example", "203.0.113.", "omid.example")
"""What is in the exports and must be nowhere else."""


@pytest.fixture
async def room(redis: Client, redis_server: Server) -> AsyncIterator[Client]:
    """All that a comment passes before it is decided about."""
    async with working(*stages(redis_server)):
        yield redis


def stages(server: Server, **moderation: Any) -> tuple[Stage, ...]:
    """What a comment passes, with settings of moderation."""
    url: dict[str, Any] = {"redis_url": server.url, **QUICK}
    return (
        build_ingest(IngestSettings(port=0, **url)),
        build_enrichment(EnrichmentSettings(port=0, **url)),
        build_moderation(ModerationSettings(port=0, **url, **moderation)),
    )


@dataclass(frozen=True)
class Said:
    """What the command answered."""

    code: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Awaitable[Said]]


@pytest.fixture
def run(redis_server: Server, project: Path) -> Run:
    """The command line as a person runs it, beside the stages."""

    async def run_(*words: str, secret: str = "", folder: Path = project) -> Said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "--redis", redis_server.url, "moderation", "import", *words,
            cwd=folder, env={"PATH": os.environ["PATH"], "LIGHTWIRE_DESK_SECRET": secret},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return Said(process.returncode, out.decode(), err.decode())

    return run_


async def standings(redis: Client) -> dict[str, Any]:
    """Comment → what moderation remembers of it."""
    found = [json.loads(await redis.hget(key, "standing")) async for key in redis.scan_iter("lightwire:moderation:*")]
    return {one["comment_id"]: one for one in found}


async def lengths(redis: Client) -> dict[str, int]:
    """Stream → its entries."""
    keys = sorted([key async for key in redis.scan_iter("lightwire:*", _type="stream")])
    return {key.decode(): await redis.xlen(key) for key in keys}


async def stored(redis: Client) -> str:
    """All that streams and records hold."""
    found: list[bytes] = []
    for name in await lengths(redis):
        found += [value for _, fields in await redis.xrange(name) for value in fields.values()]
    async for key in redis.scan_iter("lightwire:*", _type="hash"):
        found += (await redis.hgetall(key)).values()
    return b"\n".join(found).decode()


def decided(standing: dict[str, Any]) -> tuple[str, str, int]:
    """Verdict, by whom, and the how-manieth decision it is."""
    decision = standing["decision"]
    return decision["verdict"], decision["actor"]["id"], decision["seq"]


async def test_comments_of_coral_come_along_with_what_its_moderators_decided(room: Client, run: Run) -> None:
    said = await run("coral", *CORAL, *ARTICLES, "--json")

    found = await standings(room)
    assert said.code == 1, said.err
    assert {one["id"] for one in said.json["refused"]} == REFUSED
    assert {id_: decided(one) for id_, one in found.items()} == {
        # Nobody decided in Coral: the engine did here, and a link waits for a person though Coral showed it.
        "coral:c-dam": ("publish", "policy", 0),
        "coral:c-answer": ("publish", "policy", 0),
        "coral:c-link": ("hold", "policy", 0),
        # A person in Coral has the last word, the newest of two, on the words that stand there now.
        "coral:c-quote": ("publish", "coral:m-parisa", 1),
        "coral:c-fa": ("reject", "coral:m-parisa", 1),
        "coral:c-fa-2": ("publish", "coral:m-parisa", 1),
        # What Coral's own rules kept back is not shown here because ours are milder.
        "coral:c-premod": ("hold", "coral", 1),
    }
    assert {one["decision"]["reason"] for one in found.values() if one["decision"]["seq"]} == {"imported"}
    quote = found["coral:c-quote"]["decision"]
    assert (quote["from"], quote["note"]) == ("hold", "Decided in Coral on 2024-05-05 20:00 UTC.")


async def test_what_a_comment_is_made_of_comes_along_as_readers_saw_it(room: Client, run: Run) -> None:
    await run("coral", *CORAL, *ARTICLES)

    found = {id_: one["comment"] for id_, one in (await standings(room)).items()}
    dam, answer, persian = found["coral:c-dam"], found["coral:c-answer"], found["coral:c-fa-2"]
    assert dam["body"] == "The dam is safe now.\n\nI saw it."
    assert found["coral:c-link"]["body"] == "Read this (https://spam.example/x)"
    assert (dam["article_id"], dam["created_at"], dam["revision"]) == ("urn:desk:dam", "2024-05-02T08:00:00Z", 1)
    assert answer["parent_id"] == "coral:c-dam"
    assert (await standings(room))["coral:c-answer"]["facts"]["depth"] == 1
    assert (persian["revision"], persian["body"]) == (2, "این پل خیلی خوب است و از آن راضی هستیم.")
    assert persian["author"]["name"] == "امید از بامیان"
    assert persian["author"]["role"] == "member"
    assert persian["author"]["id"].startswith("coral:")
    assert "u-omid" not in persian["author"]["id"]
    assert found["coral:c-premod"]["author"]["name"] == "Anonymous"


async def test_comments_of_wordpress_come_along_and_addresses_stay_behind(room: Client, run: Run) -> None:
    said = await run("wordpress", str(DATA / "wordpress.xml"), "--json")

    found = {id_.removeprefix("wordpress:blog.example/fa:"): one for id_, one in (await standings(room)).items()}
    assert said.code == 0, said.err
    assert said.json["left_out"] == {"pingback, no comment": 1}
    assert {id_: decided(one) for id_, one in found.items()} == {
        "11": ("publish", "policy", 0),
        "12": ("publish", "policy", 0),
        "13": ("publish", "wordpress", 1),
        "15": ("reject", "wordpress", 1),
        "16": ("hold", "wordpress", 1),
    }
    comments = {id_: one["comment"] for id_, one in found.items()}
    assert comments["12"]["parent_id"] == "wordpress:blog.example/fa:11"
    assert comments["12"]["body"] == "I agree with Mira,\nand I was there & saw it."
    assert comments["12"]["article_id"] == "https://blog.example/fa/?p=7"
    assert comments["13"]["author"]["name"] == "Anonymous"
    assert comments["15"]["author"]["id"] == comments["16"]["author"]["id"] != comments["12"]["author"]["id"]
    everything = await stored(room)
    assert "این سد امن است" in everything
    assert [address for address in ADDRESSES if address in everything] == []


async def test_a_list_of_wp_cli_comes_along(room: Client, run: Run) -> None:
    said = await run("wordpress", str(DATA / "wordpress.json"), "--site", "blog.example/fa", "--json")

    found = await standings(room)
    assert said.code == 0, said.err
    assert {id_: decided(one) for id_, one in found.items()} == {
        "wordpress:blog.example/fa:21": ("publish", "policy", 0),
        "wordpress:blog.example/fa:22": ("reject", "wordpress", 1),
    }
    assert found["wordpress:blog.example/fa:22"]["comment"]["parent_id"] == "wordpress:blog.example/fa:21"


@pytest.mark.parametrize(
    "words", [("coral", *CORAL, *ARTICLES), ("wordpress", str(DATA / "wordpress.xml"))], ids=["coral", "wordpress"]
)
async def test_the_same_files_again_change_nothing(room: Client, run: Run, words: tuple[str, ...]) -> None:
    await run(*words)
    before, written = await standings(room), await lengths(room)

    again = await run(*words, "--json")

    assert await standings(room) == before
    assert await lengths(room) == written
    assert "submitted" not in again.json["counts"]
    assert "decided_as_there" not in again.json["counts"]


async def test_who_decided_here_meanwhile_has_the_last_word(room: Client, run: Run, redis_server: Server) -> None:
    await run("coral", CORAL[0])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", "--redis", redis_server.url, "moderation", "decide", "coral:c-link",
        "reject", "--actor", "nadia", env={"PATH": os.environ["PATH"]}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0

    said = await run("coral", *CORAL, "--as-shown", "--json")

    assert decided((await standings(room))["coral:c-link"]) == ("reject", "nadia", 1)
    assert said.code == 1


async def test_what_coral_showed_unreviewed_is_shown_where_that_is_wanted(room: Client, run: Run) -> None:
    await run("coral", *CORAL, "--as-shown")

    found = await standings(room)
    assert decided(found["coral:c-link"]) == ("publish", "coral", 1)
    assert found["coral:c-link"]["decision"]["note"] == "Shown in Coral, without anybody's decision."
    assert found["coral:c-dam"]["article_id"] == "coral:s-dam"


async def test_many_comments_of_one_author_are_no_flood_because_they_come_at_once(
    room: Client, run: Run, tmp_path: Path
) -> None:
    rows = [
        {"id": f"c-{n}", "storyID": "s", "authorID": "u", "status": "NONE",
         "revisions": [{"id": f"r-{n}", "body": f"Number {n}: {word * 9} is what I think."}],
         "createdAt": f"2019-01-{n:02} 08:00:00"}
        for n, word in enumerate("abcdefghijklmnop", 1)
    ]  # fmt: skip
    (tmp_path / "c.json").write_text("\n".join(map(json.dumps, rows)))

    said = await run("coral", str(tmp_path / "c.json"), "--json")

    found = await standings(room)
    assert said.code == 0, said.err
    assert {decided(one)[0] for one in found.values()} == {"publish"}
    assert said.json["counts"]["decided_as_there"] == 6
    notes = {one["decision"]["note"] for one in found.values() if one["decision"]["seq"]}
    assert notes == {"Shown in Coral, without anybody's decision."}


async def test_data_of_a_person_waits_for_a_second_one_whoever_let_it_through(
    room: Client, run: Run, tmp_path: Path
) -> None:
    row = {"comment_ID": 1, "comment_post_ID": 1, "comment_date_gmt": "2024-01-01 00:00:00", "comment_approved": "1",
           "comment_author": "A", "comment_content": "Call him at +93 70 123 4567 today."}  # fmt: skip
    (tmp_path / "list.json").write_text(json.dumps([row]))

    await run("wordpress", str(tmp_path / "list.json"), "--site", "s")

    (standing,) = (await standings(room)).values()
    assert decided(standing) == ("hold", "wordpress", 1)
    assert standing["decision"]["reason"] == "second-person"


async def test_requests_are_signed_where_moderation_asks_for_it_and_the_audit_says_who_imported(
    redis: Client, redis_server: Server, run: Run, tmp_path: Path
) -> None:
    words = ("wordpress", str(DATA / "wordpress.json"), "--site", "s", "--actor", "nadia", "--json")
    async with working(*stages(redis_server, desk_secret="0123456789abcdef0123456789abcdef")):
        unsigned = await run(*words)
        (tmp_path / ".env").write_text('LIGHTWIRE_DESK_SECRET="0123456789abcdef0123456789abcdef"\n')
        right = await run(*words, folder=tmp_path)

    assert unsigned.json["counts"]["decision_refused"] == 1
    assert [one["id"] for one in unsigned.json["refused"]] == ["wordpress:s:22"]
    assert right.json["refused"] == []
    assert decided((await standings(redis))["wordpress:s:22"]) == ("reject", "wordpress", 1)
    audit = [event["data"] for event in await published(redis, "lightwire:audit")]
    assert [(one["actor"], one["action"], one["target"]) for one in audit] == [
        ("nadia", "import", "/import/wordpress")
    ] * 2


async def test_an_import_that_was_cut_off_goes_on_where_it_stopped(
    redis: Client, redis_server: Server, run: Run
) -> None:
    # Nothing is at work: all is sent, nothing is answered.
    cut = await run("wordpress", str(DATA / "wordpress.xml"), "--patience", "1", "--json")
    async with working(*stages(redis_server)):
        on = await run("wordpress", str(DATA / "wordpress.xml"), "--json")

    assert (cut.code, cut.json["counts"]["submitted"]) == (1, 5)
    assert "it goes on where it stopped" in cut.err
    assert on.code == 0, on.err
    assert len(await standings(redis)) == 5
    assert await redis.exists("lightwire:dead.ingest") == 0


async def test_an_import_that_is_killed_goes_on_and_nothing_comes_twice(
    room: Client, run: Run, tmp_path: Path, redis_server: Server, until: Callable[..., Awaitable[None]]
) -> None:
    rows = [
        {"comment_ID": n, "comment_post_ID": n % 7, "comment_date_gmt": "2024-01-01 00:00:00", "comment_approved": "0",
         "comment_author": "A", "comment_content": f"This is comment number {n} of many.", "comment_parent": 0}
        for n in range(1, 1001)
    ]  # fmt: skip
    (tmp_path / "list.json").write_text(json.dumps(rows))
    words = ("wordpress", str(tmp_path / "list.json"), "--site", "s", "--json")
    for some in (20, 300):
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "--redis", redis_server.url, "moderation", "import", *words,
            env={"PATH": os.environ["PATH"]}, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

        async def begun(some: int = some) -> bool:
            # A count: to read them all takes so long that the import is over before.
            return int(await room.xlen("lightwire:comments.moderated")) >= some

        await until(begun, within=120)
        killed.kill()
        assert await killed.wait() == -signal.SIGKILL

    said = await run(*words)

    found = await standings(room)
    assert said.code == 0, said.err
    assert {decided(one)[0] for one in found.values()} == {"hold"}
    assert len(found) == 1_000
    decisions = sum(one["decision"]["seq"] + 1 for one in found.values())
    assert await room.xlen("lightwire:comments.moderated") == decisions
    ingested = [event["data"]["comment_id"] for event in await published(room, "lightwire:comments.ingested")]
    assert sorted(ingested) == sorted(found)
    assert [name for name in await lengths(room) if name.startswith("lightwire:dead.")] == []


async def test_a_comment_that_dies_on_the_way_is_named_and_the_others_come_along(room: Client, run: Run) -> None:
    words = ("wordpress", str(DATA / "wordpress.json"), "--site", "s")
    taken = {"id": "wordpress:s:21", "article_id": "another", "revision": 0, "status": "usable", "body": "Before",
             "author": {"id": "u", "name": "Ada"}, "created_at": "2024-01-01T00:00:00Z"}  # fmt: skip
    event = {"specversion": "1.0", "id": "e", "source": "/t", "type": "lightwire.comment.submitted.v1", "data": taken}
    await room.xadd("lightwire:comments.submitted", {"event": json.dumps(event)})

    said = await run(*words, "--json")

    assert said.code == 1
    assert said.json["refused"] == [
        {"id": "wordpress:s:21", "why": "it died in ingest (conflict): `lightwire dead list`"}
    ]
    assert decided((await standings(room))["wordpress:s:22"]) == ("reject", "wordpress", 1)


async def test_a_dry_run_reads_everything_and_sends_nothing(redis: Client, run: Run) -> None:
    said = await run("coral", *CORAL, *ARTICLES, "--dry-run", "--json")

    assert said.code == 1
    assert {one["id"] for one in said.json["refused"]} == REFUSED
    assert said.json["counts"] == {"comments": 10, "publish_there": 5, "reject_there": 1, "hold_there": 1}
    assert await lengths(redis) == {}


async def test_a_story_that_the_list_lacks_is_named_and_its_comments_stay(
    room: Client, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "map.json").write_text('{"s-dam": "urn:desk:dam"}')

    said = await run("coral", *CORAL, "--articles", str(tmp_path / "map.json"))

    assert said.code == 1
    assert "coral:c-fa: --articles does not name the story s-bridge: add it, then run again" in said.out
    assert {one["article_id"] for one in (await standings(room)).values()} == {"urn:desk:dam"}


async def test_a_thousand_comments_pass_in_portions_each_after_what_it_answers(
    room: Client, run: Run, tmp_path: Path
) -> None:
    rows = [
        {"comment_ID": n, "comment_post_ID": 1, "comment_date_gmt": f"2024-01-01 00:{n // 60 % 60:02}:{n % 60:02}",
         "comment_approved": "1", "comment_author": "A", "comment_content": f"This is comment number {n} of many.",
         "comment_parent": max(0, n - 3)}
        for n in range(1, 1001)
    ]  # fmt: skip
    (tmp_path / "list.json").write_text(json.dumps(rows[::-1]))

    said = await run("wordpress", str(tmp_path / "list.json"), "--site", "s", "--json")

    sent = [event["data"] for event in await published(room, "lightwire:comments.submitted")]
    place = {one["id"]: at for at, one in enumerate(sent)}
    assert said.code == 0, said.err
    assert len(await standings(room)) == len(sent) == 1_000
    assert all(place[one["parent_id"]] < place[one["id"]] for one in sent if one.get("parent_id"))
