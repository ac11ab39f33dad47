"""What can be set about the darkroom."""

from pydantic import Field, field_validator

from services.enrichment.darkroom.addresses import Hosts
from services.enrichment.darkroom.limits import Limits
from shared.addresses import listed
from shared.settings import MediaSettings


class Settings(MediaSettings):
    """Read from ``LIGHTWIRE_<NAME>``; frozen."""

    port: int = Field(
        8006,
        validation_alias="LIGHTWIRE_DARKROOM_PORT",
        ge=0,
        le=65_535,
        description="Port of the darkroom's health and metrics; 0: any free one.",
    )
    batch: int = Field(
        2,
        validation_alias="LIGHTWIRE_DARKROOM_BATCH",
        ge=1,
        le=64,
        description="Pictures developed at once, each in a process of its own; about one a core.",
    )
    dead_letter_limit: int = Field(
        0,
        validation_alias="LIGHTWIRE_DARKROOM_DEAD_LETTER_LIMIT",
        ge=0,
        description="So many refused pictures in a row stop the darkroom; 0: never, for stories go on without them.",
    )
    image_hosts: str = Field(
        "",
        description="Hosts pictures may be fetched from, with commas: images.example.org, *.example.net; empty: none.",
    )
    image_max_bytes: int = Field(20 * 2**20, ge=1, description="Longest original of a picture, in bytes.")
    image_max_pixels: int = Field(50_000_000, ge=1, description="Largest original of a picture, width times height.")
    image_memory_bytes: int = Field(
        768 * 2**20, ge=256 * 2**20, description="Memory the process that develops one picture may take."
    )
    image_seconds: int = Field(60, ge=1, le=600, description="Time developing one picture may take.")

    upload_keep_ms: int = Field(
        30 * 86_400_000,
        ge=3_600_000,
        le=3_650 * 86_400_000,
        description="An uploaded picture that no story has needed by then is deleted.",
    )

    @field_validator("image_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        Hosts(listed(value))
        return value

    def hosts(self) -> Hosts:
        """Where pictures may be fetched from."""
        return Hosts(listed(self.image_hosts))

    def limits(self) -> Limits:
        """What a picture may cost."""
        return Limits(
            max_bytes=self.image_max_bytes,
            max_pixels=self.image_max_pixels,
            memory_bytes=self.image_memory_bytes,
            seconds=self.image_seconds,
        )
