"""What can be set about polling, beside each source's own table."""

from pydantic import Field, field_validator

from shared.addresses import Hosts, listed
from shared.settings import StageSettings


class PollSettings(StageSettings):
    """Part of ingest's settings."""

    poll_inside: str = Field(
        "",
        description="Hosts that may be polled although they are not on the public internet, with commas: cms:8080.",
    )
    poll_max_bytes: int = Field(
        8 * 2**20, ge=1_024, le=64 * 2**20, description="Longest document a poll takes, unpacked."
    )
    event_depth: int = Field(64, ge=4, le=200, description="Levels of brackets an event may nest.")
    poll_gap_ms: int = Field(1_000, ge=0, le=60_000, description="Least time between two requests to one host.")
    poll_lease_ms: int = Field(
        10_000, ge=500, le=300_000, description="A replica that polls and dies is replaced after so long."
    )

    @field_validator("poll_inside")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        Hosts(listed(value))
        return value
