"""The press compresses what is live and nothing else, and only while its story stands where it was read."""

import gzip
import hashlib

import brotli  # type: ignore[import-untyped]
import pytest

from services.delivery.press.press import press, reads_bodies
from services.delivery.state import STATE, Story, record_key
from shared.articles import Change
from shared.events import BodyDue, seal
from shared.outcome import Given, Outcome, Record
from tests.unit.delivery_stories import NOON

BODY = ("The ferry sails again on Monday, after nine days of storm. " * 300).encode()
DIGEST = hashlib.sha256(BODY).hexdigest()
NAME = f"blob:{DIGEST}"
KEY = record_key("a1")
DUE = BodyDue(article_id="a1", revision=3, sequence=9, bodies=(DIGEST,))


def pressed(record: Record, body: bytes | None = BODY) -> Outcome:
    """What the press answers where the story and its body stand like this."""
    event = seal(DUE, id="e", source="/test", time=NOON)
    return press(DUE, Given(NOON, event, {KEY: record}, {}, {NAME: body}))


def story(*, shown: bool = True, blobs: tuple[str, ...] = (NAME,)) -> Record:
    """A record of revision 3 at sequence 9."""
    stored = Story(revision=3, change=Change.UPDATED, shown=shown, blobs=blobs)
    return Record("3.9", {STATE: stored.model_dump_json().encode()})


def test_a_live_body_is_stored_beside_itself_in_both_codings() -> None:
    blobs = {blob.key: blob.content for blob in pressed(story()).blobs}

    assert set(blobs) == {f"{NAME}.br", f"{NAME}.gz"}
    assert brotli.decompress(blobs[f"{NAME}.br"]) == BODY == gzip.decompress(blobs[f"{NAME}.gz"])
    assert max(map(len, blobs.values())) < len(BODY) / 10


def test_the_same_body_gives_the_same_bytes() -> None:
    assert pressed(story()) == pressed(story())


def test_the_commit_is_refused_where_the_story_moved_on_and_changes_no_field_where_it_did_not() -> None:
    (save,) = pressed(story()).save

    assert (save.key, save.revision, save.seq) == (KEY, 3, 10)
    assert not save.fields
    assert not save.unset


@pytest.mark.parametrize(
    ("record", "body"),
    [
        (Record(), BODY),
        (story(shown=False), BODY),
        (story(blobs=("blob:" + "0" * 64,)), BODY),
        (story(), None),
    ],
    ids=["no story", "withdrawn", "replaced", "body gone"],
)
def test_nothing_is_left_of_a_body_that_is_not_live(record: Record, body: bytes | None) -> None:
    assert pressed(record, body) == Outcome(note="superseded")


def test_the_press_reads_where_the_story_stands_and_not_its_text() -> None:
    reads = reads_bodies(DUE)

    assert reads.records == {KEY: (STATE,)}
    assert reads.blobs == [NAME]
