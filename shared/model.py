"""The base of everything on the wire, and the few types it is made of."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


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
Timestamp = Annotated[AwareDatetime, Field(description="RFC 3339 with a time zone.")]
Line = Annotated[str, Field(max_length=2_000)]
