"""What people do on the command line beside deciding: cases, sanctions, threads, holds, policies, audit, rebuild."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from services.moderation.policy_files import DEFAULT
from shared.articles import Change
from shared.cases import ReportReason
from shared.events import ArticleEnriched, CommentAppealed, CommentReported
from shared.streams import Client
from tests.builders import article
from tests.pipeline.moderation_house import Run, at_work, decided, put, runner, write
from tests.pipeline.stage_house import published
from tests.server import Server

Until = Callable[..., Awaitable[None]]
FINE = "I agree with the council on the bridge."


@pytest.fixture
async def room(redis: Client, redis_server: Server) -> AsyncIterator[Client]:
    """Moderation and delivery at work."""
    async with at_work(redis_server):
        yield redis


@pytest.fixture
def run(redis_server: Server, project: Path) -> Run:
    """The command line as a person runs it."""
    return runner(redis_server, project)


async def verdicts(redis: Client) -> list[str]:
    return [one["data"]["decision"]["verdict"] for one in await published(redis, "lightwire:comments.moderated")]


async def cases(redis: Client) -> list[dict[str, Any]]:
    return [one["data"] for one in await published(redis, "lightwire:moderation.cases")]


async def test_a_comment_is_reported_rejected_appealed_and_shown_by_somebody_else(
    room: Client, run: Run, until: Until
) -> None:
    await write(room, "c1", FINE)
    await until(lambda: decided(room, 1))
    await put(room, CommentReported(comment_id="c1", reporter="r1", reason=ReportReason.ABUSE), "r1")
    await until(lambda: cases(room))

    waits = await run("queue", "reported")
    explained = await run("explain", "c1")
    rejected = await run("decide", "c1", "reject", "--actor", "omid", "--reason", "insult")
    await put(room, CommentAppealed(comment_id="c1", author_id="u", words="I quoted the minister."), "a1")

    async def appealed() -> bool:
        return any(one["what"] == "appealed" for one in await cases(room))

    await until(appealed)
    own = await run("decide", "c1", "publish", "--actor", "omid")
    other = await run("decide", "c1", "publish", "--actor", "parisa")

    assert waits.exit_code == 0, waits.stderr
    assert "1 report" in waits.stdout
    assert "reported by 1 reader" in explained.stdout
    assert rejected.exit_code == 0, rejected.stderr
    assert own.exit_code == 1
    assert "leave it to somebody else" in own.stderr
    assert other.exit_code == 0, other.stderr
    assert await verdicts(room) == ["publish", "reject", "publish"]
    notices = [one["data"]["what"] for one in await published(room, "lightwire:notices.authors")]
    assert notices == ["rejected", "appealed", "published"]
    traced = json.loads((await run("trace", "c1", "--json")).stdout)
    told = [(one["stream"], one.get("what") or one.get("verdict") or one.get("why")) for one in traced["events"]]
    assert [one for one in told if one[0].startswith("moderation.") or one[0] == "comments.moderated"] == [
        ("comments.moderated", "publish"), ("moderation.cases", "reported"),
        ("moderation.commands", "reject"), ("comments.moderated", "reject"), ("moderation.cases", "closed"),
        ("moderation.cases", "appealed"),
        ("moderation.commands", "publish"), ("moderation.refusals", "same-person"),
        ("moderation.commands", "publish"), ("comments.moderated", "publish"), ("moderation.cases", "closed"),
    ]  # fmt: skip
    # It says who and what, and none of the words.
    assert "minister" not in json.dumps(traced)


async def test_sanctions_threads_and_escalations(room: Client, run: Run, until: Until) -> None:
    fact = ArticleEnriched(article_id="a1", revision=1, change=Change.CREATED, article=article(id="a1"))
    await put(room, fact, "s1")
    await until(lambda: published(room, "lightwire:articles.moderated"))

    banned = await run("sanction", "u", "ban", "--reason", "insult", "--note", "Three times.")
    odd = await run("sanction", "u", "suspend")
    await write(room, "c1", FINE)
    await until(lambda: decided(room, 1))
    lifted = await run("sanction", "u", "ban", "--lift")
    closed = await run("thread", "a1", "premoderated")
    await write(room, "c2", "Something else entirely, about schools.", author="v")
    await until(lambda: decided(room, 2))
    passed_on = await run("escalate", "c2", "legal", "--note", "Is it libel?")
    wrong = await run("escalate", "c2", "nowhere")

    assert banned.stdout == "u: ban holds\n", banned.stderr
    assert odd.exit_code == 2
    assert "until is required" in odd.stderr
    assert lifted.exit_code == closed.exit_code == passed_on.exit_code == 0
    assert wrong.exit_code == 2
    assert await verdicts(room) == ["reject", "hold"]
    assert "c2" in (await run("queue", "legal")).stdout


async def test_a_story_is_kept_and_let_go_by_two_and_channels_follow(room: Client, run: Run, until: Until) -> None:
    fact = ArticleEnriched.model_validate(
        {"article_id": "a1", "revision": 1, "change": Change.CREATED, "article": article(id="a1"),
         "enrichment": {"language": "en", "direction": "ltr", "word_count": 3, "reading_minutes": 1, "teaser": "",
                        "slug": "a-bridge"}}, strict=False,
    )  # fmt: skip
    await put(room, fact, "s1")

    async def told(kinds: list[str]) -> bool:
        return [one["type"].split(".")[2] for one in await published(room, "lightwire:renditions.light")] == kinds

    await until(lambda: told(["published"]))
    held = await run("hold", "a1", "--note", "Our lawyers ask for a day.")
    await until(lambda: told(["published", "withdrawn"]))
    blind = await run("hold", "a1", "--lift", "--actor", "omid")
    one = await run("hold", "a1", "--lift", "--revision", "1", "--actor", "omid")
    again = await run("hold", "a1", "--lift", "--revision", "1", "--actor", "omid")
    two = await run("hold", "a1", "--lift", "--revision", "1", "--actor", "parisa")

    await until(lambda: told(["published", "withdrawn", "published"]))
    assert (held.stdout, one.stdout, two.stdout) == (
        "a1: is kept back\n", "a1: a second person must ask, too\n", "a1: let go\n"
    )  # fmt: skip
    assert blind.exit_code == again.exit_code == 1
    assert "revision 1 waits now" in blind.stderr
    assert "a second editor must, too" in again.stderr
    last = (await published(room, "lightwire:renditions.light"))[-1]["data"]
    assert (last["action"], last["revision"]) == ("reinstated", 1)


async def test_a_policy_counts_from_the_next_comment_on_and_the_file_comes_back(
    room: Client, run: Run, until: Until, tmp_path: Path
) -> None:
    strict = tmp_path / "policy.toml"
    rule = '\n[[rule]]\nid = "bridges"\nwhen = { patterns = ["bridge"] }\ndo = "hold"\nreason = "other"\n'
    strict.write_text(f'{DEFAULT.read_text("utf-8")}\n[[pattern]]\nid = "bridge"\nexpression = "bridge"\n{rule}')
    (tmp_path / "wordlists").mkdir()
    for file in (DEFAULT.parent / "wordlists").glob("*.toml"):
        (tmp_path / "wordlists" / file.name).write_bytes(file.read_bytes())
    broken = tmp_path / "broken.toml"
    broken.write_text(strict.read_text().replace("when = { patterns", "wen = { patterns"))
    await write(room, "c1", FINE)
    await until(lambda: decided(room, 1))

    checked = await run("policy", "check", str(strict))
    refused = await run("policy", "activate", str(broken))
    would = await run("what-if", str(strict), "--json")
    counts = await run("policy", "activate", str(strict), "--actor", "parisa")
    await write(room, "c2", "Another bridge, elsewhere, was never built.", author="v")
    await until(lambda: decided(room, 2))
    back = await run("policy", "activate", "--from-file")
    await write(room, "c3", "The third bridge of this town is quite fine.", author="w")
    await until(lambda: decided(room, 3))

    assert "bridges" in checked.stdout
    assert refused.exit_code == 1
    assert "wen" in refused.stderr
    assert json.loads(would.stdout)["changed"] == 1
    assert (counts.exit_code, back.exit_code) == (0, 0), counts.stderr + back.stderr
    assert await verdicts(room) == ["publish", "hold", "publish"]
    told = await published(room, "lightwire:comments.moderated")
    digests = [one["data"]["decision"]["policy"]["digest"] for one in told]
    assert digests[0] == digests[2] != digests[1]


async def test_the_audit_says_who_asked_for_what_and_notices_when_a_record_is_gone(
    room: Client, run: Run, until: Until
) -> None:
    await write(room, "c1", FINE)
    await until(lambda: decided(room, 1))
    await run("decide", "c1", "reject", "--actor", "omid", "--note", "He is cruel.")
    await run("decide", "c1", "publish", "--actor", "parisa")
    await run("sanction", "u", "ban", "--actor", "omid", "--section", "Sport", "--reason", "insult")

    listed = await run("audit", "--by", "omid")
    (first, second, _) = await room.xrange("lightwire:audit")
    await room.xdel("lightwire:audit", second[0])
    broken = await run("audit")

    assert listed.exit_code == 0, listed.stderr
    assert [line.split()[2] for line in listed.stdout.splitlines() if line.startswith("20")] == [
        "decision.reject", "sanction.ban"
    ]  # fmt: skip
    assert "He is cruel." in listed.stdout
    assert "without end, in Sport, reason insult" in listed.stdout
    assert "seen 1.0" in listed.stdout
    assert first
    assert broken.exit_code == 1
    assert "the chain is broken" in broken.stderr


async def test_what_is_stored_is_made_again_from_what_was_told(
    redis: Client, redis_server: Server, run: Run, until: Until
) -> None:
    async with at_work(redis_server):
        for number in range(5):
            await write(redis, f"c{number}", f"{FINE} {'x' * number}", author=f"u{number}")
        await until(lambda: decided(redis, 5))
        await run("decide", "c1", "hold", "--actor", "omid")
        await run("sanction", "u2", "premoderate")
        while_running = await run("rebuild", "--write")

        async def read_back() -> bool:
            groups: Any = await redis.xinfo_groups("lightwire:comments.moderated")
            return all(one["lag"] == 0 and one["pending"] == 0 for one in groups)

        await until(read_back)
    same = await run("rebuild")
    before = await redis.hgetall("lightwire:moderation:c1")
    queue = f"lightwire:queue:{json.loads(before[b'standing'])['queue']}"
    await redis.delete("lightwire:moderation:c1", queue, "lightwire:author:u2")
    missing = await run("rebuild")
    written = await run("rebuild", "--write")
    after = await run("rebuild")

    assert while_running.exit_code == 2
    assert "stop moderation first" in while_running.stderr
    assert same.exit_code == 0, same.stdout + same.stderr
    assert missing.exit_code == 1
    assert "moderation:c1 standing: missing" in missing.stdout
    assert written.exit_code == after.exit_code == 0, written.stderr
    assert await redis.hgetall("lightwire:moderation:c1") == before
    assert await redis.zscore(queue, "c1") is not None


async def test_no_rebuild_ends_a_legal_hold(redis: Client, redis_server: Server, run: Run, until: Until) -> None:
    async with at_work(redis_server):
        story = ArticleEnriched(article_id="a1", revision=1, change=Change.CREATED, article=article(id="a1"))
        await put(redis, story, "s1")
        await until(lambda: redis.exists("lightwire:thread:a1"))
        await run("hold", "a1", "--actor", "omid")
    before = await redis.hget("lightwire:thread:a1", "gate")
    await redis.delete("lightwire:moderation.actions")

    written = await run("rebuild", "--write")

    assert written.exit_code == 1
    assert "1 legal holds are stored that the streams do not tell of, such as thread:a1: they stay" in " ".join(
        written.stderr.split()
    )
    assert await redis.hget("lightwire:thread:a1", "gate") == before
    assert json.loads(before)["legal"] is True
    assert await redis.zscore("lightwire:holds:legal", "a1") is not None


async def test_what_cannot_be_read_any_more_leaves_counts_and_lists_as_they_are(
    redis: Client, redis_server: Server, run: Run, until: Until
) -> None:
    async with at_work(redis_server):
        await write(redis, "c1", FINE)
        await until(lambda: decided(redis, 1))
    (_, fields) = (await redis.xrange("lightwire:comments.moderated"))[0]
    event = json.loads(fields[b"event"])
    del event["data"]
    await redis.xadd("lightwire:comments.moderated", {"event": json.dumps(event | {"dataref": "redis:gone"})})
    await redis.hset("lightwire:tally:u", "tally", '{"published":7}')

    shown = await run("rebuild", "--write")

    assert shown.exit_code == 0, shown.stderr
    assert "1 events cannot be read any more" in shown.stdout
    assert await redis.hget("lightwire:tally:u", "tally") == b'{"published":7}'


async def test_with_a_secret_nothing_unsigned_is_done(redis: Client, redis_server: Server, project: Path,
                                                      until: Until) -> None:  # fmt: skip
    async with at_work(redis_server, desk_secret="correct horse battery"):
        await write(redis, "c1", FINE)
        await until(lambda: decided(redis, 1))

        unsigned = await runner(redis_server, project)("decide", "c1", "reject")
        person = runner(redis_server, project, LIGHTWIRE_DESK_SECRET="correct horse battery")
        signed = await person("decide", "c1", "reject")
        banned = await person("sanction", "u", "ban")
        copied = [fields for _, fields in await redis.xrange("lightwire:moderation.commands")]
        lifted = await person("sanction", "u", "ban", "--lift")
        for fields in copied:
            await redis.xadd("lightwire:moderation.commands", fields)
        await person("sanction", "v", "warn")
        actions = [one["data"]["action"] for one in await published(redis, "lightwire:moderation.actions")]

    assert (banned.exit_code, lifted.exit_code) == (0, 0), banned.stderr + lifted.stderr
    # What was asked once is not done again, whoever copies it.
    assert actions == ["sanction", "pardon", "sanction"]
    assert unsigned.exit_code == 1
    assert "the token is not right" in unsigned.stderr
    assert signed.exit_code == 0, signed.stderr
