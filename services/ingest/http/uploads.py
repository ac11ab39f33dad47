"""Pictures: kept by their digest where the darkroom looks for them."""

import re

from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.ingest.http.front import Front, digest_of
from services.ingest.http.problems import Problem
from shared.errors import Away
from shared.media import ORIGINAL
from shared.streams import passing

OVERHEAD = 65_536
"""Of multipart around the file."""
MOST_PARTS = 20
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,512}")


async def push(front: Front, request: Request, name: str) -> Response:
    """201 with the digest once the store has it; with a field ``media_id`` the source's own name is noted as well."""
    most = front.settings.image_max_bytes
    arrived = await front.door.enter(request, name, "media", most + OVERHEAD)
    kind, options = parse_options_header(arrived.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Problem("format", "send multipart/form-data with the picture in the field media")
    fields = _fields(arrived.body, options[b"boundary"])
    content, media_id = fields.get("media", b""), fields.get("media_id", b"").decode("utf-8", "replace")
    if not content:
        raise Problem("invalid", "the field media is missing or empty: put the picture there", pointer="/media")
    if len(content) > most:
        raise Problem("too-large", f"a picture may have at most {most} bytes")
    if not _is_picture(content):
        raise Problem("format", "the field media is no JPEG, PNG, WebP, AVIF or GIF")
    if media_id and not _ID.fullmatch(media_id):
        raise Problem("invalid", "media_id must have 1 to 512 characters", pointer="/media_id")
    digest = digest_of(content)
    try:
        await front.media.put(ORIGINAL, digest, content)
        if media_id:
            await front.redis.set(front.pushed_key(arrived.known, media_id), digest, px=front.settings.data_keep_ms)
    except Exception as error:
        if isinstance(error, Away) or passing(error):
            raise Problem("away", "the store of pictures cannot be reached: send it again", retry_s=5) from None
        raise
    told = {"media": digest, "bytes": len(content)} | ({"media_id": media_id} if media_id else {})
    return JSONResponse(told, 201)


async def pushed(front: Front, request: Request, name: str, media_id: str) -> Response:
    """200 where the source has pushed it. Superdesk asks without a signature, for there is no body to sign."""
    known = front.door.known(name, "media")
    if known.source.scheme != "superdesk":
        front.door.reader(request, name)
    try:
        there = _ID.fullmatch(media_id) and await front.redis.exists(front.pushed_key(known, media_id))
    except Exception as error:
        if passing(error):
            raise Problem("away", "Redis does not answer: ask again", retry_s=2) from None
        raise
    if not there:
        raise Problem("unknown", "nothing was pushed under this name: push it")
    return JSONResponse({"media_id": media_id})


def _fields(body: bytes, boundary: bytes) -> dict[str, bytes]:
    """The parts by name; the parser works on what is in memory already, within the limit."""
    found: dict[str, bytearray] = {}
    header, value, current = bytearray(), bytearray(), bytearray()

    parts = 0

    def begins() -> None:
        nonlocal current, parts
        current, parts = bytearray(), parts + 1
        if parts > MOST_PARTS:
            raise ValueError

    def ends_header() -> None:
        nonlocal current
        if header.lower() == b"content-disposition":
            name = parse_options_header(bytes(value))[1].get(b"name", b"")
            current = found.setdefault(name.decode("utf-8", "replace"), bytearray())
        header.clear()
        value.clear()

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begins,
                "on_header_field": lambda data, start, end: header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: value.extend(data[start:end]),
                "on_header_end": ends_header,
                "on_part_data": lambda data, start, end: current.extend(data[start:end]),
            },
        )
        parser.write(body)
        parser.finalize()
    except ValueError:
        raise Problem(
            "invalid", f"the body is not the multipart/form-data its header says, or has over {MOST_PARTS} parts"
        ) from None
    return {name: bytes(content) for name, content in found.items()}


def _is_picture(content: bytes) -> bool:
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")):
        return True
    return (content[:4] == b"RIFF" and content[8:12] == b"WEBP") or content[4:12] in (b"ftypavif", b"ftypavis")
