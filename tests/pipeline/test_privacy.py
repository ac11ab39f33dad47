"""What readers write and who they are is in no log, no metric and no list of dead letters, whatever goes wrong."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from tests.pipeline.cli_case import submitted
from tests.pipeline.private_house import (
    BODY,
    EVERYTHING,
    IP,
    IP6,
    LEAKS,
    MAIL,
    NAME,
    NOTE,
    PHONE,
    PLANTED,
    House,
    comment,
    event,
    found,
    house,
    refused_and_dead,
)
from tests.pipeline.test_embedded import wait_for

HEADERS = {
    "X-Forwarded-For": f"{IP}, {IP6}", "X-Real-IP": IP, "Forwarded": f"for={IP}", "User-Agent": f"{BODY} {MAIL}",
    "Referer": f"https://mail.example/?{MAIL}", "Cookie": f"who={MAIL}",
}  # fmt: skip
CRASHES = ("crash-check", "crash-stage", "crash-pydantic")


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One in which everything has happened that can."""
    with house(tmp_path_factory.mktemp("private")) as one:
        story = submitted(comments_open=True, published_at="2026-11-23T16:00:00Z")
        one.send(event(story["data"], type_=story["type"]), stream="articles.submitted")
        one.send(event(comment("plain")), event(comment("conflict")), event(comment("conflict", body=f"{BODY} again")))
        one.send(*refused_and_dead(), *(event(comment(mark, f"{mark} {EVERYTHING}")) for mark in CRASHES))
        one.send(*(event(comment(leak, f"leak-{leak[4:]} {leak}")) for leak in LEAKS))
        people(one)
        wait_for(one.page, "the story is not out")
        wait_for(lambda: one.standing("crash-check"), "a crash was not decided about")
        readers(one)
        one.send(event(comment("last")))
        wait_for(lambda: one.standing("last"), "the last comment was not decided about")
        wait_for(one.settled, one.lightwire("status"))
        yield one


def people(one: House) -> None:
    """Moderators ask, rightly and wrongly, with a reader's data in their notes."""
    wish = {
        "id": "d", "comment_id": "plain", "revision": 1, "seq": 0, "verdict": "hold", "note": f"{NOTE} {MAIL}",
        "actor": {"kind": "human", "id": "nadia"},
    }  # fmt: skip
    wait_for(lambda: one.standing("plain"), "a comment was not decided about")
    for more in (
        {},
        {"comment_id": "nobody"},
        {"note": NOTE * 999},
        {"verdict": MAIL},
        {"actor": MAIL},
        {"seq": PHONE},
    ):
        data = {**wish, **more, "id": f"d-{len(str(more))}"}
        one.send(event(data, type_="lightwire.decision.requested.v1"), stream="moderation.commands")


def readers(one: House) -> None:
    """Readers look, search, and write, also what cannot be taken."""
    path = one.page()
    form = f"{one.site}/{path.strip('/').replace('/', '/comment/', 1)}"
    with httpx.Client(headers=HEADERS, timeout=20) as client:
        wait_for(lambda: client.get(form).status_code == 200, "the site does not show the story")
        token = re.search(r'name="token" value="([^"]*)"', client.get(form).text)
        assert token
        for address in (path, f"/en/search?q={BODY}", f"/en/{BODY}.html", f"/en/?ip={IP}", f"/{MAIL}", "/health"):
            client.get(f"{one.site}{address}")
        fields = {"token": unescape(token[1]), "name": NAME, "body": EVERYTHING}
        client.post(form, data={**fields, "token": MAIL})
        client.post(form, data={**fields, "body": EVERYTHING * 100})
        client.post(form, content=EVERYTHING.encode(), headers={"Content-Type": "text/plain"})
        # A form that comes back at once is a program's, so the first ones are refused.
        wait_for(lambda: client.post(form, data=fields).status_code == 303, "the site takes no comment")
        assert client.post(form, data={**fields, "body": f"crash-site {EVERYTHING}"}).status_code == 500


def test_nothing_of_a_reader_is_in_logs_metrics_and_lists(full_house: House) -> None:
    places = full_house.places()

    assert not (leaked := found(places, PLANTED)), "\n".join(f"{place}: {around!r}" for place, _, around in leaked)


def test_all_of_it_has_passed_through(full_house: House) -> None:
    """Else there would have been nothing to leak."""
    dead = full_house.lightwire("dead", "list")
    check = full_house.standing("crash-check")

    assert check["unknown"] == ["careless"]
    assert dead.count("rejected") + dead.count("undecodable") >= len(refused_and_dead()) - 2
    assert dead.count("conflict") >= 1
    assert dead.count("attempts_exhausted") == 2
    rows = full_house.redis.xrange("lightwire:comments.submitted")
    assert any(b'"/channel/site"' in row[b"event"] and BODY.encode() in row[b"event"] for _, row in rows)


def test_a_leak_of_each_kind_would_be_seen(full_house: House) -> None:
    places = full_house.places()

    seen = {word: {place for place, one, _ in found(places, LEAKS) if one == word} for word in LEAKS}
    assert "enrichment.log" in seen["leaklog"]
    assert "metrics of enrichment" in seen["leakmetric"]
    assert {"lightwire dead list", "lightwire dead list --json"} <= seen["leakdead"]
