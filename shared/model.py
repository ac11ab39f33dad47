"""The base of everything on the wire, and the few types it is made of."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Frozen; strict about types, tolerant of fields it does not know (contract, section 2).

    The sentence under a field is its description in every schema and in docs/events.md.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", allow_inf_nan=False, use_attribute_docstrings=True
    )


Id = Annotated[str, Field(min_length=1, max_length=512, description="The newsroom's own id, 1-512 characters.")]
Revision = Annotated[
    int, Field(ge=0, le=2**63 - 1, description="Grows with every change; the order key. A 64-bit integer.")
]
Sequence = Annotated[int, Field(ge=0, le=2**63 - 1, description="Grows with everything published about one article.")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")]


def _of_our_age(at: datetime) -> datetime:
    # Zero times of other languages (year 1) and ends of time (9999) cannot be moved between zones and calendars.
    if not 1900 <= at.year <= 9000:
        raise ValueError("the year must be between 1900 and 9000: send the real time, or leave the field out")
    return at


Timestamp = Annotated[AwareDatetime, AfterValidator(_of_our_age), Field(description="RFC 3339 with a time zone.")]
Language = Annotated[
    str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", description="A BCP 47 language tag.")
]
_SAME_LANGUAGE = {"prs": "fa", "pes": "fa", "arb": "ar"}


def primary(language: str) -> str:
    """The language a BCP 47 tag is about: ``fa`` for ``fa-AF``, and for ``prs``, which is Persian too."""
    subtag = language.split("-", 1)[0].lower()
    return _SAME_LANGUAGE.get(subtag, subtag)


def whole(digits: str) -> int | None:
    """An integer of a document that is read for its withdrawal alone; ``None`` for one beyond 64 bits: Python refuses
    to read some of those, and nothing here may have one.
    """
    return int(digits) if len(digits) <= 20 else None


Line = Annotated[str, Field(max_length=2_000)]
