"""What can be set about the door."""

from pydantic import Field

from shared.settings import StageSettings


class Settings(StageSettings):
    """``LIGHTWIRE_INGEST_PORT`` and the limits on what is taken in."""

    port: int = Field(
        8001,
        ge=0,
        le=65535,
        validation_alias="LIGHTWIRE_INGEST_PORT",
        description="Ingest's health and metrics; 0: any free port.",
    )
    event_bytes: int = Field(2 * 1024 * 1024, ge=1024, description="Largest event taken from a newsroom, in bytes.")
    event_depth: int = Field(64, ge=4, le=200, description="Levels of brackets an event may nest.")
