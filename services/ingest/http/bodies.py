"""Bodies, read no further than they may go: neither as they travel nor unpacked."""

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

from services.ingest.http.problems import Problem

SLOW_S = 15.0
"""A body that takes longer is given up: whoever sends one byte a second must not hold a place for an hour."""
MOST_HEADERS, MOST_HEADER_BYTES = 100, 16_384


async def read(request: Request, most: int) -> bytes:
    """The body as it travelled. Raises ``Problem`` before more than ``most`` bytes are in memory."""
    headers = request.headers.raw
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
        raise Problem("too-large", f"send at most {MOST_HEADERS} headers of {MOST_HEADER_BYTES} bytes together")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > most:
        raise Problem("too-large", f"send at most {most} bytes in one request")
    parts, taken = [], 0
    try:
        async with asyncio.timeout(SLOW_S):
            async for part in request.stream():
                taken += len(part)
                if taken > most:
                    raise Problem("too-large", f"send at most {most} bytes in one request")
                parts.append(part)
    except TimeoutError:
        raise Problem("slow", f"send the body within {SLOW_S:.0f} s") from None
    except ClientDisconnect:
        raise Problem("invalid", "the connection ended before the body did") from None
    return b"".join(parts)


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """What the body holds; ``encoding`` as ``Content-Encoding`` says. A few kilobytes must not become gigabytes."""
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise Problem("format", "Content-Encoding must be gzip, or left out")
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise Problem("invalid", "the body is not gzip: leave Content-Encoding out, or pack it again") from None
    if len(found) > most:
        raise Problem("too-large", f"the body unpacks to more than {most} bytes")
    if not unpacking.eof or unpacking.unused_data:
        raise Problem("invalid", "the body is cut off, or has something behind its end: send one whole gzip stream")
    return found
