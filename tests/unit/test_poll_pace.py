"""When a source is asked again, and where WordPress is asked to go on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from services.ingest.pollers.pace import LONGEST_S, MOST_ASKED_S, retry_after_s, wait_s
from services.ingest.pollers.table import Poll
from services.ingest.pollers.wordpress import after

NOW = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)


def test_each_failure_doubles_the_wait_up_to_an_end() -> None:
    waits = [wait_s("desk", 300, failures) for failures in range(40)]

    assert all(0.9 * 300 * 2**n <= waits[n] <= 1.1 * 300 * 2**n for n in range(6))
    assert max(waits) <= 1.1 * LONGEST_S


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    assert len({round(wait_s(f"desk{n}", 300, 3)) for n in range(50)}) > 25


def test_a_source_that_is_polled_once_a_day_is_not_polled_oftener_when_it_fails() -> None:
    assert wait_s("desk", 86_400, 9) >= 0.9 * 86_400


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), (" 7 ", 7), ("Thu, 26 Nov 2026 18:02:00 GMT", 120), ("Thu, 26 Nov 2026 17:00:00 GMT", 0),
     ("soon", 0), ("-5", 0), ("٣", 0), ("", 0), (None, 0), ("1e9", 0), ("Thu, 99 Nov 2026 18:02:00 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_read_in_both_its_forms(said: str | None, seconds: float) -> None:
    assert retry_after_s(said, NOW) == seconds


def test_a_server_may_ask_for_patience_but_not_for_ever() -> None:
    assert wait_s("desk", 60, 1, 3_600) == 3_600
    assert wait_s("desk", 60, 1, 10**9) == MOST_ASKED_S


@pytest.mark.parametrize(
    ("place", "newest", "following"),
    [
        (("2026-11-26T10:00:00", 1), "2026-11-26T12:00:00", ("2026-11-26T11:59:59", 1)),
        (("2026-11-26T11:59:59", 1), "2026-11-26T12:00:00", ("2026-11-26T11:59:59", 2)),
        (("2026-11-26T11:59:59", 2), "2026-11-26T12:00:05", ("2026-11-26T12:00:04", 1)),
        (("2026-11-26T11:59:59", 2), "", ("2026-11-26T11:59:59", 3)),
    ],
)
def test_a_long_list_goes_on_after_the_newest_change_and_always_goes_on(
    place: tuple[str, int], newest: str, following: tuple[str, int]
) -> None:
    assert after(place, newest, more=True) == following


def test_the_last_page_is_the_end() -> None:
    assert after(("2026-11-26T10:00:00", 3), "2026-11-26T12:00:00", more=False) is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"url": "desk.example/feed"}, "no address to poll"),
        ({"url": "file:///etc/passwd"}, "no address to poll"),
        ({"url": "https://user:secret@desk.example/feed"}, "no address to poll"),
        ({"url": "https://desk.example/feed", "user": "ada"}, "go together"),
        ({"url": "https://a.example/", "user": "ada", "password": "x", "password_env": "X"}, "given twice"),
        ({"url": "https://desk.example/feed", "evry_s": 5}, "Extra inputs"),
        ({"url": "https://desk.example/feed", "every_s": 1}, "greater than or equal to 5"),
    ],
)
def test_a_table_that_cannot_be_polled_is_refused_with_what_to_change(table: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Poll.model_validate(table)


def test_a_password_is_not_told_by_printing_its_table() -> None:
    poll = Poll(url="https://desk.example/", user="ada", password=SecretStr("abcd efgh"))

    assert "abcd" not in f"{poll!r} {poll}"


def test_a_password_may_be_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("abcd efgh\n")
    table = {"url": "https://desk.example/", "user": "ada"}

    for key, name in (("password_env", "WORD"), ("password_file", "word")):
        poll = Poll.model_validate({**table, key: name}).with_password({"WORD": "abcd efgh"}, tmp_path)
        assert poll.password
        assert poll.password.get_secret_value() == "abcd efgh"


@pytest.mark.parametrize("key", ["password_env", "password_file"])
def test_a_password_that_is_not_there_is_told_by_its_key(tmp_path: Path, key: str) -> None:
    poll = Poll.model_validate({"url": "https://desk.example/", "user": "ada", key: "WORD"})

    with pytest.raises(ValueError, match=key):
        poll.with_password({}, tmp_path)
