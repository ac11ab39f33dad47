"""Settings of the press."""

from pydantic import Field

from shared.settings import StageSettings


class Settings(StageSettings):
    """Read from ``LIGHTWIRE_<NAME>``; frozen."""

    port: int = Field(
        8005,
        validation_alias="LIGHTWIRE_PRESS_PORT",
        ge=0,
        le=65_535,
        description="Port of the press's health and metrics; 0: any free one.",
    )
    batch: int = Field(
        20,
        validation_alias="LIGHTWIRE_PRESS_BATCH",
        ge=1,
        le=1000,
        description="Stories whose bodies are compressed and committed in one call.",
    )
