"""Settings of delivery."""

from pathlib import Path

from pydantic import Field, field_validator

from services.delivery.house import House
from services.delivery.renditions import RENDITIONS
from shared.keyring import load_signer
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
    renditions: str = Field(
        ",".join(spec.name for spec in RENDITIONS),
        description="Names of the renditions that are made, with commas; withdrawals go to all.",
    )
    signing_keys: Path | None = Field(
        None, description="Folder of the keys that sign renditions (`lightwire keys make`); empty: they are not signed."
    )
    superseded_blob_ms: int = Field(
        3_600_000,
        ge=1,
        description="How long what a newer body or a kill replaced is kept, pictures of killed stories too.",
    )
    comment_render_delay_ms: int = Field(
        1_000, ge=0, description="New comments are gathered this long, then their story is rendered once."
    )
    typography: bool = Field(
        True,  # noqa: FBT003 - what a setting is by default
        description="Quotation marks, apostrophes, dashes and spaces are set as the language of a story has them.",
    )
    related_keep_ms: int = Field(
        1_209_600_000,
        ge=1,
        description="Related stories and copies of one report are found so long after the last story on their matter.",
    )

    @field_validator("renditions")
    @classmethod
    def _known(cls, value: str) -> str:
        names = [spec.name for spec in RENDITIONS]
        unknown = [name for name in _listed(value) if name not in names]
        if unknown or not _listed(value):
            raise ValueError(f"names are {', '.join(names)}; not {', '.join(unknown) or 'none'}")
        return value

    @field_validator("signing_keys", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    def house(self) -> House:
        """The part of the settings that decisions may know. Raises ``Unusable`` where the key cannot be read."""
        return House(
            name=self.site_name,
            base_url=self.base_url.rstrip("/"),
            renditions=_listed(self.renditions),
            signer=load_signer(self.signing_keys) if self.signing_keys else None,
            keys=Keys(self.prefix),
            superseded_blob_ms=self.superseded_blob_ms,
            comment_render_delay_ms=self.comment_render_delay_ms,
            related_keep_ms=self.related_keep_ms,
            typography=self.typography,
        )


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())
