"""The users of examples/redis-users.acl, in a real Redis: each may do its work, and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from redis.exceptions import NoPermissionError

from services.moderation.app import build as build_moderation
from services.moderation.desk.app import build as build_desk
from services.moderation.desk.sessions import Sessions
from services.moderation.desk.settings import Settings as DeskSettings
from services.moderation.settings import Settings
from shared.accounts import Account, Accounts
from shared.articles import Change
from shared.asking import ask
from shared.cases import HoldKind, ReportReason, Role, SanctionKind, ThreadMode
from shared.comments import Actor, Verdict
from shared.events import (
    ArticleEnriched,
    CommentAppealed,
    CommentReported,
    DecisionRequested,
    EventData,
    HoldRequested,
    PolicyRequested,
    SanctionRequested,
    ThreadRequested,
)
from shared.keys import Keys
from shared.streams import Client, connect
from tests.builders import article
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.desk_door import HERE
from tests.pipeline.moderation_house import put, write
from tests.pipeline.site_house import caught_up, open_site, published, settings, story, tell
from tests.server import Server, running

Until = Callable[..., Awaitable[None]]
KEYS = Keys()
ALL = "user default on nopass ~* &* +@all"

pytestmark = pytest.mark.needs("redis-server")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Server]:
    """A Redis with the users as they are shipped; the test itself comes as ``default``."""
    folder = tmp_path_factory.mktemp("acl")
    users = (project / "examples" / "redis-users.acl").read_text("utf-8")
    assert users.startswith("user default off\n")
    (folder / "users.acl").write_text(users.replace("user default off", ALL))
    with running("redis-server", folder, ["--aclfile", str(folder / "users.acl")]) as server:
        yield server


@pytest.fixture
async def redis(guarded: Server) -> AsyncIterator[Client]:
    """As the test, who may do everything; nobody has been refused anything yet."""
    client = connect(guarded.url)
    await client.flushall()
    await client.execute_command("ACL", "LOG", "RESET")
    yield client
    await client.aclose()


@pytest.fixture
def place(guarded: Server) -> Callable[[str], str]:
    """The address as this user."""
    return lambda user: f"redis://{user}:CHANGE-ME-{user}@{urlsplit(guarded.url).netloc}/0"


async def refused(redis: Client) -> list[tuple[str, str, str]]:
    """User, command and key or command that was refused since."""
    found: list[dict[bytes, Any]] = await redis.execute_command("ACL", "LOG")
    rows = [one if isinstance(one, dict) else dict(zip(one[::2], one[1::2], strict=True)) for one in found]
    return [tuple(_text(row, name) for name in ("username", "reason", "object")) for row in rows]  # type: ignore[misc]


def _text(row: dict[Any, Any], name: str) -> str:
    value = row.get(name, row.get(name.encode()))
    return value.decode() if isinstance(value, bytes) else str(value)


FORBIDDEN: dict[str, list[tuple[Any, ...]]] = {
    "site": [
        ("XADD", "lightwire:moderation.commands", "*", "event", "{}"),
        ("XADD", "lightwire:comments.moderated", "*", "event", "{}"),
        ("XADD", "lightwire:articles.submitted", "*", "event", "{}"),
        ("XADD", "lightwire:renditions.full", "*", "event", "{}"),
        ("XREAD", "STREAMS", "lightwire:comments.submitted", "0"),
        ("XREAD", "STREAMS", "lightwire:audit", "0"),
        ("GET", "lightwire:policy:active"),
        ("SET", "lightwire:policy:active", "x"),
        ("HGET", "lightwire:desk:users", "omid"),
        ("HGETALL", "lightwire:moderation:c1"),
        ("DEL", "lightwire:renditions.full"),
        ("FCALL", "lightwire_act_v1", "0"),
        ("FLUSHALL",),
        ("CONFIG", "GET", "*"),
    ],
    "newsroom": [
        ("XADD", "lightwire:articles.moderated", "*", "event", "{}"),
        ("XADD", "lightwire:moderation.commands", "*", "event", "{}"),
        ("XREAD", "STREAMS", "lightwire:articles.submitted", "0"),
        ("FLUSHALL",),
    ],
    "desk": [
        ("XADD", "lightwire:comments.moderated", "*", "event", "{}"),
        ("SET", "lightwire:policy:active", "x"),
        ("HSET", "lightwire:moderation:c1", "standing", "{}"),
        ("HSET", "lightwire:thread:a1", "gate", "{}"),
        ("XADD", "lightwire:articles.submitted", "*", "event", "{}"),
        ("FLUSHALL",),
        ("EVAL", "return 1", "0"),
    ],
    "moderation": [
        ("HGETALL", "lightwire:desk:users"),
        ("HSET", "lightwire:desk:users", "omid", "{}"),
        ("GET", "lightwire:desk:session:x"),
        ("XADD", "lightwire:audit", "*", "event", "{}"),
        ("XADD", "lightwire:renditions.full", "*", "event", "{}"),
        ("XADD", "lightwire:comments.submitted", "*", "event", "{}"),
        ("FLUSHALL",),
    ],
}


@pytest.mark.parametrize(("user", "command"), [(user, one) for user, commands in FORBIDDEN.items() for one in commands])
async def test_nobody_may_do_what_is_not_their_work(
    redis: Client, place: Callable[[str], str], user: str, command: tuple[Any, ...]
) -> None:
    client = connect(place(user))

    with pytest.raises(NoPermissionError):
        await client.execute_command(*command)
    await client.aclose()

    assert [one[0] for one in await refused(redis)] == [user]


async def test_a_newsroom_submits(redis: Client, place: Callable[[str], str]) -> None:
    client = connect(place("newsroom"))

    for stream in ("articles.submitted", "comments.submitted"):
        await client.xadd(KEYS.key(stream), {"event": "{}"})
    await client.aclose()

    assert await refused(redis) == []


async def test_a_site_shows_and_sends_on_what_readers_say(
    redis: Client, place: Callable[[str], str], tmp_path: Path, until: Until
) -> None:
    async with open_site(settings(place("site"), tmp_path, receipts=True)) as browser:
        await tell(redis, published("a", 1), story("a", 1))
        await until(lambda: caught_up(redis, browser))
        page = await browser.get("/en/a.html")
    client = connect(place("site"))
    for stream in ("comments.submitted", "comments.reported", "receipts"):
        await client.xadd(KEYS.key(stream), {"event": "{}"})
    await client.get(KEYS.key("blob:x"))
    await client.aclose()

    assert page.status_code == 200
    assert await refused(redis) == []


def person(name: str) -> dict[str, Any]:
    return {"actor": Actor(kind="human", id=name), "role": Role.ADMIN}


async def test_moderation_and_its_desk_do_all_their_work(
    redis: Client, place: Callable[[str], str], until: Until
) -> None:
    account = Account(name="omid", role=Role.ADMIN, created_at=datetime.now(UTC))
    desk = connect(place("desk"))
    accounts = Accounts(desk, KEYS)
    await accounts.change("omid", "test", "desk.user.add", lambda _: account)
    token = await Sessions(desk, KEYS, accounts).open(account)

    async def wants(wish: Any) -> None:
        await ask(desk, KEYS, wish, secret="", source="/desk")

    async def length(stream: str, least: int) -> bool:
        return bool(await redis.xlen(KEYS.key(stream)) >= least)

    async def told(data: EventData, id_: str) -> None:
        await put(redis, data, id_)

    async with working(build_moderation(Settings(redis_url=place("moderation"), port=0, **QUICK))):
        await told(ArticleEnriched(article_id="a1", revision=1, change=Change.CREATED, article=article(id="a1")), "s1")
        await write(redis, "c1", "I agree with the council.")
        await until(lambda: length("comments.moderated", 1))
        await told(CommentReported(comment_id="c1", reporter="r1", reason=ReportReason.ABUSE), "r1")
        await until(lambda: length("moderation.cases", 1))
        await wants(DecisionRequested(**person("omid"), comment_id="c1", revision=1, seq=0, verdict=Verdict.REJECT))
        await until(lambda: length("comments.moderated", 2))
        await told(CommentAppealed(comment_id="c1", author_id="u", words="I quoted."), "p1")
        await until(lambda: length("moderation.cases", 3))
        await wants(SanctionRequested(**person("omid"), author_id="u", kind=SanctionKind.WARN))
        await wants(ThreadRequested(**person("omid"), article_id="a1", mode=ThreadMode.PREMODERATED))
        await wants(HoldRequested(**person("omid"), article_id="a1", kind=HoldKind.LEGAL))
        await wants(PolicyRequested(**person("omid")))
        await until(lambda: length("moderation.actions", 4))
        assert await redis.exists(KEYS.key("policy:active")) == 0
        await wants(PolicyRequested(**person("omid"), policy='version = "x"\non_unknown = "hold"\nrule = []\n'))
        await until(lambda: redis.exists(KEYS.key("policy:active")))
        app = build_desk(DeskSettings(redis_url=place("desk"), url=HERE))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url=HERE, cookies={"desk-session": token}
            ) as browser,
        ):
            paths = ("/queue", "/comment?id=c1", "/search?q=c1", "/story?id=a1", "/holds", "/policy", "/statistics",
                     "/trail", "/what-if", "/health")  # fmt: skip
            pages = {path: (await browser.get(path)).status_code for path in paths}
        await desk.aclose()

    assert pages == dict.fromkeys(paths, 200)
    assert await refused(redis) == []
