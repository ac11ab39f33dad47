"""WARC 1.1, for archives that keep what was published: https://iipc.github.io/warc-specifications/"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from services.site.addresses import href
from services.site.folds.collection import stamp
from services.site.holdings import Leaf
from shared.signatures import SIDECAR


def opening(name: str, base: str, file: str, at: datetime) -> bytes:
    """The record that says who made the file; the first."""
    writer, held = _writer()
    facts = {"software": "Lightwire", "format": "WARC File Format 1.1", "isPartOf": base, "publisher": name}
    record = writer.create_warcinfo_record(file, facts)
    record.rec_headers.replace_header("WARC-Record-ID", _id(base + file + stamp(at)))
    record.rec_headers.replace_header("WARC-Date", stamp(at))
    writer.write_record(record)
    return held.getvalue()


def records(base: str, leaves: Iterable[Leaf], at: datetime) -> Iterator[bytes]:
    """What the site answers for each: a story with 200, a notice with 410, and their signatures."""
    for leaf in leaves:
        url = base + href(leaf.path)
        yield _record(url, "200 OK" if leaf.shown else "410 Gone", leaf.media_type, leaf.body, at)
        if leaf.signature:
            signature = leaf.signature.encode()
            yield _record(url + SIDECAR, "200 OK", "text/plain; charset=utf-8", signature, at)


def pictures(base: str, found: Mapping[str, tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """By digest, each with its media type."""
    for digest, (media_type, content) in found.items():
        yield _record(f"{base}/media/{digest}", "200 OK", media_type, content, at)


def _record(url: str, status: str, media_type: str, content: bytes, at: datetime) -> bytes:
    writer, held = _writer()
    headers = StatusAndHeaders(
        status, [("Content-Type", media_type), ("Content-Length", str(len(content)))], protocol="HTTP/1.1"
    )
    about = {"WARC-Date": stamp(at), "WARC-Record-ID": _id(f"{url}\n{stamp(at)}")}
    record = writer.create_warc_record(
        url, "response", payload=BytesIO(content), length=len(content), http_headers=headers, warc_headers_dict=about
    )
    writer.write_record(record)
    return held.getvalue()


def _writer() -> tuple[WARCWriter, BytesIO]:
    held = BytesIO()
    return WARCWriter(held, gzip=True, warc_version="1.1"), held


def _id(named: str) -> str:
    """The same for the same record, so that a file made twice is one file."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, named)}>"
