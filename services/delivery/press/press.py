"""Decide which bodies of a story are compressed: those it still shows."""

import gzip

import brotli  # type: ignore[import-untyped]

from services.delivery.state import STATE, Story, record_key
from shared.events import BodyDue
from shared.outcome import Blob, Given, Outcome, Reads, Save


def reads_bodies(data: BodyDue) -> Reads:
    """Where the story stands, not its text, and the bodies."""
    blobs = [f"blob:{digest}" for digest in data.bodies]
    return Reads(records={record_key(data.article_id): (STATE,)}, blobs=blobs)


def press(data: BodyDue, given: Given) -> Outcome:
    """Each body beside itself as brotli and as gzip, unless another took its place.

    The save changes no field. It refuses the commit where the story moved on since it was read, so that a kill between
    reading and writing leaves no compressed text behind that nothing would drop.
    """
    key = record_key(data.article_id)
    record = given.records[key]
    story = Story.of(record)
    live = story.blobs if story and story.shown else ()
    blobs = [
        blob
        for name in (f"blob:{digest}" for digest in data.bodies)
        if name in live and (body := given.blobs.get(name)) is not None
        for blob in (Blob(f"{name}.br", brotlied(body)), Blob(f"{name}.gz", gzipped(body)))
    ]
    if not blobs:
        return Outcome(note="superseded")
    return Outcome(blobs=blobs, save=(Save(key, record.revision, record.seq + 1),))


def brotlied(body: bytes) -> bytes:
    """Quality 11. The window is the smallest that holds the body: a larger one only costs memory."""
    window = min(max((len(body) + 16).bit_length(), 16), 24)
    compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=11, lgwin=window)
    return compressed


def gzipped(body: bytes) -> bytes:
    """The same bytes every time: no clock in it."""
    return gzip.compress(body, 9, mtime=0)
