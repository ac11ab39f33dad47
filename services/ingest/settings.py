"""What can be set about the door."""

from pathlib import Path

from pydantic import Field

from services.ingest.pollers.settings import PollSettings
from shared.settings import MediaSettings


class Settings(PollSettings, MediaSettings):
    """``LIGHTWIRE_INGEST_PORT`` and the limits on what is taken in."""

    port: int = Field(
        8001,
        ge=0,
        le=65535,
        validation_alias="LIGHTWIRE_INGEST_PORT",
        description="Where newsroom systems post, and ingest's health and metrics; 0: any free port.",
    )
    sources: Path = Field(
        Path("sources.toml"), description="Who may submit over HTTP (TOML); where there is no such file, nobody."
    )
    event_bytes: int = Field(2 * 1024 * 1024, ge=1024, description="Largest event taken from a newsroom, in bytes.")
    batch_bytes: int = Field(16 * 1024 * 1024, ge=1024, description="Largest batch taken over HTTP, in bytes.")
    batch_items: int = Field(500, ge=1, le=10_000, description="Most documents in one batch.")
    image_max_bytes: int = Field(
        20 * 1024 * 1024, ge=10_000, description="Largest picture taken from a newsroom, in bytes."
    )
    connections: int = Field(500, ge=10, description="Most connections to ingest at one time; the next are told 503.")
