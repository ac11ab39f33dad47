"""Brotli with a dictionary both sides hold: the content coding ``dcb`` of RFC 9842.

The ``brotli`` package has no word for dictionaries, but the library inside its wheel has; see docs/decisions/0015.
"""

import ctypes
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import _brotli  # type: ignore[import-not-found,import-untyped,unused-ignore]

MAGIC: Final = b"\xff\x44\x43\x42"
QUALITY: Final = 11
_RAW, _MODE, _QUALITY, _LGWIN, _TEXT, _FINISH = 0, 0, 1, 2, 1, 2
_SUCCESS: Final = 1


class NoDictionaries(RuntimeError):  # noqa: N818 - says what is missing
    """This build of brotli does not export its dictionary functions: pages travel without."""


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_brotli.__file__)
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    known = {
        "BrotliEncoderCreateInstance": (pointer, (pointer, pointer, pointer)),
        "BrotliEncoderDestroyInstance": (None, (pointer,)),
        "BrotliEncoderSetParameter": (ctypes.c_int, (pointer, ctypes.c_int, ctypes.c_uint32)),
        "BrotliEncoderPrepareDictionary": (
            pointer, (ctypes.c_int, size, ctypes.c_char_p, ctypes.c_int, pointer, pointer, pointer),
        ),
        "BrotliEncoderDestroyPreparedDictionary": (None, (pointer,)),
        "BrotliEncoderAttachPreparedDictionary": (ctypes.c_int, (pointer, pointer)),
        "BrotliEncoderCompressStream": (ctypes.c_int, (pointer, ctypes.c_int, *(pointer,) * 5)),
        "BrotliEncoderIsFinished": (ctypes.c_int, (pointer,)),
        "BrotliDecoderCreateInstance": (pointer, (pointer, pointer, pointer)),
        "BrotliDecoderDestroyInstance": (None, (pointer,)),
        "BrotliDecoderAttachDictionary": (ctypes.c_int, (pointer, ctypes.c_int, size, ctypes.c_char_p)),
        "BrotliDecoderDecompressStream": (ctypes.c_int, (pointer, *(pointer,) * 5)),
    }  # fmt: skip
    for name, (result, arguments) in known.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise NoDictionaries(NoDictionaries.__doc__) from None
        function.restype, function.argtypes = result, arguments
    return library


def available() -> bool:
    """True where pages can be compressed with a dictionary."""
    try:
        _library()
    except (NoDictionaries, OSError):
        return False
    return True


def head(dictionary: bytes) -> bytes:
    """What a ``dcb`` body begins with: the mark of the coding, and which dictionary it needs."""
    return MAGIC + sha256(dictionary).digest()


def compress(body: bytes, dictionary: bytes) -> bytes:
    """The body as ``dcb``. About 10 ms for a page, so off the event loop. Raises ``NoDictionaries``."""
    library = _library()
    encoder = library.BrotliEncoderCreateInstance(None, None, None)
    if not encoder:
        raise MemoryError("brotli: no encoder")
    prepared = library.BrotliEncoderPrepareDictionary(
        _RAW, len(dictionary), dictionary, QUALITY, None, None, None
    )  # fmt: skip
    try:
        # The window must reach over the body; the dictionary lies before it and costs no window.
        window = min(max((len(body) + 16).bit_length(), 16), 24)
        for parameter, value in ((_MODE, _TEXT), (_QUALITY, QUALITY), (_LGWIN, window)):
            library.BrotliEncoderSetParameter(encoder, parameter, value)
        if not prepared or not library.BrotliEncoderAttachPreparedDictionary(encoder, prepared):
            raise ValueError("brotli: the dictionary cannot be used")
        return head(dictionary) + _run(
            lambda *streams: library.BrotliEncoderCompressStream(encoder, _FINISH, *streams)
            and library.BrotliEncoderIsFinished(encoder),
            body, len(body) + len(body) // 2 + 1_024,
        )  # fmt: skip
    finally:
        if prepared:
            library.BrotliEncoderDestroyPreparedDictionary(prepared)
        library.BrotliEncoderDestroyInstance(encoder)


def decompress(content: bytes, dictionary: bytes, limit: int) -> bytes:
    """The body of a ``dcb`` answer, at most ``limit`` bytes. Raises ``ValueError`` where it is none, or another's."""
    start = head(dictionary)
    if not content.startswith(start):
        raise ValueError("not compressed with this dictionary")
    library = _library()
    decoder = library.BrotliDecoderCreateInstance(None, None, None)
    if not decoder:
        raise MemoryError("brotli: no decoder")
    try:
        if not library.BrotliDecoderAttachDictionary(decoder, _RAW, len(dictionary), dictionary):
            raise ValueError("brotli: the dictionary cannot be used")
        return _run(
            lambda *streams: library.BrotliDecoderDecompressStream(decoder, *streams) == _SUCCESS,
            content[len(start) :], limit,
        )  # fmt: skip
    finally:
        library.BrotliDecoderDestroyInstance(decoder)


def _run(step: Callable[..., Any], content: bytes, room: int) -> bytes:
    """One call over all of the content, into a buffer of so many bytes."""
    source, target = ctypes.create_string_buffer(content, len(content)), ctypes.create_string_buffer(room)
    left, free = ctypes.c_size_t(len(content)), ctypes.c_size_t(room)
    at, to = ctypes.c_void_p(ctypes.addressof(source)), ctypes.c_void_p(ctypes.addressof(target))
    done = step(ctypes.byref(left), ctypes.byref(at), ctypes.byref(free), ctypes.byref(to), None)
    if not done:
        raise ValueError("brotli: not a whole stream, or more than was allowed")
    return target.raw[: room - free.value]
