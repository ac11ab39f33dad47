"""An activated policy counts, and one that cannot be used changes nothing and is told."""

from datetime import UTC, datetime

import pytest

from services.moderation.live_policy import ACTIVE, LivePolicy
from services.moderation.policy import rulebook
from services.moderation.policy_files import load
from shared.comments import Actor
from shared.envelope import seal
from shared.events import PolicyRequested
from shared.outcome import Given

FILE = load()
STRICT = """
version = "strict"
on_unknown = "hold"
[[rule]]
id = "r"
when = { links_over = 0 }
do = "hold"
reason = "links"
"""


def given(stored: bytes | None) -> Given:
    wish = PolicyRequested(actor=Actor(kind="human", id="sara"), policy=STRICT)
    return Given(datetime(2026, 11, 26, tzinfo=UTC), seal(wish, id="e", source="/test"), blobs={ACTIVE: stored})


def activated(live: LivePolicy, text: str = STRICT) -> bytes:
    wish = PolicyRequested(actor=Actor(kind="human", id="sara"), policy=text)
    (blob,) = live.decide(wish, given(None)).blobs
    return blob.content


def test_without_one_the_file_counts_and_with_one_it_does() -> None:
    live = LivePolicy(FILE)
    stored = activated(live)

    assert live.rules(given(None)) is FILE
    assert live.rules(given(stored)).named.version == "strict"
    assert live.rules(given(stored)).named.digest == rulebook(STRICT.encode(), {}).named.digest
    assert live.rules(given(None)) is FILE


@pytest.mark.parametrize(
    "broken", [b"\xff" * 100, b"x" * 64 + b"\n{", b"0" * 64 + b'\n{"policy": "no", "files": {}}', b"0" * 64 + b"\n[]"]
)
def test_what_cannot_be_used_leaves_what_counted_before_and_says_why(broken: bytes) -> None:
    live = LivePolicy(FILE)
    before = live.rules(given(activated(live)))

    after = live.rules(given(broken))

    assert after is before
    assert live.unusable
    assert live.rules(given(broken)) is before
    assert live.rules(given(None)) is FILE
    assert live.unusable is None
