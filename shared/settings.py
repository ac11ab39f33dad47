"""Every setting a stage has, its default and its unit.

Only a service's ``__main__`` builds one from the environment.
"""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StageSettings(BaseSettings):
    """Read from ``LIGHTWIRE_<NAME>``; frozen."""

    model_config = SettingsConfigDict(env_prefix="LIGHTWIRE_", frozen=True, extra="ignore", populate_by_name=True)

    redis_url: str = Field("redis://127.0.0.1:6379/0", description="The Redis or Valkey server all services share.")
    prefix: str = Field(
        "lightwire", pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="First part of every key, before a colon."
    )
    host: str = Field("127.0.0.1", description="Address the health, metrics and site pages listen on.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least severe line logged.")
    batch: int = Field(100, ge=1, le=1000, description="Entries read and committed in one call.")
    block_ms: int = Field(1_000, ge=10, le=4_000, description="How long one read waits for new entries.")
    claim_after_ms: int = Field(
        15_000, ge=100, description="Entries a worker has left lying for this long go to another."
    )
    claim_every_ms: int = Field(500, ge=10, description="How often a worker looks for such and for parked entries.")
    max_attempts: int = Field(8, ge=1, le=1000, description="Failures before an entry becomes a dead letter.")
    backoff_base_ms: int = Field(500, ge=1, description="Wait after the first failure; doubled after each further.")
    backoff_max_ms: int = Field(300_000, ge=1, description="The longest wait between two attempts.")
    dead_letter_limit: int = Field(100, ge=0, description="So many dead letters in a row stop the stage; 0: never.")
    retention_ms: int = Field(
        7 * 86_400_000, ge=0, description="Acknowledged entries younger than this are kept for trace and audit."
    )
    trim_every_ms: int = Field(60_000, ge=100, description="How often a worker trims and reaps.")
    data_keep_ms: int = Field(
        90 * 86_400_000, ge=60_000, description="Life of data that travels by reference (over 64 KiB)."
    )
    stop_after_ms: int = Field(20_000, ge=0, description="Longest wait for work in hand when asked to stop.")
    retry_away_ms: int = Field(200, ge=10, le=1_000, description="Wait between attempts while Redis is away.")


class MediaSettings(StageSettings):
    """Of those who keep pictures or serve them."""

    media: str = Field(
        ".lightwire/media",
        min_length=1,
        description="Where pictures are: a folder (in compose /media), or s3://bucket/folder and its AWS_… variables.",
    )
