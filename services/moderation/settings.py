"""What can be set about moderation."""

from pathlib import Path

from pydantic import Field

from services.moderation.policy_files import DEFAULT
from shared.settings import StageSettings


class Settings(StageSettings):
    """``LIGHTWIRE_DESK_PORT`` and the policy."""

    port: int = Field(
        8002,
        ge=0,
        le=65535,
        validation_alias="LIGHTWIRE_DESK_PORT",
        description="Moderation's health and metrics; 0: any free port.",
    )
    desk_secret: str = Field(
        "", description="Shared by moderation, the desk and whoever else decides: nothing unsigned is done then."
    )
    policy_file: Path = Field(DEFAULT, description="The rules for comments (TOML); word lists lie beside it.")
    check_ms: int = Field(
        50, ge=1, le=1_000, description="Time one check of a comment may take; longer, and the comment is held."
    )
    comment_ms: int = Field(250, ge=1, le=5_000, description="Time all checks of one comment may take together.")
