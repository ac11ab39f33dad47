"""Settings of delivery."""

from pydantic import Field

from services.delivery.house import House
from shared.keys import Keys
from shared.settings import StageSettings


class Settings(StageSettings):
    """Read from ``LIGHTWIRE_<NAME>``; frozen."""

    port: int = Field(
        8004,
        validation_alias="LIGHTWIRE_DELIVERY_PORT",
        ge=0,
        le=65_535,
        description="Port of delivery's health and metrics; 0: any free one.",
    )
    site_name: str = Field("Lightwire", min_length=1, description="The name at the head of every page.")
    base_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Public address of the site, e.g. https://news.example; empty: pages name none.",
    )
    superseded_blob_ms: int = Field(
        3_600_000, ge=1, description="How long a body that a newer one replaced can still be fetched."
    )
    comment_render_delay_ms: int = Field(
        1_000, ge=0, description="New comments are gathered this long, then their story is rendered once."
    )

    def house(self) -> House:
        """The part of the settings that decisions may know."""
        return House(
            name=self.site_name,
            base_url=self.base_url.rstrip("/"),
            keys=Keys(self.prefix),
            superseded_blob_ms=self.superseded_blob_ms,
            comment_render_delay_ms=self.comment_render_delay_ms,
        )
