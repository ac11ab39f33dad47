"""What can be set about enrichment."""

from pathlib import Path

from pydantic import Field

from services.enrichment.draft import House
from services.enrichment.gazetteer.files import SHIPPED
from services.enrichment.paces import PACES
from shared.settings import StageSettings


class Settings(StageSettings):
    """``LIGHTWIRE_ENRICHMENT_PORT`` and the ways of the house."""

    port: int = Field(
        8003,
        ge=0,
        le=65535,
        validation_alias="LIGHTWIRE_ENRICHMENT_PORT",
        description="Enrichment's health and metrics; 0: any free port.",
    )
    languages: tuple[str, ...] = Field(
        ("en", "fa", "ar", "ckb", "ku"), min_length=1, description="Languages told apart where none was given."
    )
    words_per_minute: dict[str, int] = Field(dict(PACES), description="Reading pace by language, in words a minute.")
    default_words_per_minute: int = Field(238, ge=1, description="Reading pace of every other language.")
    teaser_characters: int = Field(200, ge=20, le=2_000, description="Longest teaser, in characters.")
    summary_characters: int = Field(400, ge=80, le=4_000, description="Longest summary, in characters.")
    slug_characters: int = Field(80, ge=8, le=200, description="Longest slug, in characters.")
    officials_file: Path = Field(SHIPPED, description="The gazetteer: whom stories name (TOML); docs/officials.md.")
    call_out_most: int = Field(
        3, ge=0, le=20, description="Officials called out under a story, the newsroom's own among them; 0: only these."
    )

    @property
    def house(self) -> House:
        """The same, as the steps take it; the gazetteer is read by who builds the stage."""
        return House(
            languages=self.languages,
            words_per_minute=self.words_per_minute,
            default_words_per_minute=self.default_words_per_minute,
            teaser_characters=self.teaser_characters,
            summary_characters=self.summary_characters,
            slug_characters=self.slug_characters,
            call_out_most=self.call_out_most,
        )
