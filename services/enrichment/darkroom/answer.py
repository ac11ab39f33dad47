"""How the process that develops a picture answers: a length, a line of JSON, then the files."""

import json
from base64 import b64decode
from hashlib import sha256

from pydantic import ValidationError

from services.enrichment.darkroom.limits import Unusable
from services.enrichment.darkroom.sniff import kind_of
from shared.articles import ImageFormat, ImageSource
from shared.pictures import MAX_LIGHT, Developed

MOST = 32 * 2**20
"""Bytes of an answer; nine files of a picture have about one million."""
_FORMATS = {"AVIF": ImageFormat.AVIF, "WEBP": ImageFormat.WEBP, "JPEG": ImageFormat.JPEG}
_HEAD = 4


def packed(developed: Developed, files: dict[str, bytes]) -> bytes:
    """The answer for a picture that was developed."""
    return _framed(developed.model_dump_json().encode()) + b"".join(files[one.media] for one in _ordered(developed))


def refused(why: str) -> bytes:
    """The answer for one that cannot be."""
    return _framed(json.dumps({"unusable": why}).encode())


def unpacked(answer: bytes) -> tuple[Developed, dict[str, bytes]]:
    """What was developed. Raises ``Unusable`` where it says so, or where it is not what it says.

    Nothing in it is believed: it comes from the process that has just read a stranger's file.
    """
    length = int.from_bytes(answer[:_HEAD], "big")
    head, body = answer[_HEAD : _HEAD + length], answer[_HEAD + length :]
    try:
        said = json.loads(head)
        if isinstance(said, dict) and isinstance(said.get("unusable"), str):
            raise Unusable(said["unusable"][:500])
        developed = Developed.model_validate_json(head)
    except (ValueError, ValidationError, RecursionError):
        raise Unusable("could not be developed: the decoder gave no sensible answer") from None
    files: dict[str, bytes] = {}
    at = 0
    for source in _ordered(developed):
        content = body[at : at + (source.bytes or 0)]
        at += len(content)
        kind = _FORMATS.get(kind_of(content) or "")
        if sha256(content).hexdigest() != source.media or kind is not source.media_type:
            raise Unusable("could not be developed: the decoder's files are not what it says they are")
        files[source.media] = content
    if at != len(body) or not (_small_webp(developed.light) and _small_webp(developed.placeholder)):
        raise Unusable("could not be developed: the decoder's files are not what it says they are")
    return developed, files


def _ordered(developed: Developed) -> list[ImageSource]:
    return list({one.media: one for one in developed.sources}.values())


def _small_webp(text: str) -> bool:
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        return False
    return len(content) <= MAX_LIGHT and kind_of(content) == "WEBP"


def _framed(head: bytes) -> bytes:
    return len(head).to_bytes(_HEAD, "big") + head
