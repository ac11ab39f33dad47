"""The door takes what every reader reads alike, and says of everything else what to change."""

import json

import pytest

from services.ingest.hostile import Limits, examine
from shared.errors import Rejected, Undecodable

LIMITS = Limits(event_bytes=2 * 1024 * 1024, depth=64)


def refusal(raw: bytes) -> Rejected:
    with pytest.raises(Rejected) as refused:
        examine(raw, LIMITS)
    return refused.value


def test_a_usual_event_passes() -> None:
    examine(json.dumps({"id": "1", "data": {"headline": "سه‌شنبه 😀", "revision": 3}}).encode(), LIMITS)


def test_ascii_escapes_pass() -> None:
    examine(rb'{"data":{"headline":"\u0633\u0644\u0627\u0645 \ud83d\ude00"}}', LIMITS)


def test_text_that_only_looks_like_an_escape_passes() -> None:
    examine(rb'{"data":{"body_html":"write \\u0000 or \\ud800"}}', LIMITS)


def test_the_smallest_and_the_greatest_integer_pass() -> None:
    examine(b'{"least":-9223372036854775808,"most":9223372036854775807}', LIMITS)


def test_the_deepest_allowed_event_passes() -> None:
    examine(b'{"a":' + b"[" * 63 + b"]" * 63 + b"}", LIMITS)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    examine(json.dumps({"a": [[]] * 500, "b": "[" * 500}).encode(), LIMITS)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"a":1', "not JSON"),
        (b'{"a":1}{"b":2}', "Extra data"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        (b'{"a":"\x00"}', "Invalid control character"),
        (b'{"a":"\xff"}', "byte 6 is not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "byte 6 is not UTF-8"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "deeper than 64 levels"),
        (b"[" * 10_000, "deeper than 64 levels"),
        (b"[" * 1_000_000, "deeper than 64 levels"),
        (b'{"a":' * 200_000, "deeper than 64 levels"),
        (b'"' + b'\\"' * 500_000, "Unterminated string"),
        (b" " * (2 * 1024 * 1024 + 1), "at most 2097152"),
        (b'{"a":1,"a":1}', "/a is given twice"),
        (b'{"data":{"images":[{},{"href":"x","href":"y"}]}}', "/data/images/1/href is given twice"),
        (b'{"a":{"b":1,"b":1},"a":1}', "/a is given twice"),
        (b'{"x/y~z":{"b":1,"b":1}}', "/x~1y~0z/b is given twice"),
    ],
)
def test_what_is_no_event_is_undecodable_and_the_message_says_why(raw: bytes, told: str) -> None:
    refused = refusal(raw)

    assert isinstance(refused, Undecodable)
    assert told in str(refused)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (rb'{"data":{"headline":"a\u0000b"}}', "/data/headline contains a NUL"),
        (rb'{"data":{"keywords":["x","\ud800"]}}', "/data/keywords/1 contains half of a surrogate pair"),
        (rb'{"data":{"k\udc00":1}}', "/data contains half of a surrogate pair"),
        (b'{"data":{"revision":9223372036854775808}}', "/data/revision is a number beyond 64 bits"),
        (b'{"data":{"revision":' + b"1" * 1_000_000 + b"}}", "/data/revision is a number beyond 64 bits"),
        (b'{"data":{"score":1e999}}', "/data/score is a number"),
        (b'{"data":{"score":NaN}}', "/data/score is a number beyond 64 bits or not a number"),
        (b'{"data":[0,-Infinity]}', "/data/1 is a number"),
        (b'{"data":{"reader@mail.example":1e999}}', "/data/(no name) is a number"),
        (b'{"data":{"+93 70 123 4567":{"a":1e999}}}', "/data/(no name)/a is a number"),
    ],
)
def test_a_value_nobody_can_take_is_rejected_by_name(raw: bytes, told: str) -> None:
    refused = refusal(raw)

    assert type(refused) is Rejected
    assert told in str(refused)


@pytest.mark.parametrize("raw", [b'{"a":1,"a":2} x', b'{"a":NaN', b'{"a":99999999999999999999'])
def test_broken_json_behind_an_objection_is_refused_at_once(raw: bytes) -> None:
    with pytest.raises(Undecodable, match="not JSON at line 1"):
        examine(raw, Limits())


def test_a_refusal_quotes_nothing_of_the_text() -> None:
    refused = refusal(rb'{"data":{"body":"the reader lives at \u0000 Elm Street"}}')

    assert "Elm" not in str(refused)


def test_an_unprintable_key_does_not_reach_a_terminal() -> None:
    refused = refusal(rb'{"\u001b[31m":1,"\u001b[31m":2}')

    assert str(refused).isprintable()


def test_limits_are_settings() -> None:
    with pytest.raises(Undecodable, match="at most 10"):
        examine(b'{"a":"0123456789"}', Limits(event_bytes=10))
    with pytest.raises(Undecodable, match="deeper than 2"):
        examine(b'{"a":[[1]]}', Limits(depth=2))
