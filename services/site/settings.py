"""What the site can be told from outside."""

from pathlib import Path

from pydantic import AliasChoices, Field, field_validator

from shared.settings import MediaSettings


class Settings(MediaSettings):
    """The channel's own settings beside those of every service."""

    port: int = Field(
        8000,
        ge=0,
        le=65_535,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_PORT", "port"),
        description="Port the site listens on; 0: any free one.",
    )
    db: Path = Field(
        Path(".lightwire/site.sqlite3"),
        validation_alias=AliasChoices("LIGHTWIRE_SITE_DB", "db"),
        description="What the site shows and how far it has read; one file, one site.",
    )
    name: str = Field(
        "Lightwire",
        min_length=1,
        max_length=60,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_NAME", "name"),
        description="The name over the front pages.",
    )
    base_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+/?)?$",
        validation_alias=AliasChoices("LIGHTWIRE_SITE_BASE_URL", "base_url"),
        description="Public address of the site for feeds and sitemaps, e.g. https://news.example; "
        "empty: as each request says.",
    )
    keys: Path | None = Field(
        None,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_KEYS", "keys"),
        description="Folder of the key that signs bundles and the daily index (`lightwire keys edition`); "
        "empty: bundles are not signed, there is no index.",
    )
    dictionaries: Path | None = Field(
        None,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_DICTIONARIES", "dictionaries"),
        description="Folder of the dictionaries light pages are compressed with (`lightwire dictionary build`); "
        "empty: none.",
    )
    live_readers: int = Field(
        1_000,
        ge=0,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_LIVE_READERS", "live_readers"),
        description="Open pages told of changes at once; who comes later is not, and asks no more.",
    )
    comments_per_minute: int = Field(
        60,
        ge=1,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_COMMENTS_PER_MINUTE", "comments_per_minute"),
        description="Comments the form takes a minute, all readers together; the next are asked to wait.",
    )
    front_stories: int = Field(
        40,
        ge=1,
        le=500,
        validation_alias=AliasChoices("LIGHTWIRE_SITE_FRONT_STORIES", "front_stories"),
        description="Stories on a front page.",
    )

    @field_validator("dictionaries", "keys", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None
